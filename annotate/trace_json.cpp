#include <algorithm>
#include <array>
#include <cmath>

#include "annotate/json_writer.h"
#include "annotate/listing.h"
#include "annotate/trace_output.h"

namespace pgfence::annotate {
namespace {

using namespace std::string_view_literals;
constexpr std::array kHow{"in-block"sv, "at-gates"sv, "by-polling"sv};

template <class Duration>
std::uint32_t ticks(Duration duration) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(duration.count(), 0, UINT32_MAX));
}

void put(JsonWriter& json, const Observation& seen) {
    json.object([&] {
        json.member("how", kHow[static_cast<std::size_t>(seen.how)]);
        json.key("locks").array(seen.locks, [&](const auto& entry) {
            json.object([&] {
                json.member("relation", entry.first);
                json.member("kind", name_of(entry.second.kind));
                json.member("mode", pg_locks_name(entry.second.mode));
                json.member("blocks", blocked_in_words(entry.second.mode));
            });
        });
        json.texts("rewrites", seen.rewrites);
        json.texts("emptied", seen.emptied);
        json.texts("indexRebuilds", seen.index_rebuilds);
        json.texts("scans", seen.scans);
        json.member("durationMicroseconds", ticks(seen.duration));
    });
}

void put(JsonWriter& json, const TracedStatement::Wait& wait) {
    json.object([&] {
        json.member("relation", wait.relation);
        json.member("readerMicroseconds", ticks(wait.reader));
        json.member("writerMicroseconds", ticks(wait.writer));
    });
}

void put(JsonWriter& json, const Report& report, const Listing& listing, const TracedStatement& traced,
         bool contended) {
    const FileReport& file = report.files[traced.file];
    const AnalyzedStatement& statement = file.statements[traced.statement].statement;
    const Position at = listing.places(traced.file).region(statement.span).begin;
    json.object([&] {
        json.member("path", file.path);
        json.member("line", at.line);
        json.member("column", at.column);
        json.member("kind", statement.kind);
        json.member("verdict", name_of(traced.verdict));
        json.member("risk", name_of(traced.risk));
        json.key("seen");
        if (traced.verdict == TraceVerdict::skipped || traced.verdict == TraceVerdict::error)
            json.null();
        else
            put(json, traced.observation);
        json.member_or_null("error", traced.observation.error);
        json.member_or_null("sqlstate", traced.observation.sqlstate);
        json.texts("differences", traced.differences);
        json.texts("remarks", traced.remarks);
        if (contended)
            json.key("waits").array(traced.waits, [&](const TracedStatement::Wait& wait) { put(json, wait); });
    });
}

}  // namespace

std::string trace_json(const Report& report, const TraceReport& trace) {
    JsonWriter json;
    const Listing listing(report);
    json.object([&] {
        json.member("tool", "pgfence");
        json.member("version", report.tool_version);
        json.member("server", trace.server);
        json.member("where", trace.where);
        json.member("readyInMs", ticks(trace.start));
        json.member("lifetimeMs", ticks(trace.lifetime));
        json.key("base").object([&] {
            json.member("statements", static_cast<std::uint32_t>(trace.base_statements));
            json.member("failed", static_cast<std::uint32_t>(trace.base_failed));
            json.member("filledTables", static_cast<std::uint32_t>(trace.filled_tables));
            json.member("rows", static_cast<std::uint32_t>(trace.rows));
        });
        json.key("statements").array(trace.statements, [&](const TracedStatement& traced) {
            put(json, report, listing, traced, trace.contended);
        });
        json.key("throughput").object([&] {
            for (const auto& [kind, rate] : trace.throughput)
                json.key(kind).array(std::array{rate.first, rate.second}, [&](double megabytes) {
                    json.value(static_cast<std::uint32_t>(std::lround(std::min(megabytes, 4e9))));
                });
        });
        json.key("changes").object([&] {
            json.texts("added", trace.added);
            json.texts("removed", trace.removed);
        });
        json.texts("notes", trace.notes);
        json.member("coverage", trace_coverage(trace));
        json.member("pass", trace.pass);
        json.member_or_null("reason", trace.reason);
    });
    return json.take() + '\n';
}

}  // namespace pgfence::annotate
