#include "cli/trace_verdict.h"

#include <algorithm>

#include "policy/durations.h"
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

/// How fast this server was, of the statements that were told apart from their waiting and took long enough to tell.
void measure(TraceReport& trace, const Sizes& sizes, const Report& report) {
    constexpr std::chrono::milliseconds kLongEnough{50};
    for (const TracedStatement& traced : trace.statements) {
        const Observation& seen = traced.observation;
        if (traced.verdict != TraceVerdict::confirmed || seen.how == Observation::How::at_gates ||
            seen.duration < kLongEnough)
            continue;
        const AnalyzedStatement& statement = report.files[traced.file].statements[traced.statement].statement;
        const auto measured = policy::measured(statement, sizes, std::chrono::duration<double>(seen.duration).count());
        if (!measured) continue;
        for (const policy::KindOfWork& kind : policy::kKindsOfWork) {
            if (kind.rate != measured->kind) continue;
            const double rate = measured->megabytes_per_second;
            const auto [known, first] = trace.throughput.try_emplace(kind.name, rate, rate);
            known->second = {std::min(known->second.first, rate), std::max(known->second.second, rate)};
        }
    }
}

}  // namespace

TraceReport judged(trace::Traced traced, Report& report) {
    TraceReport& trace = traced.report;
    Verdict& verdict = report.verdict;
    measure(trace, traced.sizes, report);
    grade(trace, traced.base, verdict.threshold);
    for (const TracedStatement& statement : trace.statements)
        verdict.max_risk = std::max(verdict.max_risk, statement.risk);
    if (!trace.pass) {
        verdict.reason = (verdict.passes() ? "" : verdict.reason + "; ") + "on a server: " + trace.reason;
        verdict.outcome = Outcome::fail;
    }
    return std::move(trace);
}

}  // namespace pgfence::cli
