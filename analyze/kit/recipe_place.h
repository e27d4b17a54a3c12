#pragma once
// Which recipes may be put into the author's file with one click.

#include <string_view>

#include "core/analysis.h"
#include "core/finding.h"

namespace pgfence {

/// Decides whether the recipe's first step takes the place of `statement`, which is the text as the author's file has
/// it. It does only when nothing that the author wrote is lost by it: every name, string and number of the statement
/// stands in the step too. A step that only prepares for the statement, or holds a part of it, stays elsewhere: a click
/// on it would delete the rest of the migration; one that must run outside a transaction would fail in the file's own.
/// Steps placed by their rule keep their place.
void place_first_step(Recipe& recipe, std::string_view statement, TransactionKind transaction);

/// A text with $1 in it is what a tool sends beside its values: nobody can run it as it is. Steps that repeat the
/// statement name it in words; false where another step would need those values, or where the statement is all of it.
bool say_without_values(Recipe& recipe, std::string_view statement);

}  // namespace pgfence
