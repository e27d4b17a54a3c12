#include "policy/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/text.h"

namespace pgfence::policy {
namespace {

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
        if (makes_fail(graded, threshold))
            ++(graded.risk > threshold ? failing : wishes);
        else if (counts(graded) && graded.risk > threshold)
            ++notices_above;
    }
};

// ---- what was not analyzed -----------------------------------------------------------------------------------------

bool is_whole_file(const Unread& unread) { return unread.extent != Unread::Extent::part; }
bool fails_alone(const Unread& unread) { return is_whole_file(unread) && unread.extent != Unread::Extent::aside; }

/// A file counts once, however many reasons it has.
void count(const FileReport& file, Verdict& verdict) {
    bool whole = false, refused = false;
    std::uint32_t parts = 0;
    for (const NotAnalyzed& unread : file.unread) {
        if (unread.meets_new_databases_alone) continue;
        if (unread.accepted)
            ++verdict.accepted_not_analyzed;
        else if (unread.extent == Unread::Extent::rejected)
            refused = true;
        else if (is_whole_file(unread))
            whole = true;
        else
            ++parts;
    }
    verdict.files_refused += refused ? 1 : 0;
    verdict.files_not_analyzed += whole && !refused ? 1 : 0;
    verdict.statements_not_analyzed += parts;
}

/// What was suppressed although it is dangerous was seen by nobody but its author.
Outcome outcome_of(const Graded& graded) {
    return graded.suppressed && graded.risk >= kNeedsReason ? Outcome::neutral : Outcome::pass;
}

// ---- in words ------------------------------------------------------------------------------------------------------

std::string reason(const Sums& sums, const Verdict& verdict) {
    const auto threshold = name_of(verdict.threshold);
    std::string sentence = sums.failing == 0
                               ? fmt::format("no finding above {} risk", threshold)
                               : fmt::format("{} above {} risk", counted(sums.failing, "finding"), threshold);
    if (sums.failing == 0 && sums.notices_above > 0)
        sentence = fmt::format("no error or warning above {} risk, {} above it", threshold,
                               counted(sums.notices_above, "notice"));
    if (sums.wishes > 0) sentence += fmt::format(", {} of the team's own rules", counted(sums.wishes, "error"));
    if (!verdict.risks_suppressed.empty())
        sentence += fmt::format(", suppressed: {}", fmt::join(verdict.risks_suppressed, ", "));
    const std::string unread = not_analyzed_in_words(verdict);
    return unread.empty() ? sentence : unread + ", " + sentence;
}

}  // namespace

Outcome outcome_of(const NotAnalyzed& unread, Unanalyzed choice) {
    if (choice == Unanalyzed::ignore || unread.meets_new_databases_alone) return Outcome::pass;
    if (unread.accepted || choice == Unanalyzed::neutral) return Outcome::neutral;
    return choice == Unanalyzed::fail || fails_alone(unread) ? Outcome::fail : Outcome::neutral;
}

bool counts(const Graded& graded) { return !graded.suppressed; }

Verdict verdict_of(const std::vector<FileReport>& files, Risk threshold) {
    Verdict verdict;
    verdict.threshold = threshold;
    Sums sums;
    std::set<std::string> suppressed;
    const auto at_least = [&](Outcome outcome) { verdict.outcome = std::max(verdict.outcome, outcome); };
    for (const FileReport& file : files) {
        count(file, verdict);
        for (const NotAnalyzed& unread : file.unread) at_least(unread.outcome);
        for (const StatementReport& statement : file.statements) {
            verdict.max_risk = std::max(verdict.max_risk, statement.risk);
            for (const Graded& graded : statement.findings) {
                if (graded.part_of || graded.repeats) continue;  // the finding that is reported for it is no better
                count(graded, verdict.counts);
                sums.add(graded, threshold);
                at_least(outcome_of(graded));
                if (outcome_of(graded) == Outcome::neutral) suppressed.insert(graded.finding.rule);
            }
        }
    }
    if (sums.failing > 0 || sums.wishes > 0) verdict.outcome = Outcome::fail;
    verdict.risks_suppressed.assign(suppressed.begin(), suppressed.end());
    verdict.reason = reason(sums, verdict);
    return verdict;
}

}  // namespace pgfence::policy
