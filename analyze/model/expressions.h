#pragma once
// Questions about an expression's shape that PostgreSQL answers with its planner.

#include <functional>
#include <string>
#include <string_view>

#include "analyze/catalog/relation.h"
#include "core/expr.h"

namespace pgfence {

/// What stands below casts: '2022-01-01'::date is the literal.
inline const Expr& uncast(const Expr& expr) {
    const Expr* inner = &expr;
    while (inner->kind == Expr::Kind::cast && !inner->args.empty()) inner = &inner->args.front();
    return *inner;
}
bool mentions_column(const Expr& expr, std::string_view column);
/// Every row has all of them (heap_getsysattr).
bool is_system_column(std::string_view name);
/// NULL, or NULL under casts: a default that leaves every old row null.
bool is_null_literal(const Expr& expr);

/// The first call in it that gives another answer tomorrow, on its own account: the clock, chance, the session. Empty:
/// none. Functions that are but stable through a setting (to_char, date_trunc of a timestamptz) are not meant.
std::string unsteady_call(const Expr& expr, int version);

/// The condition is true of each row that such a table can have: id > 0 of a key that a sequence fills, note IS NOT
/// NULL where note is NOT NULL. What it does not tell is false.
bool holds_for_every_row(const Expr& condition, const Relation& table);

/// predicate_implied_by (predtest.c) in weak mode, for the goal `column IS NOT NULL`: `expr` true or null for a row
/// means that the column is not null there. AND holds it if any branch does, OR if all do.
bool proves_not_null(const Expr& expr, std::string_view column);

}  // namespace pgfence
