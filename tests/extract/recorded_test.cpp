// What a program was seen to send becomes SQL with places in the program.

#include "extract/recorded.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "extract/extract.h"

using namespace pgfence;

namespace {

const std::string kText = R"(import { QueryRunner } from "typeorm";
export class A {
    async up(queryRunner: QueryRunner) {
        // pgfence-ignore: drop-table (nobody reads it)
        await queryRunner.query(`DROP TABLE a`);
        await queryRunner.addColumn(
            "b", column);
    }
}
)";

MigrationFile file() {
    MigrationFile file;
    file.id = 3;
    file.path = "migrations/1.ts";
    file.text = kText;
    return file;
}

std::string in_file(const SourceSpan& span) { return kText.substr(span.begin, span.end - span.begin); }

Recording sent(std::vector<RecordedStatement> statements) {
    Recording recording;
    recording.statements = std::move(statements);
    recording.complete = true;
    return recording;
}

Script script_of(const Recording& recording) {
    return extract::recorded(extract::script(file(), {}), file(), recording);
}

SourceSpan place_of(const Script& script, const std::string& sql) {
    const auto at = script.sql.find(sql);
    REQUIRE(at != std::string::npos);
    return script.map.span(script.file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + sql.size()));
}

}  // namespace

TEST_CASE("recorded: text that stands in the file keeps its place, other text stands for its call") {
    const Script script = script_of(sent({{"DROP TABLE a", 5, 5, {}}, {"ALTER TABLE b ADD COLUMN c int", 6, 7, {}}}));
    CHECK(script.format == "typeorm");
    CHECK(script.transaction == TransactionMode::whole_run);
    CHECK(in_file(place_of(script, "TABLE a")) == "TABLE a");
    CHECK(in_file(place_of(script, "ALTER TABLE b ADD COLUMN c int")) ==
          "await queryRunner.addColumn(\n            \"b\", column);");
    CHECK(in_file(place_of(script, "COLUMN c")) == "await queryRunner.addColumn(\n            \"b\", column);");
    CHECK(script.unread.empty());
}

TEST_CASE("recorded: comments of the program are comments of the SQL") {
    const Script script = script_of(sent({{"DROP TABLE a", 5, 5, {}}}));
    CHECK(script.sql.find("-- pgfence-ignore: drop-table (nobody reads it)\n") == 0);
    CHECK(in_file(script.map.span(3, 0, 47)) == "// pgfence-ignore: drop-table (nobody reads it)");
}

TEST_CASE("recorded: uncertainties reach the statement that they are about") {
    const Script script = script_of(sent(
        {{"DROP TABLE a", 5, 5, {"whether a row is found"}}, {"ALTER TABLE __unknown_1 ADD COLUMN c int", 6, 7, {}}}));
    REQUIRE(script.uncertainties.size() == 2);
    CHECK(script.sql.substr(script.uncertainties[0].begin,
                            script.uncertainties[0].end - script.uncertainties[0].begin) == "DROP TABLE a");
    CHECK(script.uncertainties[0].what == "whether a row is found");
    CHECK(script.uncertainties[1].what == "a value that is known only when the migration runs");
}

TEST_CASE("recorded: what is sent with a value of a row is sent for each, unless the query says which") {
    const auto is_for_rows = [](const std::vector<std::string>& queries, const std::vector<std::string>& depends_on) {
        RecordedStatement statement{"DELETE FROM a WHERE id = $1", 5, 5, depends_on};
        statement.rows_of = queries;
        const Script script = script_of(sent({statement}));
        for (const Uncertainty& one : script.uncertainties)
            CHECK(one.for_rows == script.uncertainties.front().for_rows);
        return !script.uncertainties.empty() && script.uncertainties.front().for_rows;
    };
    const std::vector<std::string> if_found = {"whether a row is found"};
    CHECK(is_for_rows({"SELECT id FROM a"}, if_found));
    CHECK(is_for_rows({"SELECT id FROM a"}, {"whether a row is found", "whether a setting is true"}));
    CHECK(is_for_rows({"SELECT id FROM a"}, {}));
    CHECK(is_for_rows({"SELECT id FROM a WHERE b IS NULL"}, if_found));
    CHECK(is_for_rows({"SELECT id FROM a WHERE b LIKE '%x%'"}, if_found));
    CHECK(is_for_rows({"SELECT id FROM a WHERE b = $1", "SELECT id FROM b"}, if_found));
    CHECK(is_for_rows({"SELECT id FROM a WHERE b = 'x'"}, if_found));
    CHECK(is_for_rows({"SELECT id FROM a WHERE a.b = 'x' AND \"a\".\"c\" IN (1, 2)"}, if_found));
    CHECK(is_for_rows({"SELECT id FROM a WHERE id = $1", "SELECT id FROM b"}, if_found));
    CHECK_FALSE(is_for_rows({"SELECT id FROM a WHERE \"a\".\"id\" = 'x' AND b = 1"}, if_found));
    CHECK_FALSE(is_for_rows({"SELECT id FROM a LIMIT 1"}, if_found));
    CHECK_FALSE(is_for_rows({}, if_found));
    CHECK_FALSE(is_for_rows({}, {}));
}

TEST_CASE("recorded: a statement of which nothing is known is no mistake of the file's") {
    const Script script = script_of(sent({{"__unknown_1_", 5, 5, {}}}));
    REQUIRE(script.unread.size() == 1);
    CHECK(script.unread[0].extent == Unread::Extent::part);
    CHECK(script.sql.find("__unknown") == std::string::npos);
}

TEST_CASE("recorded: what would swallow its neighbours, or is no text, is unread") {
    const Script script = script_of(sent({{"select 'open", 5, 5, {}},
                                          {"/* open", 5, 5, {}},
                                          {"select $$ open", 5, 5, {}},
                                          {std::string("select '\0'", 10), 5, 5, {}},
                                          {"select '\xED\xA0\x80'", 5, 5, {}},
                                          {"DROP TABLE b -- why", 6, 7, {}},
                                          {"DROP TABLE c", 999, 1000, {}}}));
    CHECK(script.unread.size() == 5);
    CHECK(script.sql.find("DROP TABLE b -- why\n;\n") != std::string::npos);
    CHECK(in_file(place_of(script, "DROP TABLE c")) == kText);
}

TEST_CASE("recorded: a program that was not run says so") {
    const Script script = extract::script(file(), {});
    CHECK(extract::orm_of(script) == Orm::typeorm);
    REQUIRE(script.unread.size() == 1);
    CHECK(script.unread[0].why.find("run") != std::string::npos);
}

TEST_CASE("recorded: programs are told by what only their ORM names") {
    const auto format_of = [](std::string path, std::string text) {
        MigrationFile some;
        some.path = std::move(path);
        some.text = std::move(text);
        return extract::script(some, {}).format;
    };
    CHECK(format_of("a.js", "exports.up = (knex) => knex.raw('select 1')") == "knex");
    CHECK(format_of("a.ts", "export async function up(knex: Knex) {}") == "knex");
    CHECK(format_of("a.js", "module.exports = { up: (queryInterface, Sequelize) => {} }") == "sequelize");
    CHECK(format_of("a.ts", "export class A implements MigrationInterface {}") == "typeorm");
    CHECK(format_of("a.js", "exports.up = (pgm) => {}") == "node-pg-migrate");
    CHECK(format_of("a.ts", "import { Migration } from '@mikro-orm/migrations'") == "mikro-orm");
    CHECK(format_of("a.ts",
                    "import { Migration } from '@mikro-orm/migrations';\nclass A extends Migration { async up() { "
                    "this.addSql(this.getKnex().raw('x')); } }") == "mikro-orm");
    CHECK(format_of("a.ts", "import { Kysely } from 'kysely'; export async function up(db: Kysely<any>) {}") ==
          "kysely");
    CHECK(format_of("a.js", "exports.setup = (o) => { dbm = o.dbmigrate; }; exports.up = (db) => {}") == "db-migrate");
    CHECK(format_of("a.sql", "-- knex up\nselect 1;") == "plain-sql");
}

TEST_CASE("recorded: the runner's settings say in which transaction its files run") {
    const auto mode = [](const std::string& path, const std::string& text, const std::string& settings_path,
                         const std::string& settings) {
        MigrationFile file;
        file.path = path;
        file.text = text;
        extract::Hints hints;
        hints.paths = {settings_path};
        hints.read = [&](std::string_view asked) {
            return asked == settings_path ? std::optional(settings) : std::nullopt;
        };
        CHECK(extract::tells_tools_apart(settings_path));
        const Script script = extract::script(file, hints);
        return script.format + " " + std::string(name_of(script.transaction)) + (script.transaction_assumed ? "?" : "");
    };
    const std::string knex = "exports.up = (knex) => knex.raw('x');\n";
    const std::string off = "module.exports = {\n  migrations: { disableTransactions: true },\n};\n";
    CHECK(mode("db/m/1.js", knex, "knexfile.js", off) == "knex per-statement");
    CHECK(mode("db/m/1.js", knex, "db/knexfile.ts", "export default { migrations: { 'disableTransactions': true } }") ==
          "knex per-statement");
    CHECK(mode("db/m/1.js", knex + "exports.config = { transaction: true };\n", "knexfile.js", off) == "knex per-file");
    CHECK(mode("db/m/1.js", knex, "other/knexfile.js", off) == "knex whole-run");
    CHECK(mode("db/m/1.js", knex, "knexfile.js", "// disableTransactions: true\n") == "knex whole-run");
    CHECK(mode("db/m/1.js", knex, "knexfile.js", "disableTransactions: false,\n") == "knex whole-run");
    CHECK(mode("db/m/1.js", knex, "knexfile.js", "disableTransactions: isTest,\n") == "knex whole-run?");
    CHECK(mode("db/m/1.js", knex, "knexfile.js", "disableTransactions: true,\ndisableTransactions: false,\n") ==
          "knex whole-run?");
    const auto typeorm = [&](const std::string& settings) {
        return mode("api/src/migrations/1.ts", kText, "api/src/data-source.ts", settings);
    };
    CHECK(typeorm("new DataSource({ migrationsTransactionMode: 'each' })") == "typeorm per-file");
    CHECK(typeorm("new DataSource({ migrationsTransactionMode: \"none\" })") == "typeorm per-statement");
    CHECK(typeorm("new DataSource({ migrationsTransactionMode: 'all' })") == "typeorm whole-run");
    CHECK(typeorm("new DataSource({ migrationsTransactionMode: mode })") == "typeorm whole-run?");
    CHECK(mode("migrations/1.ts", kText, "ormconfig.json", "{\n  \"migrationsTransactionMode\": \"each\"\n}") ==
          "typeorm per-file");
    // Scripts say how the command is run.
    const auto typeorm_script = [&](const std::string& scripts) {
        return mode("src/migrations/1.ts", kText, "package.json", "{\n  \"scripts\": {\n" + scripts + "  }\n}\n");
    };
    CHECK(typeorm_script("    \"up\": \"typeorm migration:run -d src/d.ts -t each\"\n") == "typeorm per-file");
    CHECK(typeorm_script("    \"migration:run\": \"typeorm migration:run --transaction=none\"\n") ==
          "typeorm per-statement");
    CHECK(typeorm_script("    \"up\": \"typeorm migration:run -d src/d.ts --trace\"\n") == "typeorm whole-run");
    CHECK(typeorm_script("    \"up\": \"typeorm migration:run -t each\",\n    \"ci\": \"typeorm migration:run\"\n") ==
          "typeorm whole-run?");
    const std::string pgm = "exports.up = (pgm) => pgm.sql('x');\n";
    const auto node_pg = [&](const std::string& scripts) {
        return mode("migrations/1.js", pgm, "package.json", "{\n" + scripts + "  \"node-pg-migrate\": \"^7\"\n}\n");
    };
    CHECK(node_pg("  \"up\": \"node-pg-migrate up\",\n") == "node-pg-migrate whole-run");
    CHECK(node_pg("  \"up\": \"node-pg-migrate up --no-single-transaction\",\n  \"b\": \"node-pg-migrate down\",\n") ==
          "node-pg-migrate per-file");
    CHECK(node_pg("  \"up\": \"node-pg-migrate --single-transaction=false up\",\n") == "node-pg-migrate per-file");
    CHECK(mode("migrations/1.js", "exports.setup = () => {}; exports.up = (db) => db.runSql('x');\n", "package.json",
               "\"up\": \"db-migrate up --non-transactional\"") == "db-migrate per-statement");
    const std::string mikro =
        "import { Migration } from '@mikro-orm/migrations';\nexport class A extends Migration {}\n";
    CHECK(mode("src/m/1.ts", mikro, "src/mikro-orm.config.ts", "migrations: { allOrNothing: false }") ==
          "mikro-orm per-file");
    CHECK(mode("src/m/1.ts", mikro, "src/mikro-orm.config.ts", "migrations: { transactional: false }") ==
          "mikro-orm per-statement");
}

TEST_CASE("recorded: several statements in one query are one transaction where the tool opens none") {
    for (const bool alone : {false, true}) {
        Recording recording = sent({{"SELECT 1; SELECT 2", 5, 5, {}}, {"SELECT 3;", 6, 6, {}}});
        if (alone) recording.no_transaction = "it says so";
        const Script script = script_of(recording);
        const auto begin = script.sql.find("BEGIN;\n"), commit = script.sql.find("COMMIT;\n");
        CHECK((begin < script.sql.find("SELECT 1")) == alone);
        CHECK((commit != std::string::npos) == alone);
        if (alone) CHECK((script.sql.find("SELECT 2") < commit && commit < script.sql.find("SELECT 3")));
        if (alone)
            CHECK(
                in_file(script.map.span(3, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + 5))) ==
                "await queryRunner.query(`DROP TABLE a`);");
    }
}

TEST_CASE("recorded: a program that ends before it sends anything is a file of which nothing was read") {
    const auto extent_of = [](std::vector<RecordedStatement> statements, bool complete) {
        Recording recording = sent(std::move(statements));
        recording.complete = complete;
        recording.unread.push_back({5, "up() could not be analyzed", "cannot read property 'query' of null"});
        const Script script = script_of(recording);
        REQUIRE(script.unread.size() == 1);
        return script.unread[0].extent;
    };
    CHECK(extent_of({}, false) == Unread::Extent::file);
    CHECK(extent_of({{"DROP TABLE a", 5, 5, {}}}, false) == Unread::Extent::part);
    CHECK(extent_of({}, true) == Unread::Extent::part);
}
