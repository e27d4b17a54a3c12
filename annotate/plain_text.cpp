#include "annotate/plain_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "annotate/annotate.h"
#include "annotate/durations.h"
#include "annotate/escape.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMostLine = 6000;  // bytes, so that a message with its conditions stays within kMostPlainText
constexpr std::size_t kMostConditions = 8;

std::string foreign_line(std::string_view text) { return visible_line(shortened_bytes(text, kMostLine)); }

std::string indented(std::string_view text) {
    std::string out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        out += "   " + std::string(text.substr(begin, end - begin)) + "\n";
        begin = end + 1;
    }
    return out;
}

constexpr std::size_t kMostConsequences = 20;

std::string consequences_text(const Listed& listed) {
    const std::vector<std::string> lines = consequences_in_words(listed);
    std::string text;
    for (std::size_t i = 0; i < lines.size() && i < kMostConsequences; ++i)
        text += shortened_bytes("also: " + visible_line(lines[i]), kMostLine / 4) + "\n";
    if (lines.size() > kMostConsequences)
        text += fmt::format("and {} more: the JSON report has all of them\n", lines.size() - kMostConsequences);
    return text;
}

std::string text_of(const Graded& graded, const std::string& consequences) {
    const Finding& finding = graded.finding;
    std::string text = foreign_line(finding.message) + "\n" + consequences;
    if (finding.lock && finding.message.find(sql_name(*finding.lock)) == std::string::npos)
        text += fmt::format("{} blocks {}{}\n", sql_name(*finding.lock), blocked_in_words(*finding.lock),
                            finding.grows_with_rows ? ", for longer the more rows there are" : "");
    if (graded.time)
        text += foreign_line(fmt::format("takes {}: {}", in_words(*graded.time), arithmetic(*graded.time))) + "\n";
    if (finding.certainty != Certainty::known)
        for (std::size_t i = 0; i < finding.depends_on.size() && i < kMostConditions; ++i)
            text += "depends on " + foreign_line(finding.depends_on[i]) + "\n";
    return text + rule_page(finding.rule);
}

std::string recipe_text(const Recipe& recipe) {
    std::string text = "Fix:\n";
    std::size_t number = 0;
    for (const RecipeStep& step : recipe.steps) {
        if (text.size() > kMostPlainText) break;
        const std::string heading = step_heading(step);
        const std::string about = heading + (step.note.empty() || heading.empty() ? "" : ": ") + step.note;
        text += fmt::format("{}. {}\n", ++number, foreign_line(about.empty() ? "run" : about));
        text += indented(visible(shortened_bytes(printed(step).text, kMostPlainText)));
    }
    text += foreign_line(recipe.note);
    while (text.ends_with('\n')) text.pop_back();
    return shortened_bytes(text, kMostPlainText);
}

}  // namespace

std::string finding_text(const Graded& graded) { return text_of(graded, ""); }

std::string finding_text(const Listed& listed) { return text_of(*listed.graded, consequences_text(listed)); }

std::string recipe_plain_text(const Finding& finding) { return finding.recipe ? recipe_text(*finding.recipe) : ""; }

std::string recipe_plain_text(const Listed& listed) {
    std::string text;
    for (const Recipe* recipe : recipes_of(listed)) text += (text.empty() ? "" : "\n") + recipe_text(*recipe);
    return shortened_bytes(text, kMostPlainText);
}

}  // namespace pgfence::annotate
