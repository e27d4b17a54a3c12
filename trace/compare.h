#pragma once
// A prediction held against what a server did. Pure: the same arguments give the same answer.

#include <set>
#include <string>
#include <vector>

#include "core/analysis.h"
#include "core/trace.h"
#include "trace/relations.h"

namespace pgfence::trace {

struct Comparison {
    TraceVerdict verdict = TraceVerdict::confirmed;
    std::vector<std::string> differences, remarks;  ///< as in TracedStatement
};

/// What nobody could predict: text that is made when it runs, say.
struct Unforeseen {
    std::vector<std::string> parts = {};  ///< of the statement, that were not read: a sentence each
    std::set<Oid> relations = {};         ///< made by such parts of earlier statements
};

/// `before` are the relations that were there before the statement: of what it made itself no lock matters.
Comparison compare(const AnalyzedStatement& predicted, const Observation& seen, const Relations& before,
                   const Unforeseen& unforeseen = {});

/// SELECT, INSERT, VACUUM, ...: what they read is chosen by plans and by the rows that are there.
bool is_query(std::string_view kind);

/// What was seen, in the terms of a prediction. Others use only what `base` has, the relations before the change.
Effects effects_of(const Observation& seen, const Relations& base);

}  // namespace pgfence::trace
