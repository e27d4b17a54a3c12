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

/// For CommentContext::trace, at most `most` bytes: what differs or failed, then every statement, folded.
std::string trace_markdown(const Report& report, const TraceReport& trace, std::size_t most);
/// What it may take of a comment, of which GitHub takes 65,536 code points.
inline constexpr std::size_t kMostOfComment = 20'000;

/// As sarif(), with a run of its own for mismatches and errors; its category ends in "-trace".
std::string sarif_with(const Report& report, const TraceReport& trace, Suppressed suppressed = Suppressed::marked,
                       std::string_view category = "pgfence");

/// "5 of 6 statements verified: 4 confirmed, 1 mismatch; 1 skipped"
std::string trace_coverage(const TraceReport& trace);

}  // namespace pgfence::annotate
