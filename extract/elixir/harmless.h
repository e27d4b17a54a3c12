#pragma once
// Calls of Elixir, Ecto and their libraries that do nothing to the database, as far as migrations make them. What is
// not here is listed as unread, so that a name that is missing costs a word, never a table.

#include <string_view>

namespace pgfence::extract {

/// A function of Kernel's or of Ecto's macros for queries: it computes, or writes to the terminal.
bool is_harmless_function(std::string_view name);
/// "String.upcase": of a module whose functions never reach the database, or one of them.
bool is_harmless_path(std::string_view path);
/// Of a repository: it reads rows, or asks the repository about itself.
bool only_reads_rows_of_repo(std::string_view name);

}  // namespace pgfence::extract
