#pragma once
// What is said of each traced statement, for people: the same words at a terminal and on GitHub.

#include <string>
#include <string_view>
#include <vector>

#include "annotate/listing.h"
#include "core/report.h"
#include "core/trace.h"

namespace pgfence::annotate {

struct TraceRow {
    std::string place, statement, lock, blocks, risk, verified, duration;
    TraceVerdict verdict = TraceVerdict::skipped;
};
TraceRow trace_row(const TracedStatement& traced, const StatementReport& predicted, const Places& places);

/// A line below the table: "orders.sql:3", "mismatch", "lock on public.orders: ...".
struct TraceDetail {
    std::string place;
    std::string_view label;
    std::string what;
};
std::vector<TraceDetail> trace_details(const Report& report, const TraceReport& trace, const Listing& listing);

/// What could not be looked at with every lock held, and what went otherwise than asked.
std::vector<std::string> trace_notes(const TraceReport& trace);

/// "PostgreSQL 17.10, local, ...; base: 4 statements; 2000 rows in 2 tables; ready in 140 ms, gone after 310 ms"
std::string trace_server(const TraceReport& trace);

}  // namespace pgfence::annotate
