#include "cli/trace_verdict.h"

#include <algorithm>

#include "policy/grade.h"
#include "trace/compare.h"

namespace pgfence::cli {
namespace {

/// What was seen, graded by the table that findings are graded by.
Risk risk_of(const Effects& seen) {
    Risk worst = Risk::safe;
    for (const Lock& lock : seen.locks) {
        Finding finding;
        finding.relations = {lock.relation};
        finding.lock = lock.mode;
        for (const Work& work : seen.work) finding.grows_with_rows |= work.relation == lock.relation;
        worst = std::max(worst, policy::grade(finding, seen, {}).risk);
    }
    return worst;
}

void grade(TraceReport& trace, const trace::Relations& base, Risk threshold) {
    for (TracedStatement& traced : trace.statements) {
        if (traced.verdict != TraceVerdict::mismatch && traced.verdict != TraceVerdict::trace_only) continue;
        const Risk seen = risk_of(trace::effects_of(traced.observation, base));
        traced.risk = std::max(traced.risk, seen);
        if (seen <= threshold) continue;
        trace.pass = false;
        if (traced.verdict == TraceVerdict::trace_only)
            trace.reason += (trace.reason.empty() ? "" : ", ") + std::string("a risk seen above ") +
                            std::string(name_of(threshold));
    }
}

}  // namespace

TraceReport judged(trace::Traced traced, Verdict& verdict) {
    TraceReport& trace = traced.report;
    grade(trace, traced.base, verdict.threshold);
    for (const TracedStatement& statement : trace.statements)
        verdict.max_risk = std::max(verdict.max_risk, statement.risk);
    if (!trace.pass) {
        verdict.reason = (verdict.pass ? "" : verdict.reason + "; ") + "on a server: " + trace.reason;
        verdict.pass = false;
    }
    return std::move(trace);
}

}  // namespace pgfence::cli
