#pragma once

#include "core/boxed.h"
#include "core/expr.h"

namespace pgfence {

/// Two spellings of one condition: a dump writes casts and qualifiers that nobody wrote, and = ANY (ARRAY[...]) for
/// IN (...). What a sub-select asks is not compared. Without a condition it is true of every row.
bool says_the_same(const Boxed<Expr>& a, const Boxed<Expr>& b);

}  // namespace pgfence
