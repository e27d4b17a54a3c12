#include "policy/unreached.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

bool certainly_fails(const Graded& graded) {
    return counts(graded) && graded.finding.fails && graded.finding.certainty == Certainty::known;
}

/// Nobody waits for what does not run. What it would lose counts all the same: the failure will be mended.
bool is_about_waiting(const Finding& finding) {
    return finding.category == Category::rewrite || finding.category == Category::scan ||
           finding.category == Category::lock;
}

/// A CREATE TABLE without IF NOT EXISTS that may find the table there. Runners stop at an error; psql may go on.
bool makes_or_ends(const StatementReport& report) {
    const AnalyzedStatement& statement = report.statement;
    const bool stops = statement.transaction.kind == TransactionKind::runner ||
                       statement.transaction.kind == TransactionKind::implicit;
    return stops && statement.kind == "CREATE TABLE" &&
           std::any_of(report.findings.begin(), report.findings.end(),
                       [](const Graded& graded) { return counts(graded) && graded.finding.fails; });
}

bool waits_for_these_alone(const Finding& finding, const std::set<std::string>& tables) {
    return is_about_waiting(finding) && !finding.relations.empty() &&
           std::all_of(finding.relations.begin(), finding.relations.end(),
                       [&](const std::string& table) { return tables.contains(table); });
}

void quiet(Graded& graded) {
    graded.severity = std::min(graded.severity, Severity::notice);
    graded.risk = std::min(graded.risk, Risk::low);
    graded.risk_reason = "not reached: an earlier statement of the transaction fails";
}

}  // namespace

void quiet_unreached_failures(FileReport& report) {
    std::set<std::uint32_t> ended;
    std::map<std::uint32_t, std::set<std::string>> made;
    for (StatementReport& statement : report.statements) {
        const StatementTransaction& transaction = statement.statement.transaction;
        if (transaction.kind == TransactionKind::none) continue;
        std::set<std::string>& own = made[transaction.number];
        // Where it is reached, the table is new.
        if (!own.empty())
            std::erase_if(statement.findings, [&](const Graded& graded) {
                return counts(graded) && waits_for_these_alone(graded.finding, own);
            });
        if (makes_or_ends(statement))
            own.insert(statement.statement.effects.created.begin(), statement.statement.effects.created.end());
        if (ended.contains(transaction.number)) {
            for (Graded& graded : statement.findings)
                if (counts(graded) && (graded.finding.fails || is_about_waiting(graded.finding))) quiet(graded);
        } else if (std::any_of(statement.findings.begin(), statement.findings.end(), certainly_fails)) {
            ended.insert(transaction.number);
        }
    }
}

}  // namespace pgfence::policy
