#include "extract/extract.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"
#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace std::string_literals;
using test::squeezed;

namespace {

Script read(std::string path, std::string text, const extract::Hints& hints = {}) {
    MigrationFile file;
    file.id = 7;
    file.path = std::move(path);
    file.text = std::move(text);
    return extract::script(file, hints);
}

/// Nothing has moved: same length, same line breaks, and what is not blank is the file's own byte. `invented` are
/// the characters that stand for something else (a semicolon for a breakpoint, the name for a placeholder).
void check_places(const Script& script, const std::string& text, std::string_view invented = "") {
    REQUIRE(script.sql.size() == text.size());
    for (std::uint32_t i = 0; i < text.size(); ++i) {
        INFO("offset " << i << " of:\n" << script.sql);
        const char sql = script.sql[i];
        const char file = text[script.map.to_file(i)];
        if (file == '\n' || file == '\r')
            REQUIRE(sql == file);
        else if (sql != ' ' && invented.find(sql) == std::string_view::npos)
            REQUIRE(sql == file);
    }
}

std::string whats(const Script& script) {
    std::string all;
    for (const Unread& unread : script.unread) {
        CHECK(unread.span.file == 7);
        CHECK(unread.span.begin <= unread.span.end);
        CHECK_FALSE(unread.why.empty());
        all += (all.empty() ? "" : "; ") + unread.what;
    }
    return all;
}

struct Case {
    std::string path;
    std::string text;
    std::string format;
    std::string sql;  ///< squeezed
    TransactionMode mode;
    bool assumed = false;
    std::string unread = "";
    std::string_view invented = "";
    std::vector<std::string> paths = {};
};

constexpr auto kFile = TransactionMode::per_file;
constexpr auto kImplicit = TransactionMode::implicit;
constexpr auto kStatement = TransactionMode::per_statement;
constexpr auto kRun = TransactionMode::whole_run;

void check(const Case& c) {
    INFO(c.path << "\n" << c.text);
    const Script script = read(c.path, c.text, {c.paths, {}, {}});
    CHECK(script.format == c.format);
    CHECK(squeezed(script.sql) == c.sql);
    CHECK(name_of(script.transaction) == name_of(c.mode));
    CHECK(script.transaction_assumed == c.assumed);
    CHECK_FALSE(script.transaction_reason.empty());
    CHECK(whats(script) == c.unread);
    check_places(script, c.text, c.invented);
}

void check_all(const std::vector<Case>& cases) {
    for (const Case& c : cases) check(c);
}

}  // namespace

TEST_CASE("goose: only the up section, its transaction marker anywhere") {
    check_all({
        {"m/1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE t;\n", "goose", "SELECT 1;", kFile},
        {"m/1_a.sql", "-- +goose Up\r\nSELECT 1;\r\n-- +goose Down\r\nDROP TABLE t;\r\n", "goose", "SELECT 1;", kFile},
        {"m/1_a.sql", "\xEF\xBB\xBF-- +goose Up\nSELECT 'ä€😀';\n-- +goose Down\nDROP TABLE ü;", "goose",
         "SELECT 'ä€😀';", kFile},
        {"m/1_a.sql", "-- +goose up\nSELECT 1;\n", "goose", "SELECT 1;", kFile},
        {"m/1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n", "goose", "SELECT 1;", kStatement},
        {"m/1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\n-- +goose NO TRANSACTION\nSELECT 2;", "goose",
         "SELECT 1;", kStatement},
        {"m/1_a.sql", "-- pgfence-ignore\n-- +goose Up\nSELECT 1;\n", "goose", "-- pgfence-ignore SELECT 1;", kFile},
        {"m/1_a.sql",
         "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql;\n"
         "-- +goose StatementEnd\n-- +goose Down\n-- +goose StatementBegin\nSELECT 2;\n-- +goose StatementEnd\n",
         "goose", "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql;", kFile},
        {"m/1_a.sql", "-- +goose Down\nDROP TABLE t;\n", "goose", "", kFile, false, "a file without -- +goose Up"},
        {"m/1_a.sql", "SELECT 0;\n-- +goose Up\nSELECT 1;\n", "goose", "SELECT 1;", kFile, false,
         "text before -- +goose Up"},
        {"m/1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Up\nSELECT 2;\n", "goose", "SELECT 1; SELECT 2;", kFile,
         false, "more than one -- +goose Up"},
        {"m/1_a.sql", "-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n", "goose", "SELECT 1;", kFile, false,
         "-- +goose StatementBegin without its StatementEnd"},
        {"m/1_a.sql",
         "-- +goose ENVSUB ON\n-- +goose Up\nGRANT SELECT ON ${T} TO ${ROLE};\n-- +goose ENVSUB OFF\nSELECT '${x}';",
         "goose", "GRANT SELECT ON __T_ TO __ROLE_; SELECT '${x}';", kFile, false,
         "2 environment variables such as ${T}", "_"},
        // goose does not know literals: it ends the section inside of one.
        {"m/1_a.sql", "-- +goose Up\nSELECT '\n-- +goose Down\n';", "goose", "SELECT '", kFile},
    });
}

TEST_CASE("several statements that are sent as one query without a transaction are one all the same") {
    struct Tool {
        std::string format, up, begin, end, rest;
    };
    struct Block {
        std::string sql;
        bool is_transaction;
    };
    const std::vector<Tool> tools{
        {"goose", "-- +goose NO TRANSACTION\n-- +goose Up\n", "-- +goose StatementBegin", "-- +goose StatementEnd",
         "-- +goose Down\n-- +goose StatementBegin\nSELECT 8; SELECT 9;\n-- +goose StatementEnd\n"},
        {"sql-migrate", "-- +migrate Up notransaction\n", "-- +migrate StatementBegin", "-- +migrate StatementEnd",
         "-- +migrate Down\n-- +migrate StatementBegin\nSELECT 8; SELECT 9;\n-- +migrate StatementEnd\n"},
    };
    const std::vector<Block> blocks{
        {"SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON t (a);", true},
        {"ALTER TABLE a ADD b int; ALTER TABLE c ADD d int", true},
        {"CREATE INDEX CONCURRENTLY i ON t (a);", false},
        {"CREATE INDEX CONCURRENTLY i ON t (a); -- the end; really\n/* ; */", false},
        {"DO $$ BEGIN PERFORM 1; PERFORM 2; END $$;", false},
        {"SELECT 'a;b';", false},
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;", false},
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT f();", true},
        {"BEGIN; SELECT 1; COMMIT;", false},
        {"", false},
        {";;", false},
    };
    for (const Tool& tool : tools)
        for (const Block& block : blocks) {
            const std::string text =
                tool.up + "SELECT 1;\n" + tool.begin + "\n" + block.sql + "\n" + tool.end + "\nSELECT 2;\n" + tool.rest;
            INFO(text);
            const Script script = read("m/1_a.sql", text);
            CHECK(script.format == tool.format);
            CHECK(name_of(script.transaction) == name_of(kStatement));
            CHECK(script.sql.size() == text.size());
            const auto begin = script.sql.find("BEGIN;\x20"), end = script.sql.find(";COMMIT;");
            CHECK((end != std::string::npos) == block.is_transaction);
            if (!block.is_transaction) continue;
            CHECK(begin < script.sql.find(block.sql));
            CHECK(script.sql.find(block.sql) < end);
            CHECK(end < script.sql.find("SELECT 2;\n", script.sql.find(block.sql) + block.sql.size()));
            // In a transaction of the tool's own there is none besides.
            const std::string own = text.substr(text.find('\n') + 1);
            if (tool.format == "goose") CHECK(read("m/1_a.sql", own).sql.find("COMMIT") == std::string::npos);
        }
}

TEST_CASE("pop is told from golang-migrate by its module, its settings or its templates") {
    const std::string pop = "module x\n\nrequire (\n\tgithub.com/gobuffalo/pop/v6 v6.1.1\n)\n";
    const std::string brought = "require (\n\tgithub.com/gobuffalo/pop/v6 v6.1.1 // indirect\n)\n";
    const std::string migrate = "require github.com/golang-migrate/migrate/v4 v4.1.0\n";
    const std::string path = "app/migrations/20200101000000_a.up.sql", plain = "SELECT 1;";
    struct Repository {
        test::Files files;
        std::string sql, format;
    };
    const std::vector<Repository> repositories{
        {{{"app/go.mod", pop}}, plain, "pop"},
        {{{"go.mod", pop}}, plain, "pop"},
        {{{"go.mod", migrate}}, plain, "golang-migrate"},
        {{{"go.mod", pop + migrate}}, plain, "golang-migrate"},
        {{{"go.mod", brought}}, plain, "golang-migrate"},
        {{{"go.mod", "module x\n"}, {"database.yml", "development:\n"}}, plain, "pop"},
        {{{"database.yml", "development:\n"}}, plain, "golang-migrate"},  // Rails has one, too
        {{{"go.mod", migrate}, {"database.yml", ""}}, plain, "golang-migrate"},
        {{}, plain, "golang-migrate"},
        {{}, "ALTER TABLE {{ index .Options \"Namespace\" }}.a ADD b int;", "pop"},
        {{}, "SELECT '{{1,2},{3,4}}';", "golang-migrate"},
    };
    for (const Repository& repository : repositories) {
        test::Files files = repository.files;
        files[path] = repository.sql;
        const Script script = test::read(files, path, test::hints_of(files));
        INFO(files.begin()->first << ": " << files.begin()->second << "\n" << repository.sql);
        CHECK(script.format == repository.format);
        CHECK(name_of(script.transaction) == name_of(repository.format == "pop" ? kFile : kImplicit));
    }
}

TEST_CASE("sql-migrate and dbmate: options on the marker's own line") {
    check_all({
        {"m/1.sql", "-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n", "sql-migrate", "SELECT 1;", kFile},
        {"m/1.sql", "-- +migrate Up notransaction\nSELECT 1;\n", "sql-migrate", "SELECT 1;", kStatement},
        {"m/1.sql", "-- +migrate Up\nSELECT 1;\n-- +migrate Down notransaction\nSELECT 2;", "sql-migrate", "SELECT 1;",
         kFile},
        {"m/1.sql", "-- +migrate Down\nSELECT 2;\n-- +migrate Up\nSELECT 1;\n", "sql-migrate", "SELECT 1;", kFile},
        {"m/1.sql", "-- +migrate Down\nSELECT 2;\n", "sql-migrate", "", kFile, false, "a file without -- +migrate Up"},
        {"m/1.sql", "-- migrate:up\nSELECT 1;\n\n-- migrate:down\nSELECT 2;\n", "dbmate", "SELECT 1;", kFile},
        {"m/1.sql", "--migrate:up transaction:false\nSELECT 1;\n--migrate:down\n", "dbmate", "SELECT 1;", kImplicit},
        {"m/1.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down transaction:false\n", "dbmate", "SELECT 1;", kFile},
        {"m/1.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n-- migrate:up\nSELECT 3;\n", "dbmate",
         "SELECT 1;", kFile},
        {"m/1.sql", "-- migrate:down\nSELECT 2;\n", "dbmate", "", kFile, false, "a file without -- migrate:up"},
        {"m/1.sql", "-- migrate:upgrade notes\nSELECT 2;\n", "plain-sql", "-- migrate:upgrade notes SELECT 2;",
         kStatement, true},
    });
}

TEST_CASE("node-pg-migrate sends an SQL file from -- Up Migration on, as far as -- Down Migration behind it") {
    const auto sent = [](const std::string& text, const std::string& package = "{\"node-pg-migrate\": \"7\"}") {
        const test::Files files{{"package.json", package}, {"migrations/1_a.sql", text}};
        const Script script = test::read(files, "migrations/1_a.sql", test::hints_of(files));
        return script.format + ": " + test::squeezed(script.sql);
    };
    CHECK(sent("-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n") ==
          "node-pg-migrate-sql: -- Up Migration SELECT 1;");
    CHECK(sent("  ---- UP  migration: first\nSELECT 1;\n") ==
          "node-pg-migrate-sql: ---- UP migration: first SELECT 1;");
    CHECK(sent("-- Down Migration\nSELECT 2;\n-- Up Migration\nSELECT 1;\n") ==
          "node-pg-migrate-sql: -- Up Migration SELECT 1;");
    // It sends all of a file that has no such line.
    CHECK(sent("SELECT 1;\n-- Down Migration\nSELECT 2;\n") == "plain-sql: SELECT 1; -- Down Migration SELECT 2;");
    // Another runner sends the file as it is.
    CHECK(sent("-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n", "{\"pg\": \"8\"}")
              .starts_with("plain-sql: "));
}

TEST_CASE("markers inside literals and comments make no format") {
    check_all({
        {"a.sql", "SELECT '\n-- +goose Up\n';", "plain-sql", "SELECT ' -- +goose Up ';", kStatement, true},
        {"a.sql", "SELECT $$\n-- migrate:up\n$$;", "plain-sql", "SELECT $$ -- migrate:up $$;", kStatement, true},
        {"a.sql", "/*\n-- +migrate Up\n*/ SELECT 1;", "plain-sql", "/* -- +migrate Up */ SELECT 1;", kStatement, true},
        {"a.sql", "/* /* */\n-- +goose Up\n*/ SELECT 1;", "plain-sql", "/* /* */ -- +goose Up */ SELECT 1;", kStatement,
         true},
        {"a.sql", "SELECT E'\\'\n-- +goose Up\n';", "plain-sql", "SELECT E'\\' -- +goose Up ';", kStatement, true},
        {"a.sql", "SELECT $a$ $$ \n-- +goose Up\n$a$;", "plain-sql", "SELECT $a$ $$ -- +goose Up $a$;", kStatement,
         true},
        {"a.sql", "SELECT 1; -- +goose Up", "plain-sql", "SELECT 1; -- +goose Up", kStatement, true},
    });
}

TEST_CASE("a file that is a block of PL/pgSQL is read as the DO that its runner makes of it") {
    const auto sent = [](std::string text, std::string path = "db/versions/1.sql") {
        return test::squeezed(read(std::move(path), std::move(text)).sql);
    };
    const std::string in_do = "DO $pgfence_block$begin update a set b = 1; end$pgfence_block$";
    CHECK(sent("begin\n  update a set b = 1;\nend") == in_do);
    CHECK(sent("-- first\nbegin\n  update a set b = 1;\nend;\n") == "-- first " + in_do + ";");
    CHECK(sent("declare n int;\nbegin\n  n = 1;\nend\n") ==
          "DO $pgfence_block$declare n int; begin n = 1; end$pgfence_block$");
    // SQL's own BEGIN, what only begins like a block, and a runner that sends the file as it is.
    for (const std::string text : {"begin; update a set b = 1; end;", "begin isolation level serializable; end",
                                   "begin work; select 1; end", "begin select 1; commit", "begin", "begin end"})
        CHECK(sent(text) == text);
    CHECK(sent("begin select 1; end", "db/1_a.up.sql") == "begin select 1; end");
    const Script placed = read("db/versions/1.sql", "-- x\nbegin\n  drop table a;\nend\n");
    CHECK(test::place_of(placed, "-- x\nbegin\n  drop table a;\nend\n", "drop table a") == "drop table a");
}

TEST_CASE("a name between dollars is a placeholder where no literal can stand") {
    const auto read = [](std::string text) {
        MigrationFile file;
        file.path = "db/versions/1.sql";
        file.text = std::move(text);
        return extract::script(file, {}).sql;
    };
    CHECK(read("grant select on a to $prefix$_web; drop table b;") ==
          "grant select on a to _prefix__web; drop table b;");
    CHECK(read("grant select on a to $p$_web;\ngrant select on b to $p$_web;") ==
          "grant select on a to _p__web;\ngrant select on b to _p__web;");
    CHECK(read("select 1 from $s$.a join $s$.b on true;") == "select 1 from _s_.a join _s_.b on true;");
    CHECK(read("do $$ begin drop table $s$.a; end $$;") == "do $$ begin drop table _s_.a; end $$;");
    for (const std::string literal :
         {"do $body$ begin drop table a; end $body$;", "set a to $x$b$x$;", "select substring(a from $re$[a-z]$re$);",
          "comment on table a is $c$one; two$c$;", "create function f() returns int language sql as $f$select 1;$f$;"})
        CHECK(read(literal) == literal);
}

TEST_CASE("tools told by name and folder") {
    check_all({
        {"db/000001_a.up.sql", "SELECT 1;", "golang-migrate", "SELECT 1;", kImplicit},
        {"db/000001_a.down.sql", "SELECT 1;", "golang-migrate", "SELECT 1;", kImplicit},
        {"db/000001_a.up.txt", "SELECT 1;", "golang-migrate", "SELECT 1;", kImplicit},
        {"m/20240101000000_a.up.sql", "SELECT 1;", "sqlx", "SELECT 1;", kFile, false, "", "", {"Cargo.toml"}},
        {"svc/go/m/1_a.up.sql",
         "SELECT 1;",
         "golang-migrate",
         "SELECT 1;",
         kImplicit,
         false,
         "",
         "",
         {"Cargo.toml", "svc/go/go.mod"}},
        {"svc/m/1_a.sql", "SELECT 1;", "sqlx", "SELECT 1;", kFile, false, "", "", {"svc/.sqlx/query-1.json"}},
        {"m/1_a.sql", "-- no-transaction\nSELECT 1;", "sqlx", "-- no-transaction SELECT 1;", kImplicit},
        {"m/1_a.sql", "SELECT 1;", "plain-sql", "SELECT 1;", kStatement, true},
        {"m/2024_a/up.sql", "SELECT 1;", "diesel", "SELECT 1;", kFile, true},
        {"m/2024_a/up.sql", "SELECT 1;", "diesel", "SELECT 1;", kFile, false, "", "", {"diesel.toml"}},
        {"m/2024_a/up.sql",
         "SELECT 1;",
         "diesel",
         "SELECT 1;",
         kImplicit,
         true,
         "",
         "",
         {"Cargo.toml", "m/2024_a/metadata.toml"}},
        {"prisma/migrations/20240101000000_a/migration.sql", "SELECT 1;", "prisma", "SELECT 1;", kImplicit, true},
        {"p/0_init/migration.sql",
         "SELECT 1;",
         "prisma",
         "SELECT 1;",
         kImplicit,
         true,
         "",
         "",
         {"p/migration_lock.toml"}},
        {"p/0_init/migration.sql", "SELECT 1;", "plain-sql", "SELECT 1;", kStatement, true},
        {"drizzle/0001_a.sql",
         "SELECT 1;",
         "drizzle",
         "SELECT 1;",
         kRun,
         false,
         "",
         "",
         {"drizzle/meta/_journal.json"}},
        {"drizzle/0001_a.sql", "SELECT 1\n--> statement-breakpoint\nSELECT 2;--> statement-breakpoint\nSELECT 3",
         "drizzle", "SELECT 1 ; SELECT 2;; SELECT 3", kRun, false, "", ";"},
        {"supabase/migrations/20240101000000_a.sql", "SELECT 1;", "supabase", "SELECT 1;", kImplicit},
    });
}

TEST_CASE("Flyway: transactions by statement, placeholders as names") {
    check_all({
        {"V1__a.sql", "SELECT 1;", "flyway", "SELECT 1;", kFile},
        {"db/V2024.01_2__a.sql", "SELECT 1;", "flyway", "SELECT 1;", kFile},
        {"R__view.sql", "SELECT 1;", "flyway", "SELECT 1;", kFile},
        {"U1__a.sql", "DROP TABLE t;", "flyway", "", kFile},
        {"Vx__a.sql", "SELECT 1;", "plain-sql", "SELECT 1;", kStatement, true},
        {"R1__a.sql", "SELECT 1;", "plain-sql", "SELECT 1;", kStatement, true},
        {"V1__a.sql", "create unique index /* c */ concurrently i on t (a)", "flyway",
         "create unique index /* c */ concurrently i on t (a)", kStatement},
        {"V1__a.sql", "SELECT 1;\nDROP INDEX CONCURRENTLY i;", "flyway", "SELECT 1; DROP INDEX CONCURRENTLY i;",
         kStatement},
        {"V1__a.sql", "SELECT 'x'; vacuum t;", "flyway", "SELECT 'x'; vacuum t;", kStatement},
        {"V1__a.sql", "SELECT 'VACUUM;'; -- VACUUM;\nSELECT $$; VACUUM; $$;", "flyway",
         "SELECT 'VACUUM;'; -- VACUUM; SELECT $$; VACUUM; $$;", kFile},
        {"V1__a.sql", "REINDEX TABLE CONCURRENTLY t;", "flyway", "REINDEX TABLE CONCURRENTLY t;", kFile},
        {"V1__a.sql", "COPY t FROM STDIN;\n1\tVACUUM;\n\\.\nSELECT 1;", "flyway", "COPY t FROM STDIN; SELECT 1;",
         kFile},
        {"V1__a.sql", "ALTER TABLE ${schema}.t${n} ADD a int; SELECT '${x", "flyway",
         "ALTER TABLE __schema_.t__n_ ADD a int; SELECT '${x", kFile, false, "1 placeholders such as ${n}", "_"},
        {"db/V1__a.sql", "SELECT 1;", "flyway", "SELECT 1;", kFile, true, "", "", {"db/V1__a.sql.conf"}},
    });
}

TEST_CASE("psql scripts: backslash commands, COPY data, variables") {
    check_all({
        {"a.sql", "\\set ON_ERROR_STOP 1\nSELECT 1;\n\\echo 'done; really'\n", "plain-sql", "SELECT 1;", kStatement,
         true},
        {"a.sql", "\\restrict abc\nSELECT 1;\r\n\\unrestrict abc\r\n\\connect - nina\r\n", "plain-sql", "SELECT 1;",
         kStatement, true},
        {"a.sql", "\\c other\nSELECT 1;", "plain-sql", "SELECT 1;", kStatement, true, "psql command \\c other"},
        {"a.sql", "\\i other.sql\nSELECT 1;", "plain-sql", "SELECT 1;", kStatement, true, "psql command \\i other.sql"},
        {"a.sql", "\\ir a.sql \\\\ SELECT 1;", "plain-sql", "SELECT 1;", kStatement, true, "psql command \\ir a.sql"},
        {"a.sql", "\\\\ SELECT 1;", "plain-sql", "SELECT 1;", kStatement, true},
        {"a.sql", "\\! rm -rf \\\\ x; SELECT 0\nSELECT 1;", "plain-sql", "SELECT 1;", kStatement, true,
         "psql command \\! rm -rf \\\\ x; SELECT 0"},
        {"a.sql", "SELECT 1 \\g out\nSELECT 2 \\gset p_\nSELECT 3\\;SELECT 4;", "plain-sql",
         "SELECT 1 ; SELECT 2 ; SELECT 3 ;SELECT 4;", kStatement, true, "", ";"},
        {"a.sql", "SELECT 'DROP TABLE ' || name FROM u \\gexec", "plain-sql", "SELECT 'DROP TABLE ' || name FROM u ;",
         kStatement, true, "psql command \\gexec", ";"},
        {"a.sql", "SELECT '\n\\i x\n', $$\n\\i x\n$$, \"\n\\i x\n\"; /*\n\\i x\n*/ -- \\i x", "plain-sql",
         "SELECT ' \\i x ', $$ \\i x $$, \" \\i x \"; /* \\i x */ -- \\i x", kStatement, true},
        {"a.sql", "\\if :new\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n\\if :old\n\\endif", "plain-sql",
         "SELECT 1; SELECT 2;", kStatement, true, "psql command \\if :new"},
        {"a.sql", "COPY t (a, \"b c\") FROM stdin WITH (FORMAT csv);\n1,'\n\\x\n\\.\nSELECT 1;\n", "plain-sql",
         "COPY t (a, \"b c\") FROM stdin WITH (FORMAT csv); SELECT 1;", kStatement, true},
        {"a.sql", "COPY t FROM 'stdin.csv';\nSELECT 1;\n", "plain-sql", "COPY t FROM 'stdin.csv'; SELECT 1;",
         kStatement, true},
        {"a.sql", "COPY t FROM stdin;\n1\n2", "plain-sql", "COPY t FROM stdin;", kStatement, true},
        {"a.sql", "\\copy t from stdin csv\n1\n\\.\nSELECT 1;", "plain-sql", "SELECT 1;", kStatement, true,
         "psql command \\copy t from stdin csv"},
        {"a.sql", "GRANT SELECT ON :t TO :\"r\"; SELECT :'v', a::text, b[1:2], x[:n];", "plain-sql",
         "GRANT SELECT ON t$ TO \"r$\"; SELECT 'v$', a::text, b[1:2], x[n$];", kStatement, true, "4 psql variables",
         "trvn$\"'"},
        {"a.sql", "SELECT :{?db_name};", "plain-sql", "SELECT TRUE ;", kStatement, true, "a psql variable", "TRUE"},
        {"a.sql", "\\set AUTOCOMMIT off\nSELECT 1;", "plain-sql", "SELECT 1;", kFile, false},
    });
}

TEST_CASE("what is no text is listed, not guessed") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"SELECT '\xE4';", "a file that is not UTF-8"},
        {"SELECT '\xED\xA0\x80';", "a file that is not UTF-8"},
        {"SELECT '\xC0\xAF';", "a file that is not UTF-8"},
        {"SELECT '\xF4\x90\x80\x80';", "a file that is not UTF-8"},
        {"SELECT '\xE2\x82", "a file that is not UTF-8"},
        {"SELECT 1;\0SELECT 2;"s, "a file with a NUL byte"},
        {"\xFF\xFE-\0-\0"s, "a file in UTF-16"},
    };
    for (const auto& [text, what] : cases) {
        const Script script = read("a.sql", text);
        CHECK(script.sql.empty());
        REQUIRE(script.unread.size() == 1);
        CHECK(script.unread[0].what == what);
    }
    CHECK(read("a.sql", "").unread.empty());
    CHECK(read("a.sql", "\xEF\xBB\xBF").sql == "   ");
    CHECK(read("a.sql", "SELECT '\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD';").unread.empty());
}

TEST_CASE("the configuration decides where the file says nothing") {
    const std::string text = "-- +goose Up\nSELECT 1;\n";
    const Script forced = read("1_a.sql", text, {{}, {}, TransactionMode::whole_run});
    CHECK(name_of(forced.transaction) == "whole-run");
    CHECK_FALSE(forced.transaction_assumed);
    const Script said = read("1_a.sql", "-- +goose NO TRANSACTION\n" + text, {{}, {}, TransactionMode::whole_run});
    CHECK(name_of(said.transaction) == "per-statement");
    CHECK(read("1_a.sql", text, {{}, "plain-sql", {}}).format == "plain-sql");
    const Script unknown = read("1_a.sql", text, {{}, "gose", {}});
    CHECK(unknown.format == "goose");
    CHECK(whats(unknown) == "the format \"gose\"");
}

TEST_CASE("schema text keeps its SQL and loses what psql does itself") {
    const std::string text =
        "\xEF\xBB\xBF\\restrict x\nCREATE TABLE t (a int);\nCOPY public.t (a) FROM stdin;\n1\n\\.\n\nALTER TABLE t "
        "OWNER TO o;\n\\unrestrict x\n";
    const Script script = extract::schema_text(7, text);
    CHECK(squeezed(script.sql) == "CREATE TABLE t (a int); COPY public.t (a) FROM stdin; ALTER TABLE t OWNER TO o;");
    CHECK(script.unread.empty());
    check_places(script, text);
}

TEST_CASE("every format has an id, a title and an answer to how it is told") {
    std::vector<std::string_view> ids;
    for (const extract::FormatInfo& info : extract::all_formats()) {
        CHECK_FALSE(info.title.empty());
        CHECK_FALSE(info.decides.empty());
        ids.push_back(info.id);
    }
    CHECK(ids.back() == "plain-sql");
    std::sort(ids.begin(), ids.end());
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("paths worth knowing") {
    for (const char* path : {"Cargo.toml", "a/go.mod", "d/meta/_journal.json", "m/1/metadata.toml",
                             "x/.sqlx/query-1.json", "db/V1__a.sql.conf"})
        CHECK(extract::tells_tools_apart(path));
    for (const char* path : {"src/main.rs", "db/V1__a.sql", "README.md"}) CHECK_FALSE(extract::tells_tools_apart(path));
}

TEST_CASE("files that their tool cannot undo say so") {
    const auto way_back = [](std::string path, std::string text, std::vector<std::string> paths = {}) {
        extract::Hints hints;
        hints.paths = std::move(paths);
        return read(std::move(path), std::move(text), hints).no_way_back;
    };
    CHECK(way_back("m/1.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n").empty());
    CHECK_FALSE(way_back("m/1.sql", "-- +goose Up\nSELECT 1;\n").empty());
    CHECK_FALSE(way_back("m/1.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\n\n-- nothing\n").empty());
    CHECK(way_back("m/1_a.up.sql", "SELECT 1;", {"m/1_a.down.sql"}).empty());
    CHECK(way_back("m/1_a.up.sql", "SELECT 1;", {"go.mod"}) == "there is no m/1_a.down.sql");
    CHECK(way_back("m/1_a.up.sql", "SELECT 1;").empty());  // nobody knows what lies beside it
    CHECK(way_back("m/1_a/up.sql", "SELECT 1;", {"diesel.toml"}) == "there is no m/1_a/down.sql");
    CHECK(way_back("m/V1__a.sql", "SELECT 1;", {"go.mod"}).empty());
    CHECK(extract::tells_tools_apart("m/1_a.down.sql"));
}

TEST_CASE("runners that commit in their own ways") {
    check_all({
        {"src/deploy/a.sql",
         "BEGIN;\nSELECT :x;\nCOMMIT;\n",
         "sqitch",
         "BEGIN; SELECT x$; COMMIT;",
         kStatement,
         false,
         "a psql variable",
         "x$",
         {"src/sqitch.plan"}},
        {"src/revert/a.sql", "DROP TABLE a;", "sqitch", "", kStatement, false, "", "", {"src/sqitch.plan"}},
        {"m/1_a.sql", "SELECT 1;\n---- create above / drop below ----\nSELECT 2;\n", "tern", "SELECT 1;", kFile},
        {"m/1_a.sql", "---- tern: disable-tx ----\nSELECT 1;\n", "tern", "---- tern: disable-tx ---- SELECT 1;",
         kStatement},
        {"m/000001.sql", "--! Previous: -\nSELECT 1;\n", "graphile-migrate", "--! Previous: - SELECT 1;", kFile},
        {"m/000001.sql", "--! Previous: -\n--! no-transaction\nSELECT 1;\n", "graphile-migrate",
         "--! Previous: - --! no-transaction SELECT 1;", kImplicit},
        {"m/001.do.a.sql", "SELECT 1;", "postgrator", "SELECT 1;", kImplicit},
        {"m/001.undo.a.sql", "SELECT 1;", "postgrator", "SELECT 1;", kImplicit},
        {"m/1_a.sql", "SELECT 1;", "atlas", "SELECT 1;", kFile, false, "", "", {"m/atlas.sum"}},
        {"m/1_a.sql",
         "-- atlas:txmode none\n\nSELECT 1;",
         "atlas",
         "-- atlas:txmode none SELECT 1;",
         kStatement,
         false,
         "",
         "",
         {"m/atlas.sum"}},
        {"m/20200101000000_a.postgres.up.sql", "SELECT 1;", "popx", "SELECT 1;", kFile},
        {"m/20200101000000_a.autocommit.up.sql", "SELECT 1;", "popx", "SELECT 1;", kImplicit},
        {"m/1.sql", "-- postgres-migrations disable-transaction\nSELECT 1;", "postgres-migrations",
         "-- postgres-migrations disable-transaction SELECT 1;", kImplicit},
        {"m/V1__a.sql", "SELECT 1;", "refinery", "SELECT 1;", kFile, false, "", "", {"Cargo.toml"}},
        {"a.sql", "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--rollback SELECT 2;\n", "liquibase-sql",
         "--liquibase formatted sql BEGIN; SELECT 1; --rollback SELECT 2;", kStatement, false, "", "BEGIN;"},
        {"a.sql",
         "--liquibase formatted sql\n--changeset a:1\nSELECT 1\n--changeset a:2 runInTransaction:false\nSELECT 2;\n",
         "liquibase-sql", "--liquibase formatted sql BEGIN; SELECT 1 ;END; SELECT 2;", kStatement, false, "",
         "BEGIND;"},
    });
}

TEST_CASE("rambler, MyBatis Migrations, Hasura and Yuniql: what of a folder and a file goes forward") {
    check_all({
        {"m/1_a.sql", "-- rambler up\nSELECT 1;\n-- rambler down\nDROP TABLE t;\n", "rambler", "SELECT 1;", kImplicit},
        {"m/1_a.sql", "-- rambler down\nDROP TABLE t;\n-- rambler up\nSELECT 1;\n", "rambler", "SELECT 1;", kImplicit},
        {"m/1_a.sql", "-- rambler up\nSELECT 1;\nSELECT 2;\n-- rambler down\nDROP TABLE t;\n-- rambler up\nSELECT 3;\n",
         "rambler", "BEGIN; SELECT 1; SELECT 2; ;COMMIT; SELECT 3;", kStatement, false, "", "BEGIN;COMMIT"},
        {"m/1_a.sql", "-- rambler up\nSELECT 1;\n-- rambler\nSELECT 2;\n", "rambler", "SELECT 1;", kImplicit},
        {"m/1_a.sql", "SELECT '\n-- rambler up';", "plain-sql", "SELECT ' -- rambler up';", kStatement, true},
        {"scripts/1_a.sql", "-- // title\nSELECT 1;\n\n-- //@UNDO\nDROP TABLE t;\n", "mybatis-migrations",
         "-- // title SELECT 1;", kFile, true},
        {"scripts/1_a.sql", "//  title\nSELECT 1;\n\t-- // @UNDO of it\nDROP TABLE t;\n", "mybatis-migrations",
         "SELECT 1;", kFile, true},
        {"scripts/1_a.sql", "SELECT ${x};\n--//@UNDO\nDROP TABLE ${y};\n", "mybatis-migrations", "SELECT __x_;", kFile,
         true, "1 variables such as ${x}", "_"},
        {"scripts/1_a.sql", "SELECT 1;\n-- @UNDO\nSELECT 2;\n", "plain-sql", "SELECT 1; -- @UNDO SELECT 2;", kStatement,
         true},
        {"h/migrations/default/1700000000000_a/up.sql",
         "SELECT 1;",
         "hasura",
         "SELECT 1;",
         kFile,
         false,
         "",
         "",
         {"h/metadata/databases/databases.yaml"}},
        {"h/migrations/1700000000000_a/up.sql",
         "SELECT 1;",
         "hasura",
         "SELECT 1;",
         kFile,
         false,
         "",
         "",
         {"h/metadata/version.yaml"}},
        {"h/migrations/1700000000000_a/up.sql",
         "SELECT 1;",
         "diesel",
         "SELECT 1;",
         kFile,
         false,
         "",
         "",
         {"Cargo.toml", "h/config.yaml"}},
        {"db/Migration/v0.01/01-a.sql",
         "SELECT 1;",
         "yuniql",
         "SELECT 1;",
         kRun,
         true,
         "",
         "",
         {"db/Migration/_draft/readme.md", "db/Migration/_post/readme.md"}},
        {"db/Migration/_pre/a.sql",
         "SELECT ${x};",
         "yuniql",
         "SELECT __x_;",
         kRun,
         true,
         "1 tokens such as ${x}",
         "_",
         {"db/Migration/_draft/readme.md", "db/Migration/_pre/a.sql"}},
        {"db/Migration/Functions/a.sql",
         "SELECT 1;",
         "yuniql",
         "SELECT 1;",
         kRun,
         true,
         "",
         "",
         {"db/Migration/_draft/readme.md", "db/Migration/_post/readme.md"}},
        {"db/Migration/v0.01/01-a.sql",
         "SELECT 1;",
         "plain-sql",
         "SELECT 1;",
         kStatement,
         true,
         "",
         "",
         {"db/Migration/_draft/readme.md"}},
    });
}

TEST_CASE("grate goes through its folders, whose scripts run once or whenever they were edited") {
    const std::vector<std::string> in_order{"db/runBeforeUp/a.sql", "db/up/0001_a.sql", "db/up/0002_a.sql",
                                            "db/functions/a.sql",   "db/views/x/a.sql", "db/permissions/a.sql"};
    std::string last;
    for (const std::string& path : in_order) {
        INFO(path);
        const Script script = read(path, "SELECT 1;", {{"db/runFirstAfterUp/b.sql"}, {}, {}});
        CHECK(script.format == "grate");
        CHECK(script.transaction == kImplicit);
        MigrationFile file;
        file.path = path;
        const auto order = extract::run_order(file, script);
        REQUIRE(order);
        CHECK(last < order->key);
        last = order->key;
        CHECK(order->repeatable == !contains(path, "/up/"));
        CHECK(read(path, "SELECT 1;").format == (contains(path, "runBefore") ? "grate" : "plain-sql"));
    }
}

TEST_CASE("Yuniql runs versions in the order of their numbers, and its other folders with every deployment") {
    const auto order = [](const std::string& path) {
        MigrationFile file;
        file.path = path;
        Script script;
        script.format = "yuniql";
        return *extract::run_order(file, script);
    };
    const std::vector<std::string> in_order{"m/_init/a.sql",    "m/_pre/a.sql",         "m/v0.09/02-b.sql",
                                            "m/v0.10/01-a.sql", "m/v0.10/tables/1.sql", "m/v1.00/01.sql",
                                            "m/v2.0/01.sql",    "m/v10.0/01.sql",       "m/_draft/a.sql",
                                            "m/_post/a.sql",    "m/Functions/a.sql"};
    for (std::size_t i = 0; i + 1 < in_order.size(); ++i) {
        INFO(in_order[i]);
        CHECK(order(in_order[i]).key < order(in_order[i + 1]).key);
        CHECK(order(in_order[i]).repeatable == (in_order[i].starts_with("m/_p") || in_order[i].starts_with("m/_d")));
    }
    CHECK(order("m/Functions/a.sql").repeatable);
}

TEST_CASE("a format states what its tool does with the SQL, and every script has it") {
    const ToolFacts prisma = read("prisma/migrations/20240101120000_a/migration.sql", "SELECT 1;").tool;
    CHECK(prisma.times_are_utc);
    CHECK(prisma.set_shares_transaction);
    CHECK(prisma.one_transaction_by_version);
    const ToolFacts drizzle = read("drizzle/0001_a.sql", "SELECT 1;--> statement-breakpoint\nSELECT 2;").tool;
    CHECK(drizzle.set_shares_transaction);
    CHECK_FALSE(drizzle.times_are_utc);
    CHECK_FALSE(read("db/1_a.sql", "SELECT 1;").tool.set_shares_transaction);
}

TEST_CASE("settings beside a migration decide how it is sent") {
    const auto mode = [](std::string path, std::vector<std::string> paths, std::string settings) {
        extract::Hints hints;
        hints.paths = std::move(paths);
        hints.read = [&](std::string_view) { return std::optional(settings); };
        const Script script = read(std::move(path), "SELECT 1;", hints);
        return script.format + " " + std::string(name_of(script.transaction)) + (script.transaction_assumed ? "?" : "");
    };
    CHECK(mode("m/1_a/up.sql", {"m/1_a/metadata.toml"}, "run_in_transaction = false\n") == "diesel implicit");
    CHECK(mode("m/1_a/up.sql", {"diesel.toml", "m/1_a/metadata.toml"}, "run_in_transaction = true\n") ==
          "diesel per-file");
    CHECK(mode("h/migrations/default/1_a/up.sql", {"h/config.yaml"}, "version: 3\nmetadata_directory: metadata\n") ==
          "hasura per-file");
    CHECK(mode("h/migrations/default/1_a/up.sql", {"h/config.yaml"}, "site: x\n") == "diesel per-file?");
    CHECK(mode("m/V1__a.sql", {"m/V1__a.sql.conf"}, "executeInTransaction=false\n") == "flyway per-statement");
    CHECK(mode("m/V1__a.sql", {"m/V1__a.sql.conf"}, "executeInTransaction=true\n") == "flyway per-file");
    const std::string prisma = "prisma/migrations/20240101120000_a/migration.sql";
    CHECK(mode(prisma, {"package.json"}, "{\"prisma\": \"^6.19.0\"}") == "prisma implicit");
    CHECK(mode(prisma, {"package.json"}, "{\"prisma\": \"~7.4.1\"}") == "prisma per-statement");
    CHECK(mode(prisma, {"prisma/package.json"}, "{\"@prisma/client\": \"7.10.0\"}") == "prisma per-statement");
    CHECK(mode(prisma, {"package.json"}, "{\"prisma\": \"latest\"}") == "prisma implicit?");
    CHECK(mode("m/1_a.sql", {"Cargo.toml"}, "[dependencies]\nsqlx = \"0.8\"\n") == "sqlx per-file");
    CHECK(mode("m/1_a.sql", {"Cargo.toml"}, "[dependencies]\npyo3 = \"0.8\"\n") == "plain-sql per-statement?");
}
