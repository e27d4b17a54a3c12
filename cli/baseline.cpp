#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "core/date.h"
#include "pipeline/review.h"
#include "policy/baseline.h"

namespace pgfence::cli {
namespace {

using policy::Baseline;

struct Options : HistoryOptions {
    std::string reason, until;
    bool prune = false;
};

/// What stands in both.
Baseline in_both(const Baseline& one, const Baseline& other) {
    Baseline both;
    for (const auto& [path, rules] : one.files) {
        const auto file = other.files.find(path);
        if (file == other.files.end()) continue;
        for (const auto& [rule, fingerprints] : rules) {
            const auto there = file->second.find(rule);
            if (there == file->second.end()) continue;
            for (const std::string& fingerprint : fingerprints)
                if (there->second.contains(fingerprint)) both.files[path][rule].insert(fingerprint);
        }
    }
    return both;
}

Result<int> write_baseline(const Options& options) {
    if (!options.until.empty() && !parse_iso_date(options.until))
        return usage_error("--until is a date such as 2026-12-31, not " + options.until);
    auto request = TRY(options.request());
    auto history = TRY(pipeline::prepare_history(std::move(request)));
    const Baseline before = history.baseline;
    const Report report = pipeline::review(std::move(history));
    const Baseline found = policy::baseline_of(report);
    Baseline now = options.prune ? in_both(before, found) : found;
    now.reason = options.reason.empty() ? before.reason : options.reason;
    now.until = options.until.empty() ? before.until : options.until;
    if (!write_file(before.name, [text = in_toml(now)](std::FILE* file) {
            return std::fwrite(text.data(), 1, text.size(), file) == text.size();
        }))
        return 3;
    const std::size_t same = in_both(before, now).size();
    std::printf("%s: %zu findings in %zu of %zu migrations accepted (%zu new, %zu gone)\n", before.name.c_str(),
                now.size(), now.files.size(), report.files.size(), now.size() - same, before.size() - same);
    for (const std::string& note : report.notes) std::printf("note: %s\n", note.c_str());
    return 0;
}

}  // namespace

Command baseline_command() {
    const auto options = std::make_shared<Options>();
    Command command{"baseline", "Accept every finding that the migrations have today"};
    options->add_to(command);
    command.add("--until", &options->until, "Last day on which they are accepted", {.type = "DATE"});
    command.add("--reason", &options->reason, "Why they are, for the reports");
    command.add("--prune", &options->prune, "Accept nothing new: only take out what is no longer found");
    command.run = [=] {
        const auto written = write_baseline(*options);
        return written ? *written : fail(written.error());
    };
    return command;
}

}  // namespace pgfence::cli
