#include "policy/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace pgfence::policy {
namespace {

bool fails(const Graded& graded, Risk threshold) {
    return counts(graded) && graded.severity >= Severity::warning && graded.risk > threshold;
}

/// How migrations are to be written is no risk to the database. A team that calls it an error wants it to fail.
bool fails_as_wish(const Graded& graded) {
    const Category category = graded.finding.category;
    const bool wish =
        category == Category::policy || category == Category::robustness || category == Category::type_choice;
    return counts(graded) && wish && graded.severity == Severity::error;
}

void count(const Graded& graded, Counts& counts) {
    if (graded.suppressed)
        ++counts.suppressed;
    else if (graded.severity == Severity::error)
        ++counts.error;
    else if (graded.severity == Severity::warning)
        ++counts.warning;
    else
        ++counts.notice;
}

/// Of the findings that count.
struct Sums {
    std::uint32_t failing = 0, wishes = 0, notices_above = 0;

    void add(const Graded& graded, Risk threshold) {
        if (fails(graded, threshold))
            ++failing;
        else if (fails_as_wish(graded))
            ++wishes;
        else if (counts(graded) && graded.risk > threshold)
            ++notices_above;
    }
};

std::string reason(const Sums& sums, Risk risk, const Coverage& coverage) {
    const auto threshold = name_of(risk);
    std::string sentence = sums.failing == 0 ? fmt::format("no finding above {}", threshold)
                                             : fmt::format("{} above {}", counted(sums.failing, "finding"), threshold);
    if (sums.failing == 0 && sums.notices_above > 0)
        sentence =
            fmt::format("no error or warning above {}, {} above it", threshold, counted(sums.notices_above, "notice"));
    if (sums.wishes > 0)
        sentence += fmt::format(", {} of how migrations are to be written", counted(sums.wishes, "error"));
    if (coverage.unread > 0) sentence += fmt::format(", {} not read", counted(coverage.unread, "statement"));
    return sentence;
}

}  // namespace

bool counts(const Graded& graded) { return !graded.suppressed; }

Verdict verdict_of(const std::vector<FileReport>& files, Risk threshold, const Coverage& coverage) {
    Verdict verdict;
    verdict.threshold = threshold;
    Sums sums;
    for (const FileReport& file : files)
        for (const StatementReport& statement : file.statements) {
            verdict.max_risk = std::max(verdict.max_risk, statement.risk);
            for (const Graded& graded : statement.findings) {
                count(graded, verdict.counts);
                sums.add(graded, threshold);
            }
        }
    verdict.pass = sums.failing == 0 && sums.wishes == 0;
    verdict.reason = reason(sums, threshold, coverage);
    return verdict;
}

}  // namespace pgfence::policy
