#pragma once
// Signs of a runner that is a program of the repository itself.

#include <string_view>

namespace pgfence::extract {

/// By its path, a program that may read migrations: "db/migration/migration.go".
bool may_be_own_runner(std::string_view path);
/// An SQL file whose name tells its runner of the transaction, in words that no known tool reads: 1_a_autocommit.sql.
bool has_own_mark(std::string_view path);

}  // namespace pgfence::extract
