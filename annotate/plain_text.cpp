#include "annotate/plain_text.h"

#include <fmt/format.h>

#include "annotate/annotate.h"
#include "annotate/escape.h"

namespace pgfence::annotate {
namespace {

std::string indented(std::string_view text) {
    std::string out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        out += "   " + std::string(text.substr(begin, end - begin)) + "\n";
        begin = end + 1;
    }
    return out;
}

}  // namespace

std::string finding_text(const Graded& graded) {
    const Finding& finding = graded.finding;
    std::string text = one_line(finding.message) + "\n";
    if (finding.lock) text += fmt::format("{} blocks {}{}\n", sql_name(*finding.lock), blocked_in_words(*finding.lock),
                                          finding.grows_with_rows ? ", for longer the more rows there are" : "");
    if (finding.certainty != Certainty::known)
        for (const std::string& what : finding.depends_on) text += "depends on " + one_line(what) + "\n";
    return text + rule_page(finding.rule);
}

std::string recipe_plain_text(const Finding& finding) {
    if (!finding.recipe) return "";
    std::string text = "Instead:\n";
    std::size_t number = 0;
    for (const RecipeStep& step : finding.recipe->steps) {
        const std::string heading = step_heading(step);
        std::string about = heading + (step.note.empty() || heading.empty() ? "" : ": ") + step.note;
        text += fmt::format("{}. {}\n", ++number, one_line(about.empty() ? "run" : about)) + indented(visible(step.sql));
    }
    if (!finding.recipe->note.empty()) text += one_line(finding.recipe->note) + "\n";
    return text;
}

}  // namespace pgfence::annotate
