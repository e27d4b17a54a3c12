#pragma once
// Made-up rows, so that scans and rewrites have something to do and a NOT NULL without a default fails as it would.

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.h"
#include "trace/session.h"

namespace pgfence::trace {

struct Filled {
    std::size_t tables = 0, rows = 0;
    std::vector<std::string> notes;  ///< tables that took no rows, and why
};

/// Row g has g, or what the column's type makes of it, in every column: so keys are unique, amounts positive, foreign
/// keys find their row, and a text is a JSON value as well. Tables that refuse such rows stay empty.
Result<Filled> fill(Session& session, int rows);

}  // namespace pgfence::trace
