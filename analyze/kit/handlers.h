#pragma once
// EXCEPTION WHEN ...: what the blocks around a statement of a body make of an error.

#include <string_view>

#include "core/action.h"

namespace pgfence {

/// One of its handlers names the error, by name, by SQLSTATE, by the class of either or as OTHERS: the statement then
/// leaves nothing behind, and the script goes on.
bool is_caught(const BodyStatement* part, std::string_view sqlstate);

}  // namespace pgfence
