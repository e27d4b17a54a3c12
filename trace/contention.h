#pragma once
// Who waits for the migrations: a reader and a writer beside them on each table, and how long each was kept waiting.

#include "core/report.h"
#include "core/result.h"
#include "core/trace.h"
#include "trace/gates.h"

namespace pgfence::trace {

/// Runs the statements at full speed, unwatched, in a database that is as it was before them, and notes what readers
/// and writers of the tables waited during each. A wait belongs to the statement during which it passes: of a
/// transaction's statements to each its part.
Result<void> contend(const Connect& connect, const Report& change, TraceReport& report);

}  // namespace pgfence::trace
