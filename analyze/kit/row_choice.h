#pragma once
// Which rows an UPDATE, a DELETE or a WHEN of a MERGE picks, as far as its text tells.

#include <string>
#include <vector>

#include "analyze/kit/choosing_statement.h"

namespace pgfence {

/// A column of the one row that a trigger was fired for.
bool is_of_trigger_row(const Expr& e);
/// Something the file spells out: a literal, an expression of such; a parameter or a column of a trigger's row, where
/// the statement does not run for as many of them as there are rows.
bool is_value(const Expr& e, const RowChoice& choice);

/// One of the sides of the comparison is a value, or one that a variable holds.
bool has_value(const Expr& comparison, const RowChoice& choice);

/// The condition is true only of rows that equal something the file spells out, or lie between two such: that may pick
/// few rows. All else (IS NULL, <>, >, a join) is true of most rows as often as not. So is id IN (SELECT ...) where the
/// query has no value: it gives as many rows as its tables have.
bool picks_by_value(const Expr& e, const RowChoice& choice);

/// One of the table's unique indexes allows no more rows than the condition has values for.
bool picks_by_key(const RowChoice& choice);

/// The same, where BETWEEN counts and, of a table that nobody described, a column named like its key; or they are those
/// that a query, or a joined table, gives for something spelled out. One value of any other column may be that of all.
bool names_few_rows(const RowChoice& choice);

/// A trigger's statement takes the rows with the key, or of the reference, that the row has for which it fired: no more
/// than belong to the rows that the statement changes which fired it.
bool picks_by_row_at_hand(const RowChoice& choice);

/// It names no more rows than the file spells out, or than its LIMIT lets through.
bool is_limited(const RowChoice& choice);

/// Rows that a constraint that holds lets none of in: what points at nothing, what is there twice.
bool picks_no_row(const RowChoice& choice);

/// Nothing in the statement says which rows: each of them, or those for which some other table has a row. A condition
/// that compares a column with something the file spells out, or with NULL, says so, however many rows it is true of.
bool picks_any_row(const Step& step, const Dml& dml);

/// What it does for each row (a function, a trigger) it does for no more rows than the file spells out.
bool is_for_few_rows(const RowChoice& choice);

}  // namespace pgfence
