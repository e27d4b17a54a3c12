#pragma once
// Places in SQL that a program fills with what is not known, where it does not matter what that is.

#include <string_view>

namespace pgfence::extract {

/// In the SQL in place of what a program puts in and nobody knows.
inline constexpr std::string_view kHole = "unknown_value";

/// It is one statement that reads or changes rows, and every hole of it stands in a literal that is a value there: no
/// name and no text of SQL is made of one.
bool holes_are_values(std::string_view sql);

}  // namespace pgfence::extract
