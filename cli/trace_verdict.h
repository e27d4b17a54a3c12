#pragma once
// What a trace comes to, together with the review of the same change.

#include "core/report.h"
#include "core/trace.h"
#include "trace/trace.h"

namespace pgfence::cli {

/// Rows made up for a table when nobody says how many.
inline constexpr int kTraceRows = 1000;
inline constexpr int kTraceStatementLimit = 600, kTraceLimit = 1800;  // seconds

/// Risks as the worse of what was predicted and what was seen; where the trace fails, so does the review.
TraceReport judged(trace::Traced traced, Report& report);

}  // namespace pgfence::cli
