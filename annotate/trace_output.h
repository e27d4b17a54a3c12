#pragma once
// What a disposable server did, for people and for machines.

#include <string>

#include "annotate/annotate.h"
#include "core/report.h"
#include "core/trace.h"

namespace pgfence::annotate {

/// A table of the statements with what was seen, then every difference and error, then what it ran on.
std::string trace_terminal(const Report& report, const TraceReport& trace, TerminalStyle style = {});

/// docs/trace.md describes it. UTF-8, one line.
std::string trace_json(const Report& report, const TraceReport& trace);

/// "5 of 6 statements verified: 4 confirmed, 1 mismatch; 1 skipped"
std::string trace_coverage(const TraceReport& trace);

}  // namespace pgfence::annotate
