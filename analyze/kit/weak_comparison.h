#pragma once
// Comparisons with a value that are true of nearly every row all the same.

#include "core/expr.h"

namespace pgfence {

/// state <> 'x', note NOT LIKE 'x%', id <> ALL (...): all rows but those of one value.
bool excludes_a_value(const Expr& e);

/// LIKE '%@%', ~ '.', < '9999-12-31', > '1900-01-01', < 2147483647: of no row, or of few, is it false.
bool is_true_of_most(const Expr& e);

}  // namespace pgfence
