#pragma once
// Comparisons with a value that are true of nearly every row all the same.

#include "core/expr.h"

namespace pgfence {

/// state <> 'x', note NOT LIKE 'x%', id NOT IN (1, 2): all rows but those of a few values.
bool excludes_a_value(const Expr& e);

/// LIKE '%@%', ~ '.', < '9999-12-31', > '1900-01-01', < 2147483647: of no row, or of few, is it false.
bool is_true_of_most(const Expr& e);

/// id > 0: of a key every row has a greater number.
bool is_above_first_number(const Expr& e);

/// (state = 'x') = false: what is denied; null when nothing is.
const Expr* denied_by(const Expr& e);

/// array_position(..., state): NULL where nothing was found, which is most rows.
bool is_null_of_most(const Expr& e);

}  // namespace pgfence
