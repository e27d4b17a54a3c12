#pragma once
// For what a statement uses the placeholders whose value nobody knows, and whether it matters what that is.

#include <string_view>

#include "core/stand_in.h"

namespace pgfence::extract {

/// In the SQL in place of what a program puts in and nobody knows.
inline constexpr std::string_view kPlaceholder = kUnknownValue;

/// It is one statement that reads or changes rows, and every placeholder of it stands in a literal that is a value
/// there, or is the number of a query's LIMIT or OFFSET: no name and no text of SQL is made of one.
bool placeholders_are_values(std::string_view sql);

/// It is one statement about privileges, roles or who owns something, and every placeholder of it is a role there, or
/// stands in a literal: whoever that is, the same is locked.
bool placeholders_are_roles(std::string_view sql);

}  // namespace pgfence::extract
