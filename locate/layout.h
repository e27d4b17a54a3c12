#pragma once
// What the path of a file alone says about it: whether a migration tool may have put it there, for which database, in
// which direction. Paths are in lower case here.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/path_text.h"

namespace pgfence::locate {

/// Somebody else's code, or text that is only there for tests: of no interest, and not worth a word.
bool is_foreign(std::string_view path);
bool is_for_tests(std::string_view path);
bool is_example(std::string_view path);

/// Below a folder whose name speaks of migrations, or named as only a migration is (V1__x.sql, 1_x.up.sql).
bool is_in_layout(std::string_view path);
/// Code is looked into only where its path names migrations.
bool may_hold_migration_code(std::string_view path);
/// The innermost folder whose name speaks of migrations; empty when none does.
std::string_view migrations_folder(std::string_view path);

/// Of a file in such a place: why it is no migration, or none that PostgreSQL runs.
std::optional<std::string_view> why_not(std::string_view path);
/// The database that a name in the path tells; the last one counts.
enum class Database { unsaid, postgres, other };
Database database_named(std::string_view path);
/// Likewise of a file's name alone: x.mysql.up.sql, x-mysql.sql.
Database database_in_name(std::string_view name);
/// The database that a text in lower case names, PostgreSQL before others: "if .mysql".
Database database_in_words(std::string_view text);
/// One spelling of PostgreSQL's name in file names, "postgres" of 1.postgres.up.sql.
bool is_postgres_word(std::string_view word);

/// By its name or a folder's.
bool runs_backward(std::string_view path);
/// Its name says that it leads back: 1_a.down.sql, 1_a.undo.sql, U1__a.sql. Of a name in lower case.
bool is_named_backward(std::string_view name);
/// golang-migrate's way back, whatever the file ends in: 1_a.down.sql, 1_a.down.txt.
bool is_down_file(std::string_view path);
/// For tools that run whatever has a number: there is no way back in a file of its own.
bool never_leads_back(std::string_view path);

/// Which files lead back for lack of a tool that says so: those whose name or folder says it, and that have a twin that
/// goes forward (1_a.down.sql beside 1_a.sql, down/1_a.sql beside up/1_a.sql). Alone, such a word belongs to the
/// description ("mark_down.sql"), and runners that go by numbers run the file.
class Twins {
public:
    explicit Twins(const std::vector<std::string_view>& paths);
    /// Of a path in any case, here and below.
    bool leads_back(std::string_view path) const { return back_by_name(path) || back_by_folder(path); }
    bool back_by_name(std::string_view path) const;

private:
    bool back_by_folder(std::string_view path) const;
    /// rollback_dbs/1.2/a.sql beside init_dbs/1.2/a.sql: folders that differ in one word of their names.
    bool has_forward_sibling(std::string_view around, std::string_view folder, std::string_view inside) const;
    void add_with_open_words(std::string_view path);

    std::unordered_set<std::string> with_open_word_;  ///< "*_dbs/1.2/a.sql", for each word of a folder of several
    std::unordered_set<std::string> all_;  ///< in lower case; of Flyway's and Postgrator's, their numbers too
};

/// The folder of the files that belong together: of those in one folder, or in the folders 0001_x/, 0002_y/ beside each
/// other.
std::string_view group_of(std::string_view path);

/// By its ending, a program's text or script. Of a name in lower case.
bool is_program(std::string_view name);
/// A name that begins as those of sequences do: 0001_x, 2024-01-01-x, v1.2. Of one in lower case, as the next.
bool is_numbered(std::string_view name);
/// Likewise, or with a number behind a word for changes: migration-2-0006-20210107.sql, upgrade-1.2-to-1.3.sql,
/// patch005.sql.
bool is_one_of_sequence(std::string_view name);
/// A program with the number of a migration, in whatever language, its own prefix before it: m20220101_x.rs,
/// Version20240101.php, 20240101_x.cs, 0003_x.clj, next-1663923770-x.ts. Not what a tool writes beside it.
bool is_numbered_program(std::string_view name);
/// Likewise by the folder that it has for itself: 20240101_x/migration.ts. Of a path in lower case.
bool is_program_of_numbered_folder(std::string_view path);

/// Part of how the schema came to be, in whatever language, direction and for whichever database: migrations, their way
/// back, dumps of the schema. Not the application, nor the program that runs them. Of a path in any case.
bool is_of_migrations(std::string_view path);
/// Not the program's own text, but somebody else's or what was built from it. Of a path as it is.
bool is_of_others(std::string_view path);

/// Flyway's V1_2__add_x.sql, R__views.sql, U1__undo.sql, B1__baseline.sql: 'v', 'r', 'u' or 'b', else 0. Of a name in
/// either case; Flyway itself takes capitals only.
char flyway_kind(std::string_view name);
/// V21_add_x.sql: Flyway passes it over, for want of a second underscore behind the version.
bool lacks_flyway_separator(std::string_view name);
/// Flyway's afterMigrate.sql, beforeEachMigrate__x.sh.
struct FlywayCallback {
    /// Where in a deployment it runs.
    enum class When : std::uint8_t {
        before,                ///< ahead of all migrations
        new_schema,            ///< likewise, in the deployment that makes the schema alone
        before_each,           ///< ahead of each migration
        each_statement,        ///< around each statement of a migration
        after_each,            ///< behind each migration
        ahead_of_repeatables,  ///< between versioned migrations and R__
        after_applied,         ///< behind all migrations, where one of them ran
        after,                 ///< behind all migrations
    } when;
    std::size_t event;  ///< its place among the events of a deployment
};
/// Of a name in either case; nothing: it is none.
std::optional<FlywayCallback> flyway_callback(std::string_view name);
bool is_flyway_callback(std::string_view name);
/// Postgrator's 001.do.sql and 001.do.add_x.sql: "do" or "undo", else nothing.
std::string_view postgrator_action(std::string_view name);

}  // namespace pgfence::locate
