#pragma once
// Which rows an UPDATE, a DELETE or a WHEN of a MERGE picks, as far as its text tells.

#include "analyze/kit/rule.h"

namespace pgfence {

/// A column of the one row that a trigger was fired for.
bool is_of_trigger_row(const Expr& e);
/// Something the file spells out: a literal, a parameter, an expression of such.
bool is_value(const Expr& e);

/// The condition is true only of rows that equal something the file spells out, or lie between two such: that may pick
/// few rows. All else (IS NULL, <>, >, a join) is true of most rows as often as not. So is id IN (SELECT ...) where the
/// query has no value: it gives as many rows as its tables have.
bool picks_by_value(const Expr& e, const Dml& dml);

/// It names no more rows than the file spells out, or than its LIMIT lets through.
bool is_limited(const Step& step, const Dml& dml);

/// Nothing in the statement says which rows: each of them, or those for which some other table has a row. A condition
/// that compares a column with something the file spells out, or with NULL, says so, however many rows it is true of.
bool picks_any_row(const Step& step, const Dml& dml);

}  // namespace pgfence
