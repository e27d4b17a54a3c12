#pragma once
// Names, literals and conditions as SQL has them.

#include <string>
#include <string_view>

namespace pgfence::extract {

/// "name" in the quotes PostgreSQL takes.
std::string quoted(std::string_view name);
/// 'text', with standard_conforming_strings.
std::string literal(std::string_view text);

/// A condition, or a query with one, that holds something against a value: `= 'x'`, `IN (1, 2)`, `BETWEEN`, or LIMIT.
/// NULL, a pattern, <, > and what only a run of the program tells leave in as many rows as there are.
bool picks_rows(std::string_view condition);

}  // namespace pgfence::extract
