#include "policy/unreached.h"

#include <algorithm>
#include <set>

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

void quiet(Graded& graded) {
    graded.severity = std::min(graded.severity, Severity::notice);
    graded.risk = std::min(graded.risk, Risk::low);
    graded.risk_reason = "not reached: an earlier statement of the transaction fails";
}

}  // namespace

void quiet_unreached_failures(FileReport& report) {
    std::set<std::uint32_t> ended;
    for (StatementReport& statement : report.statements) {
        const StatementTransaction& transaction = statement.statement.transaction;
        if (transaction.kind == TransactionKind::none) continue;
        if (ended.contains(transaction.number)) {
            for (Graded& graded : statement.findings)
                if (counts(graded) && (graded.finding.fails || is_about_waiting(graded.finding))) quiet(graded);
        } else if (std::any_of(statement.findings.begin(), statement.findings.end(), certainly_fails)) {
            ended.insert(transaction.number);
        }
    }
}

}  // namespace pgfence::policy
