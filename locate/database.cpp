#include "locate/database.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/sql_scanner.h"

namespace pgfence::locate {
namespace {

using namespace std::string_view_literals;
using Words = std::span<const std::string_view>;

constexpr std::size_t kEnough = 64 << 10;  // bytes of SQL that are looked at

/// In SQL whose words and signs have one blank between them (in_words).
constexpr std::array kPostgresAlone{" bigserial "sv, " jsonb "sv,     " timestamptz "sv, " plpgsql "sv,  " bytea "sv,
                                    " using gin "sv, " : : "sv,       " owner to "sv,    " public . "sv, " as enum "sv,
                                    " ilike "sv,     " extension "sv, " concurrently "sv};
/// That some other databases take as well.
constexpr std::array kPostgresToo{" serial "sv,         " uuid "sv, " using btree "sv,
                                  " with time zone "sv, " $$ "sv,   " returning "sv};
constexpr std::array kOtherSql{" auto_increment "sv,  " autoincrement "sv, " engine = "sv,   " mergetree "sv,
                               " nvarchar "sv,        " [ dbo ] "sv,       " varchar2 "sv,   " unsigned "sv,
                               " longtext "sv,        " mediumtext "sv,    " pragma "sv,     " identity ( 1"sv,
                               " if not exists ` "sv, " table ` "sv,       " strftime ( "sv, " sqlite_"sv,
                               " without rowid "sv,   " datetime ( "sv,    " tinyint "sv};

/// In SQL that PostgreSQL's parser refuses: what a slip of the pen hardly makes.
constexpr std::array kOtherIfRefused{" modify "sv,
                                     " change column "sv,
                                     " after "sv,
                                     " add index "sv,
                                     " add key "sv,
                                     " add unique index "sv,
                                     " add fulltext "sv,
                                     " drop key "sv,
                                     " drop foreign key "sv,
                                     " drop primary key "sv,
                                     " ` "sv,
                                     " charset "sv,
                                     " engine "sv,
                                     " datetime "sv,
                                     " on update current_timestamp "sv,
                                     " on duplicate key "sv,
                                     " insert ignore "sv,
                                     " delimiter "sv,
                                     " clob "sv,
                                     " sysdate "sv,
                                     " from dual "sv,
                                     " sp_rename "sv,
                                     " getdate ( "sv};

/// Words and signs with a blank around each, in lower case; comments, strings and quoted names are nobody's dialect.
std::string in_words(std::string_view sql) {
    std::string words = " ";
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        using enum SqlPiece::Kind;
        if (piece.kind == word || piece.kind == symbol)
            words += lower_case(sql.substr(piece.begin, piece.end - piece.begin)) + ' ';
        else if (piece.kind == dollar_string)
            words += "$$ ";
        else if (piece.kind == string || piece.kind == quoted_name)
            words += "' ";
    }
    return words;
}

int count_of(std::string_view text, Words words) {
    return static_cast<int>(std::count_if(words.begin(), words.end(), [&](auto word) { return contains(text, word); }));
}

/// The quoted word behind a key: provider = "mysql", "dialect": "sqlite".
std::string_view quoted_behind(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    if (at == text.npos) return {};
    text.remove_prefix(at + key.size());
    const auto open = text.find_first_not_of(" \t=:\"");
    if (open == text.npos) return {};
    return text.substr(open, text.find_first_of("\"\r\n,", open) - open);
}

Database provider(std::string_view text, std::string_view key) {
    const auto name = quoted_behind(text, key);
    if (name.empty()) return Database::unsaid;
    return is_postgres_word(name) ? Database::postgres : Database::other;
}

/// One of PostgreSQL's drivers is enough: many programs are built for several databases.
Database drivers(std::string_view text, Words postgres, Words other) {
    if (count_of(text, postgres) > 0) return Database::postgres;
    return count_of(text, other) > 0 ? Database::other : Database::unsaid;
}

struct DatabaseEvidence {
    std::string_view file;
    Database (*database)(std::string_view text);
};

constexpr std::array kPackageJson{"\"pg\""sv,     "\"pg-promise\""sv, "\"postgres\""sv,       "\"slonik\""sv,
                                  "/pglite\""sv,  "\"pg-native\""sv,  "/postgres\""sv,        "\"@neondatabase"sv,
                                  "postgresql"sv, "\"postgrator\""sv, "\"node-pg-migrate\""sv};
constexpr std::array kPackageJsonOther{"\"mysql\""sv, "\"mysql2\""sv,   "\"sqlite3\""sv,  "\"better-sqlite3\""sv,
                                       "\"mssql\""sv, "\"oracledb\""sv, "\"mariadb\""sv,  "\"tedious\""sv,
                                       "\"@libsql"sv, "\"mongodb\""sv,  "\"mongoose\""sv, "\"migrate-mongo\""sv};
constexpr std::array kCargo{"postgres"sv};
constexpr std::array kCargoOther{"\"sqlite\""sv, "\"mysql\""sv, "rusqlite"sv, "libsql"sv};
constexpr std::array kGemfile{"'pg'"sv, "\"pg\""sv};
constexpr std::array kGemfileOther{"mysql2"sv, "sqlite3"sv, "trilogy"sv};

constexpr std::array kGoMod{"/pgx"sv, "lib/pq"sv, "postgres"sv, "go-pg/"sv, "pgdriver"sv, "cockroach"sv};
constexpr std::array kGoModOther{"/go-sql-driver/mysql"sv, "sqlite"sv, "/clickhouse-go"sv, "/go-mssqldb"sv};
constexpr std::array kMix{":postgrex"sv};
constexpr std::array kMixOther{":myxql"sv, ":ecto_sqlite3"sv, ":tds"sv, ":ecto_ch"sv};

constexpr std::array kTold{
    DatabaseEvidence{"migration_lock.toml", [](std::string_view text) { return provider(text, "provider"); }},
    DatabaseEvidence{"meta/_journal.json", [](std::string_view text) { return provider(text, "\"dialect\""); }},
    DatabaseEvidence{"package.json",
                     [](std::string_view text) { return drivers(text, kPackageJson, kPackageJsonOther); }},
    DatabaseEvidence{"Cargo.toml", [](std::string_view text) { return drivers(text, kCargo, kCargoOther); }},
    DatabaseEvidence{"Gemfile", [](std::string_view text) { return drivers(text, kGemfile, kGemfileOther); }},
    DatabaseEvidence{"go.mod", [](std::string_view text) { return drivers(text, kGoMod, kGoModOther); }},
    DatabaseEvidence{"mix.exs", [](std::string_view text) { return drivers(text, kMix, kMixOther); }},
};

/// A Python program names its drivers where it says what is installed with it.
constexpr std::array kPythonFiles{"pyproject.toml"sv, "setup.py"sv, "setup.cfg"sv, "Pipfile"sv, "requirements.txt"sv};
constexpr std::array kPythonOther{"aiosqlite"sv, "sqlite:"sv,   "sqlite+"sv,   "mysql"sv, "mariadb"sv, "asyncmy"sv,
                                  "oracledb"sv,  "cx_oracle"sv, "cx-oracle"sv, "mssql"sv, "pyodbc"sv,  "duckdb"sv};
constexpr std::array kPostgresInPython{"postgres"sv, "psycopg"sv, "asyncpg"sv, "pg8000"sv,   "aiopg"sv,
                                       "pgvector"sv, "psql"sv,    "libpq"sv,   "cockroach"sv};

/// Of files in which a project may say what it is installed, set up, tested or deployed with.
constexpr std::array kSetUp{"require"sv, "pyproject"sv, "setup."sv,   "pipfile"sv, ".lock"sv,    "environment"sv,
                            "docker"sv,  "compose"sv,   ".env"sv,     "config"sv,  "settings"sv, "database"sv,
                            "db.py"sv,   "env.py"sv,    ".ini"sv,     ".yml"sv,    ".yaml"sv,    "makefile"sv,
                            ".tf"sv,     "readme"sv,    "procfile"sv, ".sh"sv,     "nox"sv,      "tox"sv};

/// Lines that are comments say nothing: files of settings come with "# sqlalchemy.url = ...".
std::string without_comment_lines(std::string_view text) {
    std::string kept;
    for (const std::string_view line : split(text, "\n")) {
        const auto words = trim(line);
        if (words.empty() || words.front() == '#' || words.front() == ';') continue;
        kept += line;
        kept += '\n';
    }
    return kept;
}

std::string_view first_of(std::string_view text, Words words) {
    const auto found = std::find_if(words.begin(), words.end(), [&](auto word) { return contains(text, word); });
    return found == words.end() ? std::string_view() : *found;
}

}  // namespace

Dialect dialect_of(std::string_view sql) {
    const std::string text = in_words(sql.substr(0, kEnough));
    return {count_of(text, kPostgresAlone) + count_of(text, kPostgresToo), count_of(text, kOtherSql)};
}

bool is_postgres_alone(std::string_view sql) { return count_of(in_words(sql.substr(0, kEnough)), kPostgresAlone) > 0; }

std::string_view word_of_another(std::string_view refused) {
    const std::string text = in_words(refused.substr(0, kEnough));
    for (const Words words : {Words(kOtherIfRefused), Words(kOtherSql)})
        for (const std::string_view word : words)
            if (contains(text, word)) return trim(word);
    return {};
}

bool NearestDatabase::has_file(std::string_view path) const {
    return std::binary_search(tree_.paths.begin(), tree_.paths.end(), path);
}

Database NearestDatabase::said_in(std::string_view folder) {
    for (const auto& [name, database] : kTold) {
        const std::string path = path_in(folder, name);
        if (!has_file(path)) continue;
        const auto text = tree_.read(path);
        if (!text) continue;
        if (const Database said = database(*text); said != Database::unsaid) return said;
    }
    return Database::unsaid;
}

NamedDatabase NearestDatabase::around(std::string_view folder) {
    if (const auto known = known_.find(folder); known != known_.end()) return known->second;
    NamedDatabase said{said_in(folder), folder, "the files around it name another database"};
    if (said.database == Database::unsaid && !folder.empty()) said = around(folder_of(folder));
    known_.emplace(folder, said);
    return said;
}

/// What cannot be read may name it.
bool NearestDatabase::is_set_up_for_postgres() {
    if (set_up_for_postgres_) return *set_up_for_postgres_;
    return set_up_for_postgres_.emplace(std::any_of(tree_.paths.begin(), tree_.paths.end(), [&](std::string_view path) {
        if (first_of(lower_case(last_part(path)), kSetUp).empty()) return false;
        const auto text = tree_.read(path);
        return !text || !first_of(lower_case(without_comment_lines(*text)), kPostgresInPython).empty();
    }));
}

/// What is installed with the program there, and settings, which may have the database's address.
std::vector<std::string> NearestDatabase::python_files_in(std::string_view folder) const {
    std::vector<std::string> found;
    for (const std::string_view name : kPythonFiles)
        if (std::string path = path_in(folder, name); has_file(path)) found.push_back(std::move(path));
    const std::string prefix = path_in(folder, "");
    for (auto at = std::lower_bound(tree_.paths.begin(), tree_.paths.end(), std::string_view(prefix));
         at != tree_.paths.end() && at->starts_with(prefix); ++at)
        if (at->ends_with(".ini") && folder_of(*at) == folder) found.emplace_back(*at);
    return found;
}

NamedDatabase NearestDatabase::python_said_in(std::string_view folder) {
    for (const std::string& path : python_files_in(folder)) {
        const auto text = tree_.read(path);
        if (!text) continue;
        const std::string said = lower_case(without_comment_lines(*text));
        if (!first_of(said, kPostgresInPython).empty()) return {Database::postgres, folder};
        const auto other = first_of(said, kPythonOther);
        if (!other.empty() && !is_set_up_for_postgres())
            return {
                Database::other, folder,
                path + " has \"" + std::string(other) + "\", and no file of the project's settings names PostgreSQL"};
    }
    return {};
}

NamedDatabase NearestDatabase::around_python(std::string_view folder) {
    if (const auto known = known_of_python_.find(folder); known != known_of_python_.end()) return known->second;
    NamedDatabase said = python_said_in(folder);
    if (said.database == Database::unsaid) said = folder.empty() ? around(folder) : around_python(folder_of(folder));
    known_of_python_.emplace(folder, said);
    return said;
}

void DialectOfFolder::add(std::string_view path, const Dialect& dialect) {
    all_.postgres += dialect.postgres;
    all_.other += dialect.other;
    files_ += 1;
    if (dialect.is_of_other() && of_other_++ == 0) first_of_other_ = path;
}

std::string DialectOfFolder::why_either(std::string_view path) const {
    const std::string first =
        path == first_of_other_ ? "its SQL is" : "the SQL of " + std::string(first_of_other_) + " beside it is";
    return first +
           " another database's, and nothing says which one runs the files of this folder: add it to `migrations` of "
           ".pgfence.toml if PostgreSQL does, else to `exclude`";
}

}  // namespace pgfence::locate
