#pragma once
// What the path of a file alone says about it: whether a migration tool may have put it there, for which database, in
// which direction. Paths are in lower case here.

#include <optional>
#include <string_view>
#include <unordered_set>

#include "core/path_text.h"

namespace pgfence::locate {

/// Somebody else's code, or text that is only there for tests: of no interest, and not worth a word.
bool is_foreign(std::string_view path);
bool is_for_tests(std::string_view path);
bool is_example(std::string_view path);

/// Below a folder whose name speaks of migrations, or named as only a migration is (V1__x.sql, 1_x.up.sql).
bool is_in_layout(std::string_view path);
/// Code is looked into only where its path speaks of migrations.
bool may_hold_migration_code(std::string_view path);
/// The innermost folder whose name speaks of migrations; empty when none does.
std::string_view migrations_folder(std::string_view path);

/// Of a file in such a place: why it is no migration, or none that PostgreSQL runs.
std::optional<std::string_view> why_not(std::string_view path);
/// The database that a name in the path tells; the last one counts.
enum class Database { unsaid, postgres, other };
Database database_named(std::string_view path);
/// The database that a text in lower case names, PostgreSQL before others: "if .mysql".
Database database_in_words(std::string_view text);
/// One spelling of PostgreSQL's name in file names, "postgres" of 1.postgres.up.sql.
bool is_postgres_word(std::string_view word);

/// By its name or a folder's: what no deployment runs.
bool runs_backward(std::string_view path);
/// By its name alone: globs that name a file in a folder "down" want it.
bool is_named_backward(std::string_view name);
/// 1_add_down.sql beside 1_add_up.sql; alone, the word belongs to the description ("mark_down.sql"). Of a path in any
/// case, `all` with it.
bool is_down_of_a_pair(std::string_view path, const std::unordered_set<std::string_view>& all);

/// Part of how the schema came to be, in whatever language, direction and for whichever database: migrations, their way
/// back, dumps of the schema. Not the application. Of a path in any case.
bool is_of_migrations(std::string_view path);
/// Not the program's own text, but somebody else's or what was built from it. Of a path as it is.
bool is_of_others(std::string_view path);

/// Flyway's V1_2__add_x.sql, R__views.sql, U1__undo.sql, B1__baseline.sql: 'v', 'r', 'u' or 'b', else 0. Of a name in
/// either case; Flyway itself takes capitals only.
char flyway_kind(std::string_view name);
/// Postgrator's 001.do.sql and 001.do.add_x.sql: "do" or "undo", else nothing.
std::string_view postgrator_action(std::string_view name);

}  // namespace pgfence::locate
