#include "core/report.h"

#include "core/text.h"

namespace pgfence {

std::optional<Unanalyzed> parse_unanalyzed(std::string_view name) {
    if (name == "fail") return Unanalyzed::fail;
    if (name == "neutral") return Unanalyzed::neutral;
    if (name == "ignore") return Unanalyzed::ignore;
    return std::nullopt;
}

bool is_a_wish(const Graded& graded) {
    const Category category = graded.finding.category;
    const bool about_writing =
        category == Category::policy || category == Category::robustness || category == Category::type_choice;
    return about_writing && graded.severity == Severity::error;
}

bool makes_fail(const Graded& graded, Risk threshold) {
    const bool above = graded.severity >= Severity::warning && graded.risk > threshold;
    return !graded.suppressed && (above || is_a_wish(graded));
}

std::string not_analyzed_in_words(const Verdict& verdict) {
    std::string words;
    if (verdict.files_not_analyzed > 0) words = counted(verdict.files_not_analyzed, "file");
    if (verdict.statements_not_analyzed > 0)
        words += (words.empty() ? "" : " and ") + counted(verdict.statements_not_analyzed, "statement");
    if (!words.empty()) words += " not analyzed";
    if (verdict.files_refused == 0) return words;
    return counted(verdict.files_refused, "file") + " cannot run" + (words.empty() ? "" : ", ") + words;
}

}  // namespace pgfence
