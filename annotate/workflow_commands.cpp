// Annotations for whoever may write nothing else: a pull request from a fork has a read-only token.
// Source of names, limits and escapes: actions/runner, ActionCommandManager.cs and ActionCommand.cs.

#include <fmt/format.h>

#include <array>
#include <utility>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/listing.h"
#include "annotate/plain_text.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMostOfALevel = 10;   // _maxCountPerIssueType: the runner drops the rest silently
constexpr std::size_t kMostMessage = 4000;  // it cuts at 4,096 characters
constexpr std::array<std::pair<Severity, std::string_view>, 3> kLevels{
    {{Severity::error, "error"}, {Severity::warning, "warning"}, {Severity::notice, "notice"}}};

std::string place(const Region& region) {
    // The runner refuses columns of a range that spans lines.
    const std::string columns = region.begin.line == region.end.line
                                    ? fmt::format(",col={},endColumn={}", region.begin.column, region.end.column)
                                    : std::string();
    return fmt::format("line={},endLine={}{}", region.begin.line, region.end.line, columns);
}

std::string command(std::string_view level, const FileReport& file, const Region& region, std::string_view title,
                    std::string_view message) {
    return fmt::format("::{} file={},{},title={}::{}\n", level, command_property(file.path), place(region),
                       command_property(visible(title)), command_data(shortened(message, kMostMessage)));
}

std::string command(const Listing& listing, std::string_view level, const Listed& listed) {
    const Graded& graded = *listed.graded;
    const std::string recipe = recipe_plain_text(listed);
    return command(level, *listed.file, listed.region, title_of(listing, graded),
                   finding_text(listed) + (recipe.empty() ? "" : "\n" + recipe));
}

/// Ten of a level, then a count.
class Level {
public:
    explicit Level(std::string_view name) : name_(name) {}
    std::string_view name() const { return name_; }
    bool full() const { return said_ >= kMostOfALevel; }
    void say(const std::string& line) { out_ += line, ++said_; }
    void leave_out() { ++left_out_; }
    std::string finish() const {
        return left_out_ == 0 ? out_
                              : fmt::format("{}and {} more of level {}: see the job summary\n", out_, left_out_, name_);
    }

private:
    std::string_view name_;
    std::string out_;
    std::size_t said_ = 0, left_out_ = 0;
};

}  // namespace

std::string workflow_commands(const Report& report) {
    const Listing listing(report);
    std::string out;
    for (const auto& [severity, name] : kLevels) {
        Level level(name);
        for (const ListedUnread& listed : listing.unread()) {
            if (severity_of(*listed.unread) != severity) continue;
            level.full() ? level.leave_out()
                         : level.say(command(name, *listed.file, listed.region, heading_of(*listed.unread),
                                             not_analyzed_text(*listed.unread)));
        }
        for (const Listed& listed : listing.on_each_line()) {
            if (listed.graded->severity != severity) continue;
            level.full() ? level.leave_out() : level.say(command(listing, name, listed));
        }
        out += level.finish();
    }
    return out;
}

}  // namespace pgfence::annotate
