#pragma once
// Questions about an expression's shape that PostgreSQL answers with its planner.

#include <functional>
#include <string_view>

#include "core/expr.h"

namespace pgfence {

bool mentions_column(const Expr& expr, std::string_view column);
/// NULL, or NULL under casts: a default that leaves every old row null.
bool is_null_literal(const Expr& expr);

/// predicate_implied_by (predtest.c) in weak mode, for the goal `column IS NOT NULL`: `expr` true or null for a row
/// means that the column is not null there. AND holds it if any branch does, OR if all do.
bool proves_not_null(const Expr& expr, std::string_view column);

}  // namespace pgfence
