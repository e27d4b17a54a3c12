#pragma once
// Names, literals and conditions as SQL has them.

#include <string>
#include <string_view>

namespace pgfence::extract {

/// "name" in the quotes PostgreSQL takes.
std::string quoted(std::string_view name);
/// 'text', with standard_conforming_strings.
std::string literal(std::string_view text);

/// A condition, or a query with one, that holds a column named like a key against a value: `= 'x'`, `IN (1, 2)`,
/// `BETWEEN`, in each branch of its ORs; or that has LIMIT. Values of other columns, NULL, a pattern, <, > and what
/// only a run of the program tells leave in as many rows as there are. `table`: whose rows, where the text does not
/// say.
bool picks_rows(std::string_view condition, std::string_view table = {});

}  // namespace pgfence::extract
