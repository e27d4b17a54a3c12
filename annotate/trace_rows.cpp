#include "annotate/trace_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "annotate/escape.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kLongestKind = 40;

std::string in_words(std::chrono::microseconds duration) {
    const double ms = static_cast<double>(duration.count()) / 1000;
    return ms < 10       ? fmt::format("{:.1f} ms", ms)
           : ms < 10'000 ? fmt::format("{:.0f} ms", ms)
                         : fmt::format("{:.1f} s", ms / 1000);
}

/// The strongest lock that was seen, or predicted where nobody looked.
std::optional<LockMode> strongest(const TracedStatement& traced, const StatementReport& predicted) {
    std::optional<LockMode> mode;
    for (const auto& [name, seen] : traced.observation.locks) mode = mode ? stronger(*mode, seen.mode) : seen.mode;
    const bool asked = traced.verdict != TraceVerdict::static_only && traced.verdict != TraceVerdict::skipped &&
                       traced.verdict != TraceVerdict::error;
    if (asked || mode) return mode;
    for (const Lock& lock : predicted.statement.effects.locks)
        if (lock.existing) mode = mode ? stronger(*mode, lock.mode) : lock.mode;
    return mode;
}

std::string waits_in_words(const TracedStatement::Wait& wait) {
    const auto of = [](std::string_view who, std::chrono::microseconds time) {
        return time.count() > 0 ? fmt::format("{} {}", who, in_words(time)) : std::string();
    };
    const std::string reader = of("a reader waited", wait.reader), writer = of("a writer waited", wait.writer);
    return wait.relation + ": " + reader + (reader.empty() || writer.empty() ? "" : ", ") + writer;
}

}  // namespace

TraceRow trace_row(const TracedStatement& traced, const StatementReport& predicted, const Places& places) {
    const Position at = places.region(predicted.statement.span).begin;
    const auto lock = strongest(traced, predicted);
    return {.place = fmt::format("{}:{}", at.line, at.column),
            .statement = shortened(visible_line(predicted.statement.kind), kLongestKind),
            .lock = lock ? std::string(sql_name(*lock)) : "-",
            .blocks = lock ? std::string(blocked_in_words(*lock)) : "-",
            .risk = std::string(name_of(traced.risk)),
            .verified = std::string(name_of(traced.verdict)),
            .duration = traced.verdict == TraceVerdict::skipped ? "-" : in_words(traced.observation.duration),
            .verdict = traced.verdict};
}

std::vector<TraceDetail> trace_details(const Report& report, const TraceReport& trace, const Listing& listing) {
    std::vector<TraceDetail> details;
    for (const TracedStatement& traced : trace.statements) {
        const FileReport& file = report.files[traced.file];
        const Position at = listing.places(traced.file).region(file.statements[traced.statement].statement.span).begin;
        const auto say = [&](std::string_view label, std::string what) {
            details.push_back({fmt::format("{}:{}", file.path, at.line), label, std::move(what)});
        };
        if (const Observation& seen = traced.observation; !seen.error.empty())
            say("error", seen.error + (seen.sqlstate.empty() ? "" : " (" + seen.sqlstate + ")"));
        for (const std::string& difference : traced.differences) say("mismatch", difference);
        for (const std::string& remark : traced.remarks) say("note", remark);
        for (const TracedStatement::Wait& wait : traced.waits) say("contention", waits_in_words(wait));
    }
    return details;
}

std::vector<std::string> trace_notes(const TraceReport& trace) {
    std::vector<std::string> notes;
    const auto say = [&](Observation::How how, std::string_view what) {
        const auto n = std::count_if(trace.statements.begin(), trace.statements.end(),
                                     [&](const TracedStatement& traced) { return traced.observation.how == how; });
        if (n > 0)
            notes.push_back(counted(static_cast<std::size_t>(n), "statement") + " outside a transaction: " +
                            std::string(what) + "observed by polling, which may miss short locks");
    };
    say(Observation::How::at_gates, "the first lock on each table is certain; later ones were ");
    say(Observation::How::by_polling, "");
    const bool waits = std::any_of(trace.statements.begin(), trace.statements.end(),
                                   [](const TracedStatement& traced) { return !traced.waits.empty(); });
    if (trace.contended && !waits) notes.push_back("no reader and no writer had to wait");
    std::string rates;
    for (const auto& [kind, rate] : trace.throughput)
        rates += fmt::format("{}{} = [{:.0f}, {:.0f}]", rates.empty() ? "" : ", ", kind, rate.first, rate.second);
    if (!rates.empty())
        notes.push_back("megabytes a second on this server, as [throughput] of the config takes them: " + rates);
    for (const std::string& line : trace.added)
        if (line.starts_with("index ") && line.find(" (invalid): ") != std::string::npos)
            notes.push_back(fmt::format("{} is left behind invalid: drop it before it is made again",
                                        line.substr(0, line.find(" (invalid): "))));
    notes.insert(notes.end(), trace.notes.begin(), trace.notes.end());
    return notes;
}

std::string trace_server(const TraceReport& trace) {
    return fmt::format("{}, {}; base: {}{}; {}; ready in {} ms, gone after {} ms", trace.server, trace.where,
                       counted(trace.base_statements, "statement"),
                       trace.base_failed > 0 ? fmt::format(" ({} failed)", trace.base_failed) : "",
                       trace.rows > 0
                           ? fmt::format("{} in {}", counted(trace.rows, "row"), counted(trace.filled_tables, "table"))
                           : "no rows",
                       trace.start.count(), trace.lifetime.count());
}

}  // namespace pgfence::annotate
