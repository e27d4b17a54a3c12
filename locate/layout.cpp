#include "locate/layout.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace pgfence::locate {
namespace {

using namespace std::string_view_literals;
using Words = std::span<const std::string_view>;

constexpr std::array kMigrationWords{"migration"sv, "migrations"sv, "migrate"sv, "migrator"sv, "migrates"sv};
/// Folders that hold migrations when their files are numbered or dated.
constexpr std::array kSequenceWords{"updates"sv,   "update"sv,     "upgrade"sv,   "upgrades"sv, "versioned"sv,
                                    "delta"sv,     "deltas"sv,     "patches"sv,   "versions"sv, "changes"sv,
                                    "changelog"sv, "changelogs"sv, "liquibase"sv, "drizzle"sv};
constexpr std::array kChangelogWords{"changelog"sv, "changelogs"sv, "liquibase"sv};
constexpr std::array kUpdateWords{"update"sv, "updates"sv, "upgrade"sv, "upgrades"sv};
/// What one of a sequence may be called, its number behind it.
constexpr std::array kChangeWords{"patch"sv,  "delta"sv,   "change"sv, "changeset"sv, "alter"sv, "alteration"sv,
                                  "hotfix"sv, "release"sv, "ver"sv,    "version"sv,   "rev"sv,   "revision"sv};
constexpr std::array kDatabaseWords{"db"sv, "database"sv, "databases"sv};
constexpr std::array kPostgresWords{"postgres"sv, "postgresql"sv, "pgsql"sv, "pg"sv, "psql"sv, "pgx"sv, "postgre"sv};
constexpr std::array kOtherDatabases{
    "mysql"sv,         "mysql5"sv,      "mysql8"sv,     "mariadb"sv,   "sqlite"sv,    "sqlite3"sv,  "sqllite"sv,
    "libsql"sv,        "turso"sv,       "clickhouse"sv, "mssql"sv,     "sqlserver"sv, "tsql"sv,     "oracle"sv,
    "cockroach"sv,     "cockroachdb"sv, "crdb"sv,       "tidb"sv,      "db2"sv,       "h2"sv,       "hsqldb"sv,
    "hsql"sv,          "derby"sv,       "duckdb"sv,     "snowflake"sv, "bigquery"sv,  "redshift"sv, "spanner"sv,
    "ydb"sv,           "cassandra"sv,   "scylla"sv,     "scylladb"sv,  "cql"sv,       "mongo"sv,    "mongodb"sv,
    "dameng"sv,        "oceanbase"sv,   "firebird"sv,   "vertica"sv,   "trino"sv,     "databend"sv, "neo4j"sv,
    "elasticsearch"sv, "planetscale"sv, "opensearch"sv, "questdb"sv,   "starrocks"sv, "doris"sv,    "sybase"sv};
/// Names long enough to be told inside of others: "riversqlite", "pgxv5".
constexpr std::array kPostgresParts{"postgres"sv, "pgsql"sv, "pgx"sv};
constexpr std::array kOtherParts{"mysql"sv, "sqlite"sv, "mariadb"sv, "clickhouse"sv, "cockroach"sv, "sqlserver"sv};
constexpr std::array kForTests{"seed"sv,        "seeds"sv,        "seeders"sv,
                               "seeder"sv,      "fixture"sv,      "fixtures"sv,
                               "testdata"sv,    "test_data"sv,    "test-data"sv,
                               "test"sv,        "tests"sv,        "__tests__"sv,
                               "__test__"sv,    "testing"sv,      "spec"sv,
                               "specs"sv,       "mock"sv,         "mocks"sv,
                               "__mocks__"sv,   "stub"sv,         "stubs"sv,
                               "dump"sv,        "dumps"sv,        "snapshots"sv,
                               "backup"sv,      "backups"sv,      "benchmark"sv,
                               "benchmarks"sv,  "e2e"sv,          "demo"sv,
                               "demos"sv,       "cypress"sv,      "integration-tests"sv,
                               "androidtest"sv, "testfixtures"sv, "migrationstests"sv,
                               "test-files"sv,  "test_files"sv,   "testfiles"sv};
constexpr std::array kForeignCode{"node_modules"sv, "vendor"sv, "third_party"sv,      "third-party"sv,
                                  "dist"sv,         ".git"sv,   "bower_components"sv, "site-packages"sv,
                                  ".venv"sv,        "target"sv};
/// Of a program, beside that.
constexpr std::array kBuilt{"build"sv, "Pods"sv};
constexpr std::array kBackward{"down"sv,     "undo"sv,      "revert"sv,    "reverts"sv,
                               "rollback"sv, "rollbacks"sv, "downgrade"sv, "downgrades"sv};
/// Beside a folder of those.
constexpr std::array kForward{"up"sv,      "do"sv,       "deploy"sv,  "apply"sv,     "forward"sv,
                              "upgrade"sv, "upgrades"sv, "migrate"sv, "migrations"sv};
/// What says in a file's name that it leads back, and what stands in its place in the one that goes forward.
constexpr std::array kBackwardInName{"down"sv,     "undo"sv,      "revert"sv, "rollback"sv, "downgrade"sv,
                                     "backward"sv, "backwards"sv, "back"sv,   "reverse"sv,  "unapply"sv};
constexpr std::array kForwardInName{"up"sv,      "do"sv,      "deploy"sv,   "apply"sv,  "upgrade"sv, "migration"sv,
                                    "migrate"sv, "forward"sv, "forwards"sv, "change"sv, "install"sv, "update"sv};
/// What migrations are written in; some of these have a reader.
constexpr std::array kPrograms{".js"sv,   ".ts"sv,    ".mjs"sv,  ".cjs"sv, ".mts"sv, ".cts"sv,   ".py"sv,
                               ".rb"sv,   ".go"sv,    ".java"sv, ".kt"sv,  ".kts"sv, ".scala"sv, ".groovy"sv,
                               ".clj"sv,  ".cljc"sv,  ".edn"sv,  ".ex"sv,  ".exs"sv, ".php"sv,   ".cs"sv,
                               ".fs"sv,   ".vb"sv,    ".rs"sv,   ".hs"sv,  ".erl"sv, ".pl"sv,    ".pm"sv,
                               ".lua"sv,  ".swift"sv, ".dart"sv, ".jl"sv,  ".cr"sv,  ".nim"sv,   ".sh"sv,
                               ".bash"sv, ".ps1"sv,   ".tcl"sv,  ".zig"sv, ".bat"sv, ".cmd"sv};
using When = FlywayCallback::When;
/// Flyway's, of events that a deployment without an error has (its documentation's list of callback events), in the
/// order in which it comes to them (Flyway.java, DbMigrate.java).
constexpr std::array<std::pair<std::string_view, When>, 17> kCallbacks{{
    {"beforeconnect", When::before},
    {"afterconnect", When::before},
    {"beforevalidate", When::before},
    {"aftervalidate", When::before},
    {"aftervalidateoperationfinish", When::before},
    {"beforecreateschema", When::new_schema},
    {"createschema", When::new_schema},
    {"beforemigrate", When::before},
    {"beforeeachmigrate", When::before_each},
    {"beforeeachmigratestatement", When::each_statement},
    {"aftereachmigratestatement", When::each_statement},
    {"aftereachmigrate", When::after_each},
    {"afterversioned", When::ahead_of_repeatables},
    {"beforerepeatables", When::ahead_of_repeatables},
    {"aftermigrateapplied", When::after_applied},
    {"aftermigrate", When::after},
    {"aftermigrateoperationfinish", When::after},
}};
constexpr std::array kSetAside{"legacy"sv, "archive"sv, "archived"sv, "deprecated"sv, "baseline"sv, "baselines"sv};
/// What no migration is called, whatever folder it is in.
constexpr auto kAlembicEnvironment = "env.py"sv;
constexpr std::array kSchemaDumps{"schema.sql"sv,   "structure.sql"sv, "dump.sql"sv, "backup.sql"sv,
                                  "snapshot.sql"sv, "seed.sql"sv,      "seeds.sql"sv};
constexpr std::array kDumps{"schema"sv, "structure"sv, "dump"sv,    "backup"sv,   "snapshot"sv, "seed"sv,
                            "seeds"sv,  "sample"sv,    "samples"sv, "baseline"sv, "latest"sv};

bool among(std::string_view word, Words words) { return std::find(words.begin(), words.end(), word) != words.end(); }

bool has_word(std::string_view name, Words words) {
    const auto pieces = split(name, "-_. ");
    return std::any_of(pieces.begin(), pieces.end(), [&](auto piece) { return among(piece, words); });
}
/// SQL_SERVER, ms-sql: one name in two words. A number behind it is none: db-2 is no db2.
bool has_name(std::string_view folder, Words names) {
    const auto pieces = split(folder, "-_. ");
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i)
        if (!pieces[i + 1].empty() && !is_digit(pieces[i + 1].front()) &&
            among(std::string(pieces[i]).append(pieces[i + 1]), names))
            return true;
    return has_word(folder, names);
}
bool has_part(std::string_view name, Words parts) {
    return std::any_of(parts.begin(), parts.end(), [&](auto part) { return name.find(part) != name.npos; });
}

template <class Holds>
bool any_folder(std::string_view path, Holds holds) {
    const std::string_view folders = folder_of(path);
    if (folders.empty()) return false;
    const auto all = split(folders, "/");
    return std::any_of(all.begin(), all.end(), holds);
}

/// "schema.sql", "schema-17.sql", "latest_data.sql"; not "schema_update.sql", and not "0001_schema.sql".
bool is_dump(std::string_view name) {
    if (!name.ends_with(".sql")) return false;
    const auto words = split(name.substr(0, name.size() - 4), "-_.");
    const auto is_number = [](std::string_view word) {
        return !word.empty() && std::all_of(word.begin(), word.end(), is_digit);
    };
    const std::string_view last = words.back();
    return among(words.front(), kDumps) && (words.size() == 1 || is_number(last) || last == "data");
}

/// One of its words says that it leads back, and beside it is the same name without that word or with its opposite:
/// 8-downgrade.sql beside 8-migration.sql, 1_a.rollback.sql beside 1_a.sql, down_1_a.sql beside up_1_a.sql. Such a word
/// may stand in any title: unless a dot sets it apart or it ends the name, only a number that two files share tells it.
template <class Beside>
bool has_forward_twin(std::string_view name, Beside beside) {
    const std::string_view stem = name.substr(0, name.size() - 4);
    for (const std::string_view word : split(stem, "-_. ")) {
        if (!among(word, kBackwardInName)) continue;
        const auto at = static_cast<std::size_t>(word.data() - stem.data()), behind = at + word.size();
        const std::string before(stem.substr(0, at)), after(stem.substr(behind));
        const bool is_first = before.empty(), is_last = after.empty();
        if (is_first && is_last) continue;
        const std::string rest = is_first ? after.substr(1) : before.substr(0, at - 1) + after;
        const bool by_number = is_numbered(rest), by_dot = is_last && before.back() == '.';
        const bool is_told = is_first || is_last, is_plain = among(word, kBackward);
        if (is_told && is_plain && (by_number || by_dot) && beside(rest + ".sql")) return true;
        if (!by_number && !by_dot && !is_last) continue;
        for (const std::string_view forward : kForwardInName) {
            if (beside(before + std::string(forward) + after + ".sql")) return true;
            if (by_dot && forward == "up" && beside(rest + "_up.sql")) return true;
        }
    }
    return false;
}

/// "do" or "undo" of 001.do.sql and 001.undo.add_x.js.
std::string_view postgrator_word(std::string_view name) {
    const auto pieces = split(name, ".");
    if (pieces.size() < 3 || pieces[0].empty() || !std::all_of(pieces[0].begin(), pieces[0].end(), is_digit)) return {};
    return pieces[1] == "do" || pieces[1] == "undo" ? pieces[1] : std::string_view();
}

}  // namespace

bool is_program(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot != name.npos && among(name.substr(dot), kPrograms);
}

std::string_view group_of(std::string_view path) {
    const auto folder = folder_of(path);
    const auto name = last_part(folder);
    return !name.empty() && is_digit(name[0]) ? folder_of(folder) : folder;
}

bool is_numbered(std::string_view name) {
    if (name.starts_with('v')) name.remove_prefix(1);
    return !name.empty() && is_digit(name[0]);
}

bool is_one_of_sequence(std::string_view name) {
    if (is_numbered(name)) return true;
    bool is_change = false;
    for (std::string_view word : split(name.substr(0, name.rfind('.')), "-_. ")) {
        const auto letters = word.substr(0, std::min(word.size(), word.find_first_of("0123456789")));
        if (is_change && (letters.empty() || letters == "v") && letters.size() < word.size()) return true;
        is_change |= among(letters, kMigrationWords) || among(letters, kUpdateWords) || among(letters, kChangeWords);
        if (is_change && letters.size() < word.size()) return true;
    }
    return false;
}

/// "x.mysql.up.sql", "x-mysql.sql". A word inside the description ("add_mysql_settings.sql") says nothing.
Database database_in_name(std::string_view name) {
    const auto pieces = split(name, ".");
    for (std::size_t i = pieces.size(); i-- > 1;) {
        if (among(pieces[i], kPostgresWords)) return Database::postgres;
        if (among(pieces[i], kOtherDatabases)) return Database::other;
    }
    // Programs are written for whatever database they are given.
    if (!name.ends_with(".sql")) return Database::unsaid;
    const auto dash = pieces[0].rfind('-');
    const auto last = dash == pieces[0].npos ? std::string_view() : pieces[0].substr(dash + 1);
    if (among(last, kPostgresWords)) return Database::postgres;
    return among(last, kOtherDatabases) ? Database::other : Database::unsaid;
}

bool is_foreign(std::string_view path) {
    return any_folder(path, [](auto folder) { return among(folder, kForeignCode); });
}

bool is_for_tests(std::string_view path) {
    return any_folder(path, [](auto folder) {
        return among(folder, kForTests) || folder.ends_with("-tests") || folder.ends_with("-test");
    });
}

bool is_example(std::string_view path) {
    return any_folder(path, [](auto folder) { return folder == "example" || folder == "examples"; });
}

std::string_view migrations_folder(std::string_view path) {
    for (auto folder = folder_of(path); !folder.empty(); folder = folder_of(folder))
        if (has_word(last_part(folder), kMigrationWords)) return folder;
    return {};
}

bool is_in_layout(std::string_view path) {
    const auto name = last_part(path);
    const char kind = flyway_kind(name);
    if (kind != 0 || is_flyway_callback(name) || name.ends_with(".up.sql") || name.ends_with(".down.sql") ||
        !postgrator_action(name).empty())
        return true;
    if (!migrations_folder(path).empty()) return true;
    const auto folder = folder_of(path);
    const auto folder_name = last_part(folder);
    if (is_numbered(folder_name) && (name == "up.sql" || name == "down.sql" || name == "migration.sql")) return true;
    if (has_word(folder_name, kSequenceWords)) return is_numbered(name);
    if (has_word(name, kUpdateWords) && any_folder(folder, [](auto word) { return has_word(word, kUpdateWords); }))
        return true;
    // updates/4.2/any.sql: the version is the folder's name.
    return is_numbered(folder_name) && any_folder(folder, [](auto word) { return has_word(word, kSequenceWords); });
}

bool may_hold_migration_code(std::string_view path) {
    const auto name = last_part(path);
    if (!is_numbered(name) && has_word(name, std::array{"template"sv})) return false;
    // JSON is mostly something else: only a changelog is called one.
    const auto is_changelog = [](auto part) { return has_word(part, kChangelogWords); };
    if (is_changelog(name)) return true;
    if (name.ends_with(".json")) return any_folder(path, is_changelog);
    if (!migrations_folder(path).empty() || flyway_kind(name) != 0 || name == "migrations.go") return true;
    // Changelogs lie in db/, and are called so or numbered.
    const bool in_database = any_folder(path, [](auto folder) { return has_word(folder, kDatabaseWords); });
    return any_folder(path, [](auto folder) { return has_word(folder, kSequenceWords); }) ||
           (in_database && (is_numbered(name) || has_word(name, kSequenceWords)));
}

std::optional<std::string_view> why_not(std::string_view path) {
    const auto name = last_part(path);
    const bool by_name = name.starts_with("verify") && name.find("migration") != name.npos;
    if (by_name || any_folder(path, [](auto folder) { return folder == "verify"; })) return "it verifies a migration";
    const bool in_version = is_numbered(last_part(folder_of(path)));
    if (is_dump(name) && !in_version) return "a dump or seed by its name";
    if (flyway_kind(name) == 'b') return "a Flyway baseline, which stands for earlier migrations";
    if (any_folder(path, [](auto folder) { return among(folder, kSetAside); })) return "in a folder that is set aside";
    if (database_in_name(name) == Database::other) return "named for another database";
    if (database_named(path) == Database::other) return "in a folder for another database";
    return std::nullopt;
}

Database database_named(std::string_view path) {
    if (const Database said = database_in_name(last_part(path)); said != Database::unsaid) return said;
    const auto folders = path_parts(folder_of(path));
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
        if (is_numbered(*folder)) continue;  // a migration's title: 20240821_add_postgres_migrations of MySQL's
        if (has_name(*folder, kPostgresWords) || has_part(*folder, kPostgresParts)) return Database::postgres;
        if (has_name(*folder, kOtherDatabases) || has_part(*folder, kOtherParts)) return Database::other;
    }
    return Database::unsaid;
}

Database database_in_words(std::string_view text) {
    const auto words = split(text, " .\"'()_-,\t\r\n=");
    const auto any = [&](Words names) {
        return std::any_of(words.begin(), words.end(), [&](auto word) { return among(word, names); });
    };
    if (any(kPostgresWords)) return Database::postgres;
    return any(kOtherDatabases) ? Database::other : Database::unsaid;
}

bool is_postgres_word(std::string_view word) { return among(word, kPostgresWords); }

bool is_named_backward(std::string_view name) {
    return name == "down.sql" || name.ends_with(".down.sql") || name.ends_with(".undo.sql") ||
           name.ends_with(".rollback.sql") || name.ends_with(".revert.sql") || postgrator_word(name) == "undo" ||
           flyway_kind(name) == 'u';
}

bool runs_backward(std::string_view path) {
    const auto name = last_part(path);
    return is_named_backward(name) || name.ends_with("_down.sql") || name.ends_with("-down.sql") ||
           any_folder(path, [](auto folder) { return among(folder, kBackward); });
}

bool is_down_file(std::string_view path) {
    const auto name = last_part(path);
    const auto down = name.rfind(".down."), up = name.rfind(".up.");
    return name == "down.sql" || (down != name.npos && (up == name.npos || up < down));
}

bool never_leads_back(std::string_view) { return false; }

namespace {

/// "*_dbs" of "rollback_dbs". The word is a view into the folder's name.
std::string with_word_open(std::string_view folder, std::string_view word) {
    const auto at = static_cast<std::size_t>(word.data() - folder.data());
    return std::string(folder.substr(0, at)) + "*" + std::string(folder.substr(at + word.size()));
}

}  // namespace

Twins::Twins(const std::vector<std::string_view>& paths) {
    for (const auto path : paths) {
        std::string lower = lower_case(path);
        const auto name = last_part(lower);
        if (flyway_kind(name) == 'v') all_.insert(path_in(folder_of(lower), name.substr(0, name.find("__"))));
        if (postgrator_word(name) == "do") all_.insert(path_in(folder_of(lower), name.substr(0, name.find('.'))));
        add_with_open_words(lower);
        all_.insert(std::move(lower));
    }
}

void Twins::add_with_open_words(std::string_view path) {
    const auto parts = path_parts(path);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const std::string_view folder = parts[i];
        const auto at = static_cast<std::size_t>(folder.data() - path.data());
        for (const std::string_view word : split(folder, "-_."))
            if (word.size() < folder.size() && !among(word, kBackward))
                with_open_word_.insert(std::string(path.substr(0, at)) + with_word_open(folder, word) +
                                       std::string(path.substr(at + folder.size())));
    }
}

bool Twins::back_by_name(std::string_view path) const {
    const std::string text = lower_case(path);
    const auto folder = folder_of(text), name = last_part(text);
    const auto beside = [&](const std::string& other) { return all_.contains(path_in(folder, other)); };
    if (name == "down.sql") return beside("up.sql") || beside("migration.sql");
    if (flyway_kind(name) == 'u') return beside("v" + std::string(name.substr(1, name.find("__") - 1)));
    if (postgrator_word(name) == "undo") return beside(std::string(name.substr(0, name.find('.'))));
    if (name.ends_with(".sql") && has_forward_twin(name, beside)) return true;
    // A runner of the project's own, whose migrations may be programs: 7_orders.down.go.
    const auto down = name.rfind(".down.");
    if (down == name.npos || !is_program(name)) return false;
    const std::string up = std::string(name.substr(0, down)) + ".up.";
    return beside(up + "sql") || beside(up + std::string(name.substr(down + std::string_view(".down.").size())));
}

bool Twins::back_by_folder(std::string_view path) const {
    const std::string text = lower_case(path);
    const auto parts = path_parts(text);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const auto at = static_cast<std::size_t>(parts[i].data() - text.data());
        const std::string_view around = std::string_view(text).substr(0, i == 0 ? 0 : at - 1);
        const std::string_view inside =
            std::string_view(text).substr(static_cast<std::size_t>(parts[i + 1].data() - text.data()));
        if (!among(parts[i], kBackward)) {
            if (has_forward_sibling(around, parts[i], inside)) return true;
            continue;
        }
        if (all_.contains(path_in(around, inside))) return true;
        for (const std::string_view forward : kForward)
            if (all_.contains(path_in(path_in(around, forward), inside))) return true;
    }
    return false;
}

bool Twins::has_forward_sibling(std::string_view around, std::string_view folder, std::string_view inside) const {
    for (const std::string_view word : split(folder, "-_."))
        if (among(word, kBackward) && word.size() < folder.size() &&
            with_open_word_.contains(path_in(path_in(around, with_word_open(folder, word)), inside)))
            return true;
    return false;
}

bool is_program_of_numbered_folder(std::string_view path) {
    const auto name = last_part(path), stem = name.substr(0, name.rfind('.'));
    return is_program(name) && (stem == "migration" || stem == "migrate" || stem == "up") &&
           is_numbered(last_part(folder_of(path)));
}

namespace {

/// "1663923770" of next-1663923770-add_x.ts, a release's word before the time: nine digits or more.
bool has_date_behind_word(std::string_view name) {
    const auto separator = name.find_first_of("-_");
    return separator != name.npos && leading_digits(name.substr(separator + 1)).size() > 8;
}

}  // namespace

bool is_numbered_program(std::string_view name) {
    if (!is_program(name) || name.ends_with(".designer.cs") || name.ends_with("_test.go") || name.ends_with(".d.ts"))
        return false;
    for (const std::string_view prefix : {"version", "migration", "script", "v", "m"})
        if (name.starts_with(prefix)) {
            name.remove_prefix(prefix.size());
            break;
        }
    if (name.starts_with('_')) name.remove_prefix(1);
    return !name.empty() && (is_digit(name[0]) || has_date_behind_word(name));
}

bool is_of_migrations(std::string_view path) {
    const std::string text = lower_case(path);
    if (last_part(text) == kAlembicEnvironment) return false;
    if (!migrations_folder(text).empty()) return true;
    const auto name = last_part(text);
    if (name == "schema.rb" || text.find("alembic/versions/") != text.npos) return true;
    if (!name.ends_with(".sql")) return false;
    const auto folder = last_part(folder_of(text));
    return is_named_backward(name) || among(name, kSchemaDumps) || flyway_kind(name) != 0 ||
           name.ends_with(".up.sql") || postgrator_action(name) == "do" ||
           (!folder.empty() && is_digit(folder[0]) && (name == "up.sql" || name == "migration.sql"));
}

bool is_of_others(std::string_view path) {
    return any_folder(path, [](auto folder) { return among(folder, kForeignCode) || among(folder, kBuilt); });
}

char flyway_kind(std::string_view name) {
    const auto separator = name.find("__");
    if (separator == name.npos || separator == 0) return 0;
    const auto version = name.substr(1, separator - 1);
    const char kind = to_lower(name[0]);
    if (kind == 'r') return version.empty() ? 'r' : '\0';
    if (kind != 'v' && kind != 'u' && kind != 'b') return 0;
    const bool numbers =
        std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.' || c == '_'; });
    return !version.empty() && is_digit(version[0]) && numbers ? kind : '\0';
}

/// What stands before "__", or all of it, must be a version (ResourceNameParser.java, MigrationVersion.java): digits,
/// with dots or underscores between.
bool lacks_flyway_separator(std::string_view name) {
    if (name.size() < 2 || name[0] != 'V' || !is_digit(name[1])) return false;
    const std::string_view stem = name.substr(1, name.rfind('.') - 1), version = stem.substr(0, stem.find("__"));
    return !std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.' || c == '_'; });
}

std::optional<FlywayCallback> flyway_callback(std::string_view name) {
    const std::string lower = lower_case(name);
    if (!lower.ends_with(".sql") && !is_program(lower)) return std::nullopt;
    const auto end = std::min(lower.find("__"), lower.find('.'));
    const auto* event = std::find_if(kCallbacks.begin(), kCallbacks.end(),
                                     [&](const auto& one) { return one.first == lower.substr(0, end); });
    if (event == kCallbacks.end()) return std::nullopt;
    return FlywayCallback{event->second, static_cast<std::size_t>(event - kCallbacks.begin())};
}

bool is_flyway_callback(std::string_view name) { return flyway_callback(name).has_value(); }

std::string_view postgrator_action(std::string_view name) {
    return name.ends_with(".sql") ? postgrator_word(name) : std::string_view();
}

}  // namespace pgfence::locate
