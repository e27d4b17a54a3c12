// Which files of a repository are migrations, and of which tool: tables of trees.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <vector>

#include "extract/detect.h"
#include "extract/extract.h"
#include "locate/order.h"

using namespace pgfence;
using Files = std::map<std::string, std::string>;
using Paths = std::vector<std::string>;

namespace {

struct Found {
    std::map<std::string, std::string> formats;  // of migrations, by path
    Paths forward, left_out;
};

Found detected(const Files& files) {
    FileTree tree;
    for (const auto& [path, text] : files) tree.paths.push_back(path);
    std::sort(tree.paths.begin(), tree.paths.end());
    tree.read = [&](std::string_view path) -> std::optional<std::string> { return files.at(std::string(path)); };
    Found found;
    for (const Located& one : extract::detect(tree).migrations) {
        found.formats.emplace(one.path, one.format);
        CHECK_FALSE(one.why.empty());
        if (one.forward) found.forward.emplace_back(one.path);
    }
    for (const LeftOut& one : extract::detect(tree).left_out) {
        found.left_out.emplace_back(one.path);
        CHECK_FALSE(one.why.empty());
    }
    return found;
}

/// Of files without text: what their paths alone say.
Paths forward(const Paths& paths) {
    Files files;
    for (const auto& path : paths) files[path];
    return detected(files).forward;
}

}  // namespace

TEST_CASE("numbered programs that change the schema are migrations, whatever their folder is called") {
    const auto program = [](const std::string& sql) {
        return "const alteration = {\n  up: async (pool) => {\n    await pool.query(sql`" + sql +
               "`);\n  },\n};\n\nexport default alteration;\n";
    };
    const auto series = [&](const std::string& folder, const std::string& ending, const auto& text) {
        Files files{{folder + "/README.md", "how to alter"}};
        for (const char* name : {"1.0.0-1663923770-a", "1.2.0-1664923770-b", "next-1665923770-c", "next-1666923770-d",
                                 "next-1667923770.1-e"})
            files[folder + "/" + name + ending] =
                text("ALTER TABLE users ADD COLUMN " + std::string(1, name[6]) + " text");
        return files;
    };
    const auto found = detected(series("packages/schemas/alterations", ".ts", program));
    REQUIRE(found.formats.size() == 5);
    for (const auto& [path, format] : found.formats) CHECK(format == "js-client");
    // A language without a reader, or a program of no known shape, is counted as not analyzed.
    for (const std::string ending : {".rs", ".go", ".php", ".py", ".ts"}) {
        const auto others =
            detected(series("server/changes", ending, [](const std::string& sql) { return "run(\"" + sql + "\")"; }));
        INFO(ending);
        REQUIRE(others.formats.size() == 5);
        for (const auto& [path, format] : others.formats) CHECK(format == "unknown");
    }
    // Lessons, and tests of a program that makes tables, are no migrations.
    CHECK(
        detected(series("lessons", ".ts", [](const std::string&) { return "console.log('hello')"; })).formats.empty());
    CHECK(detected(series("src", ".test.ts", program)).formats.empty());
    auto few = series("server/alterations", ".ts", program);
    few.erase("server/alterations/next-1665923770-c.ts");
    CHECK(detected(few).formats.empty());
    auto beside = series("server/alterations", ".ts", program);
    for (const char* name : {"index", "pool", "users"}) beside["server/alterations/" + std::string(name) + ".ts"] = "x";
    CHECK(detected(beside).formats.empty());
}

TEST_CASE("paths that speak of migrations are believed") {
    for (const std::string path : {
             "prisma/migrations/20240101120000_init/migration.sql",
             "packages/database/prisma/migrations/20240101120000_init/migration.sql",
             "apps/web/drizzle/0001_fine_thor.sql",
             "drizzle/20240101120000_init/migration.sql",
             "store/postgres/migrations/2024-01-01-000000_x/up.sql",
             "schema/2024-01-01-000000_x/up.sql",
             "tools/migrate/migrations/20240101_x.up.sql",
             "db/sql/0001_x.up.sql",
             "assets/migrations/postgres/001_initialize_schema.sql",
             "db/migrations/20240101000000_x.sql",
             "src/main/resources/db/migration/V1_2__add_x.sql",
             "sql/R__views.sql",
             "sql/V2024.01.01__x.sql",
             "postgres-persistence/src/main/resources/db/migration_postgres/V1__init.sql",
             "supabase/migrations/20240101_x.sql",
             "database/migrations/schema/001_x.sql",
             "db/migrate/1_x.sql",
             "db/primary_migrate/1_x.sql",
             "migrations/0005_integrate_mysql_source.sql",
             "mysql-to-postgres/migrations/1.sql",
             "db/migration/POSTGRE_SQL/V1__x.sql",
             "db-2/migrations/1_x.sql",
             "mysql/postgres/migrations/1.sql",
             "migrations/001.do.sql",
             "data/001.do.add-x.sql",
             "migrations/h\xC3\xA9 llo +x.sql",
             "Migrations/0001_X.SQL",
             "migrations/20240101_mark_down.sql",
             "migrations/x.postgres.up.sql",
         }) {
        INFO(path);
        CHECK(forward({path}) == Paths{path});
    }
}

TEST_CASE("what stands beside migrations is kept out") {
    // Beside a real one: a repository that has none but its tests' is asked about these.
    for (const std::string path : {
             "src/queries/find.sql",  // no layout
             "sql/report.sql",
             "V1__x.sql.bak",
             "migrations/README.md",
             "migrations/0001_x.py",     // another format
             "migrations/1_x.down.sql",  // backward
             "migrations/2024_x/down.sql",
             "migrations/001.undo.sql",
             "sql/U1__undo.sql",
             "migrations/verify/x.sql",
             "db/migration/B5__baseline.sql",  // stands for V1 to V5
             "db/migrations/mysql/1_x.sql",    // other databases
             "db/migrations/sqlite3/1_x.up.sql",
             "migrations/mssql/V1__x.sql",
             "db/migration/SQL_SERVER/V1__x.sql",
             "db/migration/ms-sql/V1__x.sql",
             "db/migration/maria_db/V1__x.sql",
             "cockroach-db/migrations/1_x.sql",
             "migrations/oracle/V1__x.sql",
             "migrations/cockroach/1_x.sql",
             "migrations/planetscale/1_x.sql",
             "clickhouse/migrations/1.sql",
             "internal-packages/clickhouse/schema/migrations/1.sql",
             "crates/atuin-server-sqlite/migrations/1.sql",
             "mysql-persistence/src/main/resources/db/migration_mysql/V1__x.sql",
             "migrations/1_x.mysql.up.sql",
             "migrations/1_x.sqlite3.up.sql",
             "migrations/1-mysql.sql",
             "db/seeds/migrations/1.sql",  // other purposes
             "test/fixtures/migrations/1.sql",
             "internal/testdata/migrations/1.sql",
             "src/test/resources/db/migration/V1__x.sql",
             "node_modules/x/migrations/1.sql",
             "vendor/github.com/x/y/migrations/1.up.sql",
             "db/migrations/structure.sql",  // dumps
             "supabase/migrations/schema.sql",
             "db/schema.sql",
             "",
             "/",
             ".sql",
         }) {
        INFO(path);
        CHECK(forward({path, "db/migrations/1_real.sql"}) == Paths{"db/migrations/1_real.sql"});
    }
    CHECK(detected({{"db/migrations/mysql/1.sql", ""}}).left_out == Paths{"db/migrations/mysql/1.sql"});
    CHECK(detected({{"src/find.sql", ""}}).left_out.empty());
}

TEST_CASE("files beside a migration decide with it") {
    struct Case {
        Paths given, found;
    };
    for (const auto& [given, found] : {
             Case{{"prisma/migrations/1_x/migration.sql", "prisma/migrations/1_x/data.sql"},
                  {"prisma/migrations/1_x/migration.sql"}},
             Case{{"migrations/1_x/up.sql", "migrations/1_x/notes.sql"}, {"migrations/1_x/up.sql"}},
             Case{{"migrations/1_x_up.sql", "migrations/1_x_down.sql", "migrations/2_drill_down.sql"},
                  {"migrations/1_x_up.sql", "migrations/2_drill_down.sql"}},
             Case{{"tools/migrate/migrations/1.sql", "tools/migrate/views.sql"}, {"tools/migrate/migrations/1.sql"}},
             Case{{"tools/migrate/1.sql", "tools/migrate/2.sql"}, {"tools/migrate/1.sql", "tools/migrate/2.sql"}},
             Case{{"migrations/tenant/migrations/1.sql", "migrations/1.sql"},
                  {"migrations/1.sql", "migrations/tenant/migrations/1.sql"}},
             Case{{"migrations/1_x.up.sql", "migrations/1_x.postgres.up.sql", "migrations/2_y.up.sql"},
                  {"migrations/1_x.postgres.up.sql", "migrations/2_y.up.sql"}},
         })
        CHECK(forward(given) == found);
}

TEST_CASE("a migration tool has the migrations of its examples and tests") {
    const Paths of_tests{"it/testdata/migrations/1_a.sql"}, example{"examples/migrations/1_a.sql"};
    CHECK(forward({of_tests[0], "it/testdata/golden/1_a.sql"}) == of_tests);
    CHECK(forward({example[0], of_tests[0]}) == Paths{example[0], of_tests[0]});
    CHECK(forward({example[0], of_tests[0], "db/migrations/1_a.sql"}) == Paths{"db/migrations/1_a.sql", example[0]});
}

TEST_CASE("the way back is a migration that no deployment runs") {
    const auto found = detected({{"migrations/1_a.up.sql", ""}, {"migrations/1_a.down.sql", ""}});
    CHECK(found.formats.size() == 2);
    CHECK(found.forward == Paths{"migrations/1_a.up.sql"});
    // Of a tool that nobody knows: by what stands beside it.
    for (const auto& [back, forth] : {std::pair{"migrations/x.down.sql", "migrations/x.sql"},
                                      {"migrations/x.undo.sql", "migrations/x.do.sql"},
                                      {"db/migrations/revert/x.sql", "db/migrations/deploy/x.sql"},
                                      {"migrations/down/x.sql", "migrations/x.sql"},
                                      {"db/versions/0008-downgrade.sql", "db/versions/0008-migration.sql"},
                                      {"db/versions/8_revert.sql", "db/versions/8_apply.sql"},
                                      {"migrations/3_orders_rollback.sql", "migrations/3_orders.sql"},
                                      {"migrations/3_orders-undo.sql", "migrations/3_orders.sql"},
                                      {"migrations/rollback_3_orders.sql", "migrations/3_orders.sql"},
                                      {"migrations/down-3.sql", "migrations/up-3.sql"},
                                      {"migrations/3_down_orders.sql", "migrations/3_up_orders.sql"},
                                      {"migrations/v3.backward.sql", "migrations/v3.forward.sql"}}) {
        INFO(back);
        CHECK(forward({back, forth}) == Paths{forth});
        CHECK(forward({back}) == Paths{back});
    }
    // Words of a title, and another migration's number.
    const Paths titles{"migrations/1_scale.sql", "migrations/2_scale_down.sql", "migrations/3_undo_log.sql",
                       "migrations/4_roll_back_fees.sql", "migrations/4_roll_fees.sql"};
    CHECK(forward(titles) == titles);
    const Paths unnumbered{"migrations/prices.sql", "migrations/prices_down.sql"};
    CHECK(forward(unnumbered) == unnumbered);
}

TEST_CASE("marks in a file tell its tool wherever it lies") {
    for (const auto& [path, text, format] : std::vector<std::array<std::string, 3>>{
             {"sql/x.sql", "-- +goose Up\nSELECT 1;\n", "goose"},
             {"sql/x.sql", "-- migrate:up\nSELECT 1;\n", "dbmate"},
             {"sql/x.sql", "SELECT 1;\n---- create above / drop below ----\nSELECT 2;\n", "tern"},
             {"a/b.sql", "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n", "liquibase-sql"},
             {"a/b.sql", "--! Previous: -\n--! Hash: sha1:0\n\nSELECT 1;\n", "graphile-migrate"},
             {"db/migrations/1_a.sql", "-- atlas:txmode none\n\nSELECT 1;\n", "atlas"},
             {"x/001.do.a.sql", "SELECT 1;", "postgrator"},
             {"sql/x.sql", "-- rambler up\nSELECT 1;\n", "rambler"},
             {"scripts/1_a.sql", "-- // a\nSELECT 1;\n-- //@UNDO\nSELECT 2;\n", "mybatis-migrations"},
             {"x/20200101000000_a.postgres.up.sql", "SELECT 1;", "popx"},
             {"src/migrations/1-A.ts", "export class A implements MigrationInterface {}", "typeorm"},
             {"migrations/1_a.js", "exports.up = function (knex) {}", "knex"},
             {"migrations/1-a.js", "module.exports = { up: (queryInterface) => 1 }", "sequelize"},
             {"migrations/1_a.js", "exports.up = (pgm) => {}", "node-pg-migrate"},
             {"migrations/a.ts", "import { Kysely } from 'kysely'\nexport async function up(db) {}", "kysely"},
             {"src/migrations/M1.ts", "import { Migration } from '@mikro-orm/migrations';", "mikro-orm"},
             {"migrations/1-a.js", "exports.setup = 1; exports.up = (db) => db.runSql('')", "db-migrate"},
             {"db/migrations/171-Data.js", "module.exports = class Data171 { async up(db) { await db.query('') } }",
              "js-client"},
             {"migrations/2_b.ts", "export const up = async (client: Client) => {\n  await client\n    .query('')\n}",
              "js-client"},
             {"migrations/3_c.js", "module.exports = { 'up': function (c, done) { c.query('', done) } }", "js-client"},
             {"migrations/3_d.ts", "export const up = async (sql: Sql<any>) => { await sql`drop table a` }",
              "js-client"},
             {"migrations/3_e.js", "export async function up(sql) { await sql.unsafe('drop table a') }", "js-client"},
             {"migrations/3_f.mjs", "export default { up: sql => sql.begin(async (sql) => [sql`select 1`]) }",
              "js-client"},
             {"migrations/4_d.js", "exports.up = db => db.schema.createTable('t', (t) => t.text('a'))", "knex"},
             {"migrations/5_e.js", "export async function up(db) { await db.schema.dropTable('t').execute() }",
              "kysely"},
             {"migrations/6_f.js", "module.exports = { async up(q, DataTypes) { await q.addColumn('t', 'c', {}) } }",
              "sequelize"},
             {"migrations/7_g.js", "const { Table } = require('typeorm'); exports.G = class { async up(r) {} }",
              "typeorm"},
             {"shop/migrations/0001_initial.py", "class Migration(migrations.Migration):", "django"},
             {"alembic/versions/ab12_x.py", "revision = 'ab12'\ndown_revision = None", "alembic"},
             {"db/migrate/20200101_a.rb", "class A < ActiveRecord::Migration[7.0]", "rails"},
             {"db/migrations/1_a.rb", "Sequel.migration do", "sequel"},
             {"priv/repo/migrations/1_a.exs", "  use Ecto.Migration", "ecto"},
             {"src/main/java/db/migration/V1__A.java", "public class V1__A", "flyway-java"},
             {"src/main/resources/db/migration/all/20240131__a.sql", "SELECT 1;", "flyway"},
             {"src/main/resources/db/changelog/1.xml", "<databaseChangeLog>", "liquibase"},
             {"src/main/resources/db/changelog/1.yaml", "databaseChangeLog:\n", "liquibase-yaml"},
             {"servicebroker/db/broker.db.changelog.json", "{\"databaseChangeLog\": []}", "liquibase-yaml"},
             {"y/db.changelog-master.yaml", "databaseChangeLog:\n", "liquibase-yaml"},
             {"src/main/resources/liq/changelog.xml", "<databaseChangeLog>", "liquibase"},
         }) {
        INFO(path << ": " << text);
        const auto found = detected({{path, text}});
        REQUIRE(found.formats.contains(path));
        CHECK(found.formats.at(path) == format);
    }
}

TEST_CASE("code is a migration only by what it holds") {
    for (const auto& [path, text] : Files{{"src/migrations/index.ts", "export * from './a';"},
                                          {"shop/migrations/__init__.py", ""},
                                          {"migrations/env.py", "from alembic import context"},
                                          {"db/seeds.rb", "class A"},
                                          {"templates/migration-template.js", "exports.up = (pgm) => {}"},
                                          {"src/knex.ts", "export function up(knex) {}"},
                                          // What runs migrations has no number.
                                          {"migrations/run.js", "exports.up = (db) => db.query('')"},
                                          {"src/1_a.js", "exports.up = (db) => db.query('')"}}) {
        INFO(path);
        CHECK(detected({{path, text}}).formats.empty());
    }
    // Nothing of the tool's is in it, but it lies beside others.
    CHECK(detected({{"migrations/1_a.js", "exports.up = (knex) => {}"}, {"migrations/2_b.js", "exports.up = () => {}"}})
              .formats.at("migrations/2_b.js") == "knex");
}

TEST_CASE("Knex is told by what is done with what up() is given, and whatever lies beside is run by its tool") {
    const auto format = [](const std::string& text) {
        const auto found = detected({{"lib/model/migrations/20230419-01-a.js", text}}).formats;
        const auto known = found.find("lib/model/migrations/20230419-01-a.js");
        return known == found.end() ? "none" : known->second;
    };
    for (const std::string text :
         {"const up = async (db) => { await db.raw('DROP INDEX a;'); };\nconst down = 0;\nmodule.exports = { up, down "
          "};",
          "const up = (db) =>\n  db.raw(`UPDATE a SET b = 1`);\nmodule.exports = { up };",
          "exports.up = function (trx) { return trx\n  .raw('SELECT 1') }", "exports.up = db => db('users').del()",
          "export async function up(conn) { await conn(`users`).update({ a: 1 }) }",
          "module.exports.up = async (k) => { await k.schema.dropTable('a') }"}) {
        INFO(text);
        CHECK(format(text) == "knex");
    }
    for (const std::string text :
         {"exports.up = (db) => db.collection('users').drop()",
          "exports.up = (db) => { sql.raw('x'); db.rawQuery('y') }", "exports.up = (db) => { log.db('users') }",
          "exports.up = (db) => { mydb('users'); db(users) }"}) {
        INFO(text);
        CHECK(format(text) != "knex");
    }
    // Functions of the project make what is run.
    const Found found = detected({{"migrations/20170101-01-a.js", "exports.up = (knex) => {}"},
                                  {"migrations/20170102-01-b.js", "module.exports = require('../sql')(__filename);"},
                                  {"migrations/20170103-01-c.js", "export default fromFiles('c.sql');"},
                                  {"migrations/20170104-01-d.js", "const { up } = helpers; export { up };"},
                                  {"migrations/helpers.js", "module.exports = {};"},
                                  {"other/migrations/20170102-01-b.js", "module.exports = 1;"}});
    CHECK(found.formats == std::map<std::string, std::string>{{"migrations/20170101-01-a.js", "knex"},
                                                              {"migrations/20170102-01-b.js", "knex"},
                                                              {"migrations/20170103-01-c.js", "knex"},
                                                              {"migrations/20170104-01-d.js", "knex"},
                                                              {"other/migrations/20170102-01-b.js", "unknown"}});
}

TEST_CASE("a program is read as detection tells it, by those beside it") {
    std::vector<MigrationFile> files(3);
    files[0].path = "migrations/1_a.js";
    files[0].text = "exports.up = (knex) => {}";
    files[0].role = MigrationFile::Role::history;
    files[1].path = "migrations/2_b.js";
    files[1].text = "exports.up = () => helper()";
    files[2].path = "migrations/deeper/3_c.js";
    files[2].text = files[1].text;
    extract::Memory memory;
    for (const MigrationFile& file : files) extract::announce(file, {}, memory);
    CHECK(extract::script(files[1], {}, memory).format == "knex");
    CHECK(extract::script(files[2], {}, memory).format == "unknown");
}

TEST_CASE("a migration that opens its own connection is node-pg-migrate's in the folder that it is given") {
    const std::string text = "import {Client} from 'pg'\nexport async function up() { await new Client().query('') }";
    const auto format = [&](const std::string& package, const std::string& settings, const std::string& other = {}) {
        const auto found = detected({{"package.json", package},
                                     {"server/db/config.js", settings},
                                     {"server/db/migrations/1_a.ts", text + other}});
        const auto known = found.formats.find("server/db/migrations/1_a.ts");
        return known == found.formats.end() ? "none" : known->second;
    };
    const std::string by_file = "{\"scripts\": {\n\"m\": \"node-pg-migrate -f ./server/db/config.js\"\n}}";
    CHECK(format(by_file, "module.exports = { 'migrations-dir': 'server/db/migrations' }") == "node-pg-migrate");
    CHECK(format("{\"m\": \"node-pg-migrate -m server/db/migrations up\"}", "") == "node-pg-migrate");
    CHECK(format("{\"m\": \"node-pg-migrate --migrations-dir=server/db/migrations up\"}", "") == "node-pg-migrate");
    CHECK(format(by_file, "module.exports = { 'migrations-dir': 'server/db/other' }") == "unknown");
    CHECK(format("{\"dependencies\": {\"node-pg-migrate\": \"1\"}}",
                 "module.exports = { 'migrations-dir': 'server/db/migrations' }") == "unknown");
    CHECK(format("{}", "module.exports = { 'migrations-dir': 'server/db/migrations' }") == "unknown");
}

TEST_CASE("a numbered series of schema changes is one, whatever its folder is called") {
    const std::string sql = "CREATE TABLE t (id int);";
    CHECK(forward({"sql/001_a.sql", "sql/002_b.sql", "sql/003_c.sql"}).empty());
    CHECK(detected({{"sql/001_a.sql", sql}, {"sql/002_b.sql", sql}, {"sql/003_c.sql", sql}}).forward.size() == 3);
    CHECK(detected({{"sql/001_a.sql", sql}, {"sql/002_b.sql", sql}}).forward.empty());
    CHECK(
        detected(
            {{"sql/1_a.sql", sql}, {"sql/2_b.sql", sql}, {"sql/3_c.sql", sql}, {"sql/x.sql", sql}, {"sql/y.sql", sql}})
            .forward.empty());
    CHECK(detected({{"queries/1.sql", sql}, {"queries/2.sql", sql}, {"queries/3.sql", sql}}).forward.empty());
}

TEST_CASE("a series is told by numbers behind a word for changes, or by folders named for versions") {
    const std::string sql = "ALTER TABLE t ADD COLUMN a int;";
    const auto all = [&](const std::vector<std::string>& paths) {
        std::map<std::string, std::string> files;
        for (const std::string& path : paths) files.emplace(path, sql);
        return detected(files).forward;
    };
    const std::vector<Paths> series{
        {"schema/migration-1-0000-20190730.sql", "schema/migration-2-0001-20190731.sql",
         "schema/migration-2-0002-20190801.sql"},
        {"sql/patch005.sql", "sql/patch006.sql", "sql/patch007.sql"},
        {"ddl/upgrade-1.2-to-1.3.sql", "ddl/upgrade-1.3-to-1.4.sql", "ddl/upgrade-1.4-to-1.5.sql"},
        {"ddl/shop_upgrade_v2.sql", "ddl/shop_upgrade_v3.sql", "ddl/shop_upgrade_v4.sql"},
        {"sql/v2.sql", "sql/v3.sql", "sql/v4.sql"},
        {"init_dbs/postgresql/1.0.0/1.0.0.sql", "init_dbs/postgresql/1.1.0/1.1.0.sql",
         "init_dbs/postgresql/1.2.0/1.2.0.sql"},
        {"sql/v1.0/01_users.sql", "sql/v1.0/02_orders.sql", "sql/v1.1/01_items.sql"},
        {"sql/1.0/upgrade1.sql", "sql/1.1/upgrade1.sql", "sql/1.2/upgrade1.sql"}};
    for (const Paths& paths : series) {
        INFO(paths[0]);
        CHECK(all(paths) == paths);
        CHECK(all({paths[0], paths[1]}).empty());
    }
    const std::vector<Paths> none{{"sql/chapter1.sql", "sql/chapter2.sql", "sql/chapter3.sql"},
                                  {"sql/orders_1.sql", "sql/orders_2.sql", "sql/orders_3.sql"},
                                  {"sql/1st_patch.txt", "sql/patches.sql", "sql/patched.sql", "sql/a.sql"},
                                  {"queries/update1.sql", "queries/update2.sql", "queries/update3.sql"},
                                  {"tests/patch1.sql", "tests/patch2.sql", "tests/patch3.sql"},
                                  {"schemas/1.0/tables.sql", "schemas/1.1/tables.sql", "schemas/1.2/tables.sql"}};
    for (const Paths& paths : none) {
        INFO(paths[0]);
        CHECK(all(paths).empty());
    }
}

TEST_CASE("folders that differ in one word hold the two ways of a series") {
    const std::string sql = "ALTER TABLE t ADD COLUMN a int;";
    for (const auto& [forward, back] : std::vector<std::pair<std::string, std::string>>{
             {"init_dbs", "rollback_dbs"}, {"scripts-deploy", "scripts-rollback"}, {"db_upgrade", "db_downgrade"}}) {
        INFO(back);
        std::map<std::string, std::string> files;
        Paths ahead;
        for (const char* version : {"1.0.0", "1.1.0", "1.2.0"}) {
            const std::string below = std::string("/") + version + "/" + version + ".sql";
            ahead.push_back(forward + below);
            files.emplace(forward + below, sql);
            files.emplace(back + below, sql);
        }
        CHECK(detected(files).forward == ahead);
    }
}

TEST_CASE("sqitch's scripts lie below its plan") {
    const auto found = detected({{"src/sqitch.plan", ""},
                                 {"src/deploy/a.sql", "SELECT 1;"},
                                 {"src/revert/a.sql", "SELECT 1;"},
                                 {"src/verify/a.sql", "SELECT 1;"},
                                 {"other/deploy/a.sql", "SELECT 1;"}});
    CHECK(found.forward == Paths{"src/deploy/a.sql"});
    CHECK(found.formats ==
          std::map<std::string, std::string>{{"src/deploy/a.sql", "sqitch"}, {"src/revert/a.sql", "sqitch"}});
    CHECK(found.left_out == Paths{"src/verify/a.sql"});
}

TEST_CASE("sqitch's plan may write + in front of what it deploys") {
    const auto found = detected({{"sqitch.plan",
                                  "a 2026-01-01T00:00:00Z A <a@example.org>\n+b 2026-01-01T00:00:00Z A "
                                  "<a@example.org>\n+ c 2026-01-01T00:00:00Z A <a@example.org>\n"},
                                 {"deploy/a.sql", "SELECT 1;"},
                                 {"deploy/b.sql", "SELECT 1;"},
                                 {"deploy/c.sql", "SELECT 1;"},
                                 {"deploy/d.sql", "SELECT 1;"}});
    CHECK(found.forward == Paths{"deploy/a.sql", "deploy/b.sql", "deploy/c.sql"});
}

TEST_CASE("scripts that a migration includes are part of it") {
    const auto found = detected({{"migrations/1.sql", "\\i sql/views.sql\n\\ir ../lib/f.sql\n"},
                                 {"sql/views.sql", "SELECT 1;"},
                                 {"lib/f.sql", "SELECT 1;"},
                                 {"lib/g.sql", "SELECT 1;"}});
    CHECK(found.forward == Paths{"lib/f.sql", "migrations/1.sql", "sql/views.sql"});
}

TEST_CASE("what a changelog of Liquibase includes runs in its order") {
    const std::string set =
        "<databaseChangeLog><changeSet id=\"1\"><sql>SELECT 1</sql></changeSet></databaseChangeLog>";
    const Files files{
        {"src/main/resources/db/changelog/master.yaml",
         "databaseChangeLog:\n- include: {file: db/changelog/z.xml}\n- include: {file: b/first.xml, "
         "relativeToChangelogFile: true}\n- includeAll: {path: db/changelog/all}\n- include: {file: gone.xml}\n"},
        {"src/main/resources/db/changelog/z.xml", set},
        {"src/main/resources/db/changelog/b/first.xml",
         "<databaseChangeLog><include file=\"../a.sql\" relativeToChangelogFile=\"true\"/></databaseChangeLog>"},
        {"src/main/resources/db/changelog/a.sql", "--liquibase formatted sql\n--changeset a:1\nSELECT 1;"},
        {"src/main/resources/db/changelog/all/2.xml", set},
        {"src/main/resources/db/changelog/all/1.xml", set},
        {"src/main/resources/db/changelog/alone.xml", set}};
    FileTree tree;
    for (const auto& [path, text] : files) tree.paths.push_back(path);
    tree.read = [&](std::string_view path) { return std::optional(files.at(std::string(path))); };
    std::map<std::size_t, std::string> order;
    for (const Located& one : extract::detect(tree).migrations)
        if (one.written.rank > 0) order.emplace(one.written.rank, one.path.substr(one.path.find("changelog/") + 10));
    CHECK(order ==
          std::map<std::size_t, std::string>{
              {1, "master.yaml"}, {2, "z.xml"}, {3, "b/first.xml"}, {4, "a.sql"}, {5, "all/1.xml"}, {6, "all/2.xml"}});
}

TEST_CASE("files of SQL that a changelog runs are Liquibase's, wherever they lie, and run behind it") {
    const auto changelog = [](const std::string& changes) {
        return "<databaseChangeLog>" + changes + "</databaseChangeLog>";
    };
    const Files files{
        {"app/src/main/resources/db/changelog/10.xml",
         changelog("<changeSet id=\"1\"><sql>SELECT 1</sql></changeSet>")},
        {"app/src/main/resources/db/changelog/2.xml",
         changelog("<changeSet id=\"1\"><sqlFile path=\"classpath:scripts/drop_down.sql\"/></changeSet>"
                   "<changeSet id=\"2\"><sqlFile path=\"module/b.sql\"/></changeSet>"
                   "<changeSet id=\"3\" dbms=\"oracle\"><sqlFile path=\"scripts/of_oracle.sql\"/></changeSet>")},
        {"app/src/main/resources/scripts/drop_down.sql", "DROP TABLE a;"},
        {"app/src/main/resources/scripts/of_oracle.sql", "DROP TABLE b;"},
        {"app/src/main/resources/scripts/report.sql", "SELECT 1;"},
        {"other/src/main/resources/module/b.sql", "SELECT 1;"}};
    FileTree tree;
    for (const auto& [path, text] : files) tree.paths.push_back(path);
    tree.read = [&](std::string_view path) { return std::optional(files.at(std::string(path))); };
    std::map<std::size_t, std::string> ranked;
    for (const Located& one : extract::detect(tree).migrations) {
        CHECK(one.forward);
        CHECK(one.format == (one.path.ends_with(".sql") ? "liquibase-file" : "liquibase"));
        ranked.emplace(one.written.rank, one.path.substr(one.path.rfind('/') + 1));
    }
    CHECK(ranked ==
          std::map<std::size_t, std::string>{{1, "2.xml"}, {2, "drop_down.sql"}, {3, "b.sql"}, {4, "10.xml"}});
}

TEST_CASE("what globs choose runs forward in detection as it does in a review") {
    const std::vector<std::string_view> paths{"sql/1_a_down.sql", "sql/1_a_up.sql", "sql/2.down.sql", "sql/2.up.sql",
                                              "sql/down/3.sql"};
    const FileTree tree{paths, [](std::string_view) { return std::optional<std::string>("SELECT 1;"); }};
    const std::vector<std::string> globs{"sql/**"};
    std::vector<std::string_view> forward;
    for (const Located& one : extract::chosen(tree, globs).migrations)
        if (one.forward) forward.push_back(one.path);
    CHECK(forward == std::vector<std::string_view>{"sql/1_a_up.sql", "sql/2.up.sql", "sql/down/3.sql"});
    CHECK(forward == locate::choose(tree, {globs, {}, extract::detection_by(globs)}).migrations);
}

TEST_CASE("changelogs that include each other end") {
    const Files files{{"db/changelog/a.xml",
                       "<databaseChangeLog><include file=\"db/changelog/b.xml\"/>"
                       "</databaseChangeLog>"},
                      {"db/changelog/b.xml",
                       "<databaseChangeLog><include file=\"db/changelog/a.xml\"/>"
                       "</databaseChangeLog>"},
                      {"db/changelog/x.json", "{\"databaseChangeLog\": []}"},
                      {"package/x.json", "{\"databaseChangeLog\": []}"},
                      {"migrations/1_a.up.fizz", "create_table(\"t\") {}"},
                      {"migrations/1_a.down.fizz", "drop_table(\"t\")"}};
    CHECK(detected(files).forward ==
          Paths{"db/changelog/a.xml", "db/changelog/b.xml", "db/changelog/x.json", "migrations/1_a.up.fizz"});
}

TEST_CASE("the database is told by what the tool wrote, by the program around and by the SQL") {
    const auto found = [](const Files& files) { return detected(files).forward.size(); };
    const std::string prisma = "prisma/migrations/20240101120000_a/migration.sql";
    CHECK(found({{prisma, "SELECT 1;"}, {"prisma/migrations/migration_lock.toml", "# x\nprovider = \"mysql\"\n"}}) ==
          0);
    CHECK(found({{prisma, "SELECT 1;"}, {"prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"}}) ==
          1);
    // A title says nothing of the folder that it lies in.
    const std::string titled = "prisma/mysql-migrations/20240821_add_postgres_migrations/migration.sql";
    CHECK(found({{"prisma/mysql-migrations/20240101_a/migration.sql", "CREATE TABLE `a` (id int);"},
                 {titled, "ALTER TABLE `a` ADD b int;"},
                 {"prisma/mysql-migrations/migration_lock.toml", "provider = \"mysql\"\n"}}) == 0);
    CHECK(found({{"drizzle/0000_a.sql", "SELECT 1;"}, {"drizzle/meta/_journal.json", "{\"dialect\": \"sqlite\"}"}}) ==
          0);
    CHECK(found({{"drizzle/0000_a.sql", "SELECT 1;"},
                 {"drizzle/meta/_journal.json", "{\"dialect\":\"postgresql\"}"}}) == 1);
    const std::string knex = "exports.up = (knex) => {}";
    CHECK(found({{"migrations/1.js", knex}, {"package.json", "{\"mysql2\": \"3\"}"}}) == 0);
    CHECK(found({{"migrations/1.js", knex}, {"package.json", "{\"mysql2\": \"3\", \"pg\": \"8\"}"}}) == 1);
    CHECK(found({{"migrations/1.sql", "CREATE TABLE `a` (id int AUTO_INCREMENT) ENGINE=InnoDB;"}}) == 0);
    CHECK(found({{"migrations/1.sql", "CREATE TABLE a (id serial, b jsonb);"}, {"package.json", "{\"mysql2\": 1}"}}) ==
          1);
    CHECK(found({{"pg/migrations/1.sql", "PRAGMA x;"}}) == 1);
}

TEST_CASE("a program's named queries, and the code that starts a runner, are no migrations") {
    const std::string
        go = "package db\n\n//go:embed migrations/*\nvar files embed.FS\n"
             "// Two replicas at once make one fail at CREATE TABLE.\nfunc Up() { goose.Up(db, \"migrations\") }\n",
        queries = "-- name: GetApp :one\nSELECT * FROM apps WHERE id = $1;\n";
    const auto found = detected({{"db/migrations.go", go},
                                 {"db/migrations/1_a.sql", "-- +goose Up\nCREATE TABLE apps (id int);"},
                                 {"db/queries/queries.sql", queries},
                                 {"db/sql/1_a.sql", queries},
                                 {"db/sql/2_a.sql", queries},
                                 {"db/sql/3_a.sql", queries}});
    CHECK(found.forward == Paths{"db/migrations/1_a.sql"});
    // Where the code makes tables itself, it is one, and what lies beside it may be run by it.
    CHECK(detected({{"db/migrations.go", go + "const first = `CREATE TABLE apps (id int)`\n"},
                    {"db/views.sql", "CREATE VIEW v AS SELECT 1;"},
                    {"db/queries.sql", queries}})
              .forward == Paths{"db/migrations.go", "db/views.sql"});
    // Its folder is the runner's: it runs whatever stands in it.
    CHECK(detected({{"db/migrations/1_a.sql", "-- +goose Up\n" + queries}}).forward.size() == 1);
}

TEST_CASE("files that no tool runs are left out") {
    // Beside diesel's folders, and under a name that says what it is.
    const Found diesel = detected({{"migrations/2024-01-01-000000_a/up.sql", "CREATE TABLE a (b int);"},
                                   {"migrations/data.sql", "INSERT INTO a VALUES (1);"},
                                   {"store/migration/postgres/LATEST.sql", "CREATE TABLE a (b int);"},
                                   {"store/migration/postgres/LATEST_DATA.sql", "INSERT INTO a VALUES (1);"},
                                   {"store/migration/postgres/0.1/00__a.sql", "CREATE TABLE a (b int);"}});
    CHECK(diesel.left_out == Paths{"migrations/data.sql", "store/migration/postgres/LATEST.sql",
                                   "store/migration/postgres/LATEST_DATA.sql"});
    CHECK(diesel.formats.size() == 2);
    // A program is for whatever database it is given, a script for the one that it names.
    const Found mixed =
        detected({{"migrations/1-a.js", "module.exports = { up: (queryInterface) => queryInterface.dropTable('a') };"},
                  {"migrations/2-text-for-mysql.js",
                   "module.exports = { up: (queryInterface) => queryInterface.dropTable('b') };"},
                  {"migrations/3-mysql.sql", "DROP TABLE a;"}});
    CHECK(mixed.left_out == Paths{"migrations/3-mysql.sql"});
    // One word that PostgreSQL has, too, does not outweigh the driver and all others.
    const std::string table = "CREATE TABLE a (serial varchar(9), b tinyint unsigned AUTO_INCREMENT) ENGINE=InnoDB;";
    CHECK(detected({{"go.mod", "require github.com/go-sql-driver/mysql v1.9.1\n"},
                    {"db/1-a.sql", table},
                    {"db/2-b.sql", table},
                    {"db/3-c.sql", "CREATE TABLE d (serial varchar(9));"}})
              .formats.empty());
    CHECK(
        detected({{"go.mod", "require github.com/go-sql-driver/mysql v1.9.1\nrequire github.com/jackc/pgx/v5 v5.7.2\n"},
                  {"migrations/1-a.sql", "CREATE TABLE d (e int);"}})
            .formats.size() == 1);
}

TEST_CASE("programs that a runner runs beside SQL are migrations that nobody here reads") {
    const std::string sql = "ALTER TABLE a ADD b int;", perl = "sub { my ($schema) = @_; }";
    // DBIx::Class::DeploymentHandler runs .sql and .pl of a step, whatever they are called, of every database.
    const Found steps = detected({{"dbicdh/PostgreSQL/upgrade/90-91/001-auto.sql", sql},
                                  {"dbicdh/PostgreSQL/upgrade/91-92/000-warning.pl", perl},
                                  {"dbicdh/PostgreSQL/upgrade/91-92/notes.pl", perl},
                                  {"dbicdh/PostgreSQL/downgrade/92-91/001-back.pl", perl},
                                  {"dbicdh/_common/upgrade/92-93/migrate-jobs.pl", perl},
                                  {"dbicdh/_common/downgrade/93-92/001-back.pl", perl},
                                  {"dbicdh/_source/deploy/92/001-auto.yml", "schema: x"},
                                  {"script/001-start.pl", perl}});
    CHECK(steps.forward ==
          Paths{"dbicdh/PostgreSQL/upgrade/90-91/001-auto.sql", "dbicdh/PostgreSQL/upgrade/91-92/000-warning.pl",
                "dbicdh/PostgreSQL/upgrade/91-92/notes.pl", "dbicdh/_common/upgrade/92-93/migrate-jobs.pl"});
    CHECK(steps.formats.at("dbicdh/_common/upgrade/92-93/migrate-jobs.pl") == "unknown");
    // Numbered as the SQL around it is, whatever the folder is called.
    CHECK(detected({{"db/patches/001_a.sql", sql},
                    {"db/patches/002_b.sh", "psql -c 'DROP TABLE a'"},
                    {"db/patches/run.sh", "psql"},
                    {"db/updates/4.2/a.sql", sql},
                    {"db/updates/4.3/1_convert.php", "<?php"},
                    {"db/updates/4.3/test_1.php", "<?php"},
                    {"src/001_other.sh", "ls"}})
              .forward ==
          Paths{"db/patches/001_a.sql", "db/patches/002_b.sh", "db/updates/4.2/a.sql", "db/updates/4.3/1_convert.php"});
    // Postgrator's, whose JavaScript makes the SQL; its way back is none.
    CHECK(detected({{"schema/001.do.sql", sql}, {"schema/002.do.js", "x"}, {"schema/002.undo.js", "x"}}).forward ==
          Paths{"schema/001.do.sql", "schema/002.do.js"});
    // Flyway's scripts and callbacks.
    CHECK(detected({{"sql/V1__a.sql", sql},
                    {"sql/V2__rows.sh", "psql"},
                    {"sql/R__grants.py", "run()"},
                    {"sql/afterMigrate__vacuum.ps1", "psql"},
                    {"sql/afterMigrate.sql", "ANALYZE;"},
                    {"sql/beforeEachMigrate__locks.sql", "SET lock_timeout = 1;"},
                    {"sql/U2__rows.sh", "psql"},
                    {"sql/backup.sh", "pg_dump"}})
              .forward == Paths{"sql/R__grants.py", "sql/V1__a.sql", "sql/V2__rows.sh", "sql/afterMigrate.sql",
                                "sql/afterMigrate__vacuum.ps1", "sql/beforeEachMigrate__locks.sql"});
    // Hasura's older ones, whose SQL is in YAML.
    CHECK(detected({{"migrations/1550925483858_a.up.yaml", "- type: run_sql"},
                    {"migrations/1550925483859_b/up.yaml", "- type: run_sql"},
                    {"migrations/1550925483859_b/down.yaml", "- type: run_sql"},
                    {"migrations/default/1550925483860_c/up.sql", sql},
                    {"metadata/tables.yaml", "- x"}})
              .forward == Paths{"migrations/1550925483858_a.up.yaml", "migrations/1550925483859_b/up.yaml",
                                "migrations/default/1550925483860_c/up.sql"});
    // Without a number in their names.
    CHECK(detected({{"src/Migrations/CreateUsers.cs", "[Migration(20240101)]\nclass CreateUsers : Migration {}"},
                    {"src/Migrations/Runner.cs", "class Runner {}"},
                    {"app/piccolo_migrations/app_2024_01_01t10_00_00_1.py",
                     "ID = \"1\"\nasync def forwards():\n    manager = MigrationManager(migration_id=ID)\n"}})
              .forward ==
          Paths{"app/piccolo_migrations/app_2024_01_01t10_00_00_1.py", "src/Migrations/CreateUsers.cs"});
}

TEST_CASE("of a Yuniql workspace all runs but what erases") {
    const Found found = detected({{"db/Migration/_draft/readme.md", ""},
                                  {"db/Migration/_erase/drop.sql", "DROP TABLE a;"},
                                  {"db/Migration/_init/readme.md", ""},
                                  {"db/Migration/_pre/check.sql", "SELECT 1;"},
                                  {"db/Migration/FunctionsAndProcedures/f.sql", "CREATE FUNCTION f() ..."},
                                  {"db/Migration/v0.01/01-a.sql", "CREATE TABLE a (b int);"}});
    CHECK(found.forward == Paths{"db/Migration/FunctionsAndProcedures/f.sql", "db/Migration/_pre/check.sql",
                                 "db/Migration/v0.01/01-a.sql"});
    CHECK(found.formats.size() == 4);
    for (const auto& [path, format] : found.formats) CHECK(format == "yuniql");
}

TEST_CASE("SQL below migrations in code is theirs") {
    const auto found = detected({{"src/main/resources/db/changelog.xml", "<databaseChangeLog>"},
                                 {"src/main/resources/db/procedures/touch.sql", "CREATE FUNCTION f() ..."},
                                 {"src/main/resources/queries/find.sql", "SELECT 1;"}});
    CHECK(found.formats ==
          std::map<std::string, std::string>{{"src/main/resources/db/changelog.xml", "liquibase"},
                                             {"src/main/resources/db/procedures/touch.sql", "plain-sql"}});
}

TEST_CASE("the SQL that people keep beside Django's programs is left out unless a program reads it") {
    const std::string sql = "BEGIN;\n--\n-- Add field b to a\n--\nALTER TABLE a ADD COLUMN b int;\nCOMMIT;\n";
    const auto program = [](const std::string& operations) {
        return "from django.db import migrations\nclass Migration(migrations.Migration):\n    operations = [" +
               operations + "]\n";
    };
    const std::string plain = program("migrations.AddField('a', 'b', models.IntegerField(null=True))");
    const auto left_out = [&](const Files& programs) {
        Files files = programs;
        for (const char* name : {"0002_add_b", "0002_add_b_replicas", "0003_other"})
            files["app/migrations/" + std::string(name) + ".sql"] = sql;
        return detected(files).left_out;
    };
    const std::string twin = "app/migrations/0002_add_b.py", beside = "app/migrations/0004_c.py";
    const Paths both{"app/migrations/0002_add_b.sql", "app/migrations/0002_add_b_replicas.sql"};
    CHECK(left_out({{twin, plain}}) == both);
    CHECK(left_out({{twin, plain}, {beside, plain}}) == both);
    CHECK(left_out({{twin, plain}, {beside, plain}, {"app/migrations/0005_d.sql", sql}}) == both);
    // It may read them, by whatever name.
    CHECK(left_out({{twin, program("migrations.RunSQL(open('app/migrations/0002_add_b.sql').read())")}}).empty());
    CHECK(left_out({{twin, program("migrations.RunSQL(Path(__file__).with_suffix('.sql').read_text())")}}).empty());
    CHECK(left_out({{twin, program("run_sql_of(__name__)")}}).empty());
    // Another program reads one of them.
    CHECK(left_out({{twin, plain}, {beside, program("run_sql_file('0002_add_b.sql')")}}) ==
          Paths{"app/migrations/0002_add_b_replicas.sql"});
    // Without the program, or where it is no migration of Django's, whoever runs the rest runs these.
    CHECK(left_out({{beside, plain}}).empty());
    CHECK(left_out({{twin, "print('no migration')"}}).empty());
}
