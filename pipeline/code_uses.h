#pragma once
// Names that a change takes away, looked for in the code of the commit it is compared with: that code is running while
// the migration is. A text search, and said to be one.

#include "core/analysis.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// Adds the findings of same-release-code-and-schema in their places. What could not be searched is a note.
void find_uses_in_code(Analysis& analysis, Prepared& change);

}  // namespace pgfence::pipeline
