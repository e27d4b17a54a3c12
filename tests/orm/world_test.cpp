// What a migration's program has around it beside its ORM: other packages, settings, rows that nobody knows.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/orm/record.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

/// "alter table ...", with " ?" behind what hangs on answers; then what was not read, with "!".
std::string shown(const Recording& recording) {
    std::string all = recording.complete ? "" : "broken\n";
    for (const RecordedStatement& s : recording.statements) all += s.sql + (s.depends_on.empty() ? "\n" : " ?\n");
    for (const RecordedNote& note : recording.unread) all += "! " + note.what + ": " + note.why + "\n";
    return all;
}

std::string knex(const std::string& body) {
    return shown(record(Orm::knex, "m.js", {{"m.js", "exports.up = async (knex) => {" + body + "};\n"}}));
}
std::string sequelize(const std::string& before, const std::string& body) {
    return shown(record(Orm::sequelize, "m.js",
                        {{"m.js", before + "module.exports = { up(queryInterface, Sequelize) {" + body + "} };\n"}}));
}

}  // namespace

TEST_CASE("a setting that names the kind of database names PostgreSQL") {
    CHECK(knex("if (process.env.DB_TYPE === 'postgres') await knex.raw('select 1 into a');"
               "else await knex.raw('select 2 into b');") == "select 1 into a\n");
    CHECK(knex("if (process.env.DB_CLIENT !== 'mysql') await knex.raw('drop table a');") == "drop table a\n");
    CHECK(knex("switch (process.env.DIALECT) { case 'mysql': case 'mariadb': await knex.raw('drop table a'); break;"
               "case 'postgres': await knex.raw('drop table b'); break; default: await knex.raw('drop table c'); }") ==
          "drop table b\n");
    // The name of a role is no kind of database, nor is what a row says.
    CHECK(knex("if (process.env.DB_USER === 'postgres') await knex.raw('drop table a');") == "drop table a ?\n");
    CHECK(knex("const [row] = await knex('t').returning('*').insert({ a: 1 });"
               "if (row.type === 'mysql') await knex.raw('drop table a');")
              .ends_with("drop table a ?\n"));
}

TEST_CASE("each case of a switch on what is not known is seen") {
    CHECK(knex("switch (process.env.STAGE) { case 'a': await knex.raw('drop table a'); break;\n"
               "case 'b': await knex.raw('drop table b'); break;\n default: await knex.raw('drop table c'); }") ==
          "drop table a ?\ndrop table b ?\ndrop table c ?\n");
}

TEST_CASE("whether an unknown value is in a list, or like a pattern, is not known") {
    CHECK(knex("if (['a', 'b'].includes(process.env.STAGE)) await knex.raw('drop table a');") == "drop table a ?\n");
    CHECK(knex("if (!/^prod/.test(process.env.STAGE)) await knex.raw('drop table a');") == "drop table a ?\n");
    CHECK(knex("if (new Set(['a']).has(process.env.STAGE)) await knex.raw('drop table a');") == "drop table a ?\n");
    CHECK(knex("for (const x of ['a', 'b']) if (['b'].includes(x)) await knex.raw(`drop table ${x}`);") ==
          "drop table b\n");
}

TEST_CASE("Bluebird's ways through a list are those of the promises it stands for") {
    CHECK(sequelize("const Promise = require('bluebird');",
                    "const s = queryInterface.sequelize;"
                    "return Promise.mapSeries(['a', 'b'], (t) => s.query(`drop table ${t}`))"
                    ".then(() => Promise.map(['c'], (t) => s.query(`drop table ${t}`), { concurrency: 1 }))"
                    ".each((t, i) => s.query(`drop table d${i}`))"
                    ".then(() => Promise.props({ x: s.query('drop table e') }))"
                    ".tap(() => s.query('drop table f'))"
                    ".return(['g', 'h']).spread((g, h) => s.query(`drop table ${g}${h}`));") ==
          "drop table a\ndrop table b\ndrop table c\ndrop table d0\ndrop table e\ndrop table f\ndrop table gh\n");
    // A query of Sequelize 4 is one of them.
    const std::string old = sequelize("",
                                      "const s = queryInterface.sequelize;"
                                      "return s.query('SELECT id FROM t', { type: s.QueryTypes.SELECT })"
                                      ".map((row) => s.query('delete from u where id = :id', { replacements: row }))"
                                      ".then(() => queryInterface.removeColumn('t', 'a'));");
    INFO(old);
    CHECK(old.find("delete from u where id = '__unknown") != std::string::npos);
    CHECK(old.find("DROP COLUMN \"a\";\n") != std::string::npos);
}

TEST_CASE("lodash says of values that are not known that they are not") {
    CHECK(sequelize("const { map, upperFirst } = require('lodash'); const has = require('lodash/has');",
                    "return Promise.all(map(['a'], (t) => queryInterface.dropTable(upperFirst(t))))"
                    ".then(() => has({ a: 1 }, 'a') && queryInterface.dropTable('b'));") ==
          "DROP TABLE IF EXISTS \"A\";\nDROP TABLE IF EXISTS \"b\";\n");
    const std::string unknown =
        sequelize("const _ = require('lodash');",
                  "return _.isEmpty(process.env.STAGE) ? queryInterface.dropTable('a') : Promise.resolve();");
    CHECK(unknown ==
          "DROP TABLE IF EXISTS \"a\"; ?\n! lodash.isEmpty(): of a value that only the running migration would know\n");
}

TEST_CASE("Sequelize makes the enum of a new column, whoever asks first") {
    CHECK(
        sequelize("", "return queryInterface.createTable('t', { kind: Sequelize.ENUM('a', 'b') });") ==
        "DO 'BEGIN CREATE TYPE \"public\".\"enum_t_kind\" AS ENUM(''a'', ''b''); EXCEPTION WHEN duplicate_object THEN "
        "null; END';\n"
        "CREATE TABLE IF NOT EXISTS \"t\" (\"kind\" \"public\".\"enum_t_kind\");\n");
}

TEST_CASE("a package of the repository itself is read there") {
    const std::string migration =
        "const { TABLE } = require('@shop/common');\nexports.up = (knex) => knex.schema.dropTable(TABLE);\n";
    const Files files{{"package.json", "{\"name\": \"shop\", \"workspaces\": [\"parts/*\"]}"},
                      {"parts/common/package.json", "{\"name\": \"@shop/common\", \"main\": \"src/index.js\"}"},
                      {"parts/common/src/index.js", "exports.TABLE = 'orders';\n"},
                      {"db/migrations/1.js", migration}};
    CHECK(shown(record(Orm::knex, "db/migrations/1.js", files)) == "drop table \"orders\"\n");
    // Another one of that folder's name is somebody else's.
    Files other = files;
    other["parts/common/package.json"] = "{\"name\": \"@else/common\", \"main\": \"src/index.js\"}";
    CHECK(shown(record(Orm::knex, "db/migrations/1.js", other)).find("! the module @shop/common") != std::string::npos);
}

TEST_CASE("a package of the repository is found by what its workspaces and TypeScript's paths say") {
    const auto of = [](const std::string& asked, Files files) {
        files["apps/shop/migrations/1.js"] =
            "const { TABLE } = require('" + asked + "');\nexports.up = (knex) => knex.schema.dropTable(TABLE);\n";
        std::string listed;
        for (const auto& [path, text] : files)
            if (path.ends_with("package.json")) listed += path + "\n";
        files["packages:"] = listed;
        return shown(record(Orm::knex, "apps/shop/migrations/1.js", files));
    };
    const std::string table = "exports.TABLE = 'orders';\n", dropped = "drop table \"orders\"\n";
    const std::string named = "{\"name\": \"@shop/common\", \"main\": \"dist/index.js\"}";
    const auto unknown = [](const std::string& sql) { return sql.find("! the module @shop/") != std::string::npos; };
    // The folder of a package may have any name.
    const Files pnpm{
        {"pnpm-workspace.yaml", "# ours\npackages:\n  - 'apps/*'\n  - \"shared/**\" # all\ncatalog:\n  a: 1\n"},
        {"shared/deep/basics/package.json", named},
        {"shared/deep/basics/src/index.ts", "export const TABLE = 'orders';\n"},
        {"shared/deep/basics/src/names.js", table}};
    CHECK(of("@shop/common", pnpm) == dropped);
    CHECK(of("@shop/common/names", pnpm) == dropped);
    CHECK(of("@shop/common/dist/names", pnpm) == dropped);
    CHECK(of("@shop/common",
             {{"package.json", "{\"workspaces\": {\"packages\": [\"./basics/\", \"apps/*\"]}}"},
              {"basics/package.json",
               "{\"name\": \"@shop/common\", \"exports\": {\".\": {\"types\": \"./dist/main.d.ts\", \"default\": "
               "\"./dist/main.js\"}}}"},
              {"basics/src/main.js", table}}) == dropped);
    CHECK(of("@shop/common", {{"lerna.json", "{\"packages\": [\"modules/*\"]}"},
                              {"modules/basics/package.json", "{\"name\": \"@shop/common\"}"},
                              {"modules/basics/index.js", table}}) == dropped);
    CHECK(of("@shop/common", {{"tsconfig.base.json",
                               "{ // ours\n \"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@shop/common\": "
                               "[\"parts/common/main.ts\"],}}}"},
                              {"parts/common/main.ts", "export const TABLE = 'orders';\n"}}) == dropped);
    CHECK(
        of("@shop/names/all", {{"tsconfig.json", "{\"compilerOptions\": {\"paths\": {\"@shop/*\": [\"./parts/*\"]}}}"},
                               {"parts/names/all.js", table}}) == dropped);
    // What no workspace holds is another package, which the registry has.
    CHECK(unknown(of("@shop/common", {{"package.json", "{\"workspaces\": [\"apps/*\"]}"},
                                      {"examples/common/package.json", named},
                                      {"examples/common/src/index.js", table}})));
    CHECK(unknown(of("@shop/common", {{"package.json", "{\"workspaces\": [\"parts/*\", \"!parts/old\"]}"},
                                      {"parts/old/package.json", named},
                                      {"parts/old/src/index.js", table}})));
    CHECK(unknown(of("@shop/other", pnpm)));
}

TEST_CASE("a file whose code is commented out sends nothing, and one that exports no up is not read") {
    const auto of = [](const std::string& text) { return shown(record(Orm::sequelize, "m.js", {{"m.js", text}})); };
    CHECK(of("'use strict';\n/* module.exports = { up: (q) => q.dropTable('a') }; */\n") == "");
    CHECK(of("exports.down = () => {};\n") == "broken\n! up() could not be analyzed: it exports no function up\n");
}

TEST_CASE("a read whose rows nobody looks at makes nothing doubtful, nor does one of a row that is always there") {
    CHECK(knex("await knex.raw('select id from t'); await knex.raw('drop table a');") ==
          "select id from t\ndrop table a\n");
    CHECK(
        knex("const { rows } = await knex.raw('select id from t'); if (rows.length) await knex.raw('drop table a');") ==
        "select id from t\ndrop table a ?\n");
    CHECK(
        knex("const { rows: [row] } = await knex.raw('select id from t'); if (row) await knex.raw('drop table a');") ==
        "select id from t\ndrop table a ?\n");
    CHECK(sequelize("",
                    "return queryInterface.sequelize.query(`SELECT set_config('a.b', 'c', true)`)"
                    ".then(([rows]) => rows.length && queryInterface.dropTable('a'));") ==
          "SELECT set_config('a.b', 'c', true)\nDROP TABLE IF EXISTS \"a\";\n");
    // What a row says is not known, whichever way Sequelize hands it over.
    CHECK(sequelize("",
                    "const s = queryInterface.sequelize;"
                    "return s.query('SELECT count(*) FROM t', { type: s.QueryTypes.SELECT, plain: true })"
                    ".then((row) => row.count > 0 && queryInterface.dropTable('a'));")
              .ends_with("DROP TABLE IF EXISTS \"a\"; ?\n"));
}

TEST_CASE("a module that many migrations import is the same to each, and none changes it for the next") {
    const Files files{
        {"m/helpers.js", "exports.table = 'a';\nexports.drop = (knex) => knex.schema.dropTable(exports.table);\n"},
        {"m/1.js",
         "const h = require('./helpers');\nexports.up = (knex) => { h.table = 'b'; return h.drop(knex); };\n"},
        {"m/2.js", "const h = require('./helpers');\nexports.up = (knex) => h.drop(knex);\n"},
        {"m/3.js", "require('fs').readFileSync('prepared:');\n"}};
    orm::Recorder recorder;
    const auto of = [&](const std::string& path, const std::string& helpers) {
        return shown(recorder.record(Orm::knex, path, [&](const std::string& asked) -> std::optional<std::string> {
            if (asked == "m/helpers.js" && !helpers.empty()) return helpers;
            const auto found = files.find(asked);
            return found == files.end() ? std::nullopt : std::optional(found->second);
        }));
    };
    CHECK(of("m/1.js", "") == "drop table \"b\"\n");
    CHECK(of("m/2.js", "") == "drop table \"a\"\n");
    // Of another commit it has another text, or none that is a program.
    CHECK(of("m/2.js", "exports.drop = (knex) => knex.schema.dropTable('c');\n") == "drop table \"c\"\n");
    CHECK(of("m/2.js", "exports.drop = (").starts_with("! the module /m/helpers.js: "));
    CHECK(of("m/2.js", "") == "drop table \"a\"\n");
    CHECK(of("m/3.js", "").starts_with("broken\n"));
}

TEST_CASE("a path from the folder that the runner is started in is known where one such file is there") {
    const std::string sql = "drop table a";
    struct Case {
        std::string name, expression;
        Files files;
        bool is_read;
    };
    const std::string package = "{}";
    for (const Case& one : std::vector<Case>{
             {"below the package",
              "path.resolve('db/sql/a.sql')",
              {{"app/package.json", package}, {"app/db/sql/a.sql", sql}},
              true},
             {"below the repository",
              "path.resolve('app/db/sql/a.sql')",
              {{"app/package.json", package}, {"app/db/sql/a.sql", sql}},
              true},
             {"named by process.cwd()",
              "path.join(process.cwd(), 'db', 'sql/a.sql')",
              {{"app/package.json", package}, {"app/db/sql/a.sql", sql}},
              true},
             {"as it is", "'./db/sql/a.sql'", {{"app/db/sql/a.sql", sql}}, true},
             {"in two places, of which one is a package",
              "'db/sql/a.sql'",
              {{"app/package.json", package}, {"app/db/sql/a.sql", sql}, {"db/sql/a.sql", "drop table b"}},
              true},
             {"in two places", "'db/sql/a.sql'", {{"app/db/sql/a.sql", sql}, {"db/sql/a.sql", "drop table b"}}, false},
             {"beside the folders around it", "'db/sql/a.sql'", {{"other/db/sql/a.sql", sql}}, false},
             {"of which a part is unknown",
              "path.resolve('db/sql', process.env.X)",
              {{"app/db/sql/a.sql", sql}},
              false},
             {"by the file's own folder", "path.join(__dirname, '../sql/a.sql')", {{"app/db/sql/a.sql", sql}}, true},
             {"by the file's own folder, but not there",
              "path.join(__dirname, 'db/sql/a.sql')",
              {{"app/db/sql/a.sql", sql}},
              false},
         }) {
        INFO(one.name);
        Files files = one.files;
        files["app/db/migrations/m.js"] =
            "const fs = require('fs'), path = require('path');\n"
            "exports.up = (knex) => knex.raw(fs.readFileSync(" +
            one.expression + ", 'utf8'));\n";
        const std::string said = shown(record(Orm::knex, "app/db/migrations/m.js", files));
        INFO(said);
        CHECK((said == sql + "\n") == one.is_read);
        // A statement of which nothing is known is told further on: extract/ lists it as not analyzed.
        const bool is_all_unknown = said.starts_with("__unknown_") && said.find(' ') == std::string::npos;
        const bool told =
            is_all_unknown || said.find("! ") != std::string::npos || said.find("?\n") != std::string::npos;
        CHECK((one.is_read || told));
        CHECK(said.find("__unknown_0") == std::string::npos);
    }
    CHECK(knex("throw new Error(`no file ${process.cwd()}/a.sql of ${process.env.X}`);").find("__unknown") ==
          std::string::npos);
}

TEST_CASE("pg's own connections beside node-pg-migrate's commit each statement by itself") {
    const auto of = [](const std::string& text) { return record(Orm::node_pg_migrate, "m.js", {{"m.js", text}}); };
    const Recording alone =
        of("const { Client } = require('pg');\nexports.up = async () => {\n  const client = new Client({});\n"
           "  await client.connect();\n  await client.query('drop table a');\n"
           "  await client.query({ text: 'drop table b' });\n  await client.end();\n};\n");
    CHECK(shown(alone) == "drop table a\ndrop table b\n");
    CHECK(alone.no_transaction.has_value());
    REQUIRE(alone.statements.size() == 2);
    CHECK(alone.statements[1].first_line == 6);
    CHECK(shown(of("import { Pool } from 'pg';\nexport async function up() {\n  const pool = new Pool();\n"
                   "  const client = await pool.connect();\n  try { await client.query('drop table a'); } finally { "
                   "client.release(); }\n  await pool.query('drop table b');\n}\n")) == "drop table a\ndrop table b\n");
    const Recording both =
        of("const { Client } = require('pg');\nexports.up = async (pgm) => {\n  pgm.sql('drop table a');\n"
           "  await new Client().query('drop table b');\n};\n");
    CHECK(shown(both).find("! statements on a connection of its own") != std::string::npos);
    CHECK_FALSE(both.no_transaction.has_value());
    CHECK_FALSE(of("exports.up = (pgm) => pgm.sql('drop table a');\n").no_transaction.has_value());
}

TEST_CASE("a module that is not there is listed where it is looked at, and not for its import") {
    const auto of = [](const std::string& migration, Files files = {}) {
        files["m.js"] = migration;
        return shown(record(Orm::knex, "m.js", files));
    };
    const std::string sent = "drop table a\n",
                      up = "exports.up = async (knex) => { await knex.raw('drop table a'); };\n";
    const std::string listed = sent + "! the module gone: it is not in the repository\n";
    CHECK(of("const gone = require('gone');\n" + up) == sent);
    CHECK(of("require('gone');\nconst { a, b: { c } } = require('gone').d;\n" + up) == sent);
    CHECK(of("import gone from 'gone';\nimport * as all from 'gone';\nimport { a } from 'gone';\n" + up) == sent);
    // Nothing of what the module needs is looked at, either.
    const Files forms{{"forms.js",
                       "const g = require('gone');\nclass Form extends g.Base {}\n"
                       "module.exports = { Form, name: g.name(), KEY: 'a', use: () => g.twice(2) };\n"}};
    CHECK(of("const { Form } = require('./forms');\n" + up, forms) == sent);
    // Of a module that is loaded for it, and then looked at by another one.
    Files both = forms;
    both["other.js"] = "const { KEY } = require('./forms');\nexports.TABLE = KEY;\n";
    CHECK(of("const { Form } = require('./forms');\nconst { TABLE } = require('./other');\n"
             "exports.up = async (knex) => { await knex.raw(`drop table ${TABLE}`); };\n",
             both) == listed);
    // A function of a module is looked at when it is called.
    const Files late{{"late.js", "const g = require('gone');\nexports.TABLE = 'a';\nexports.f = (k) => g(k);\n"}};
    const std::string import = "const { TABLE, f } = require('./late');\n";
    CHECK(of(import + "exports.up = async (knex) => { await knex.raw(`drop table ${TABLE}`); };\n", late) == sent);
    CHECK(of(import + "exports.up = async (knex) => { await knex.raw(`drop table ${TABLE}`); await f(knex); };\n", late)
              .find("! the module gone: ") != std::string::npos);
    // One that fails as it is loaded is such a module.
    const Files broken{{"broken.js", "const { a } = undefined;\n"}};
    CHECK(of("const { b } = require('./broken');\n" + up, broken) == sent);
    CHECK(of("const { b } = require('./broken');\n" + up + "b();\n", broken).find("! the module /broken.js: ") !=
          std::string::npos);

    // Whatever takes a value of it, however it came there.
    const std::string begin = "exports.up = async (knex) => { ", end = "; await knex.raw('drop table a'); };\n";
    for (const std::string& program :
         {"const g = require('gone');\n" + begin + "await g(knex)" + end,
          "const g = require('gone');\n" + begin + "g.log('x')" + end,
          "const g = require('gone');\n" + begin + "new g.Runner(knex)" + end,
          "const { run: r } = require('gone');\n" + begin + "await r`x`" + end,
          "const g = require('gone');\nconst list = [g];\n" + begin + "await list[0].run(knex)" + end,
          "const g = require('gone');\nconst o = { g };\n" + begin + "await o.g.run(knex)" + end,
          "const g = require('gone');\nfunction f(x = g) { return x(); }\n" + begin + "f()" + end,
          "const g = require('gone');\nclass A extends g {}\n" + begin + "new A()" + end,
          "let g; g = require('gone');\n" + begin + "0" + end,
          "const f = (require) => require('x');\nconst g = require('gone');\n" + begin + "0" + end,
          "const load = require; const g = load('gone');\n" + begin + "0" + end,
          "const g = [require('gone')];\n" + begin + "0" + end,
          "const { [String('a')]: g } = require('gone');\n" + begin + "0" + end,
          "const { ...g } = require('gone');\n" + begin + "0" + end,
          "require('gone')();\n" + begin + "0" + end,
          "import g from 'gone';\n" + begin + "await g(knex)" + end,
          "import { g } from 'gone';\n" + begin + "await g(knex)" + end,
          "import * as g from 'gone';\n" + begin + "await g.run(knex)" + end,
          begin + "const { g } = await import('gone'); await g(knex)" + end,
          "const g = require('gone');\nexports.config = { g };\n" + begin + "0" + end}) {
        INFO(program);
        CHECK(of(program).find("! the module gone: ") != std::string::npos);
    }
    // An option that an ORM only asks whether it is set.
    CHECK(of("const { isUnique } = require('gone');\nexports.up = (knex) => knex.schema.createTable('a', (t) => "
             "t.foreign('b', { useConstraintName: isUnique }).references('c.d'));\n")
              .find("! the module gone: ") != std::string::npos);
}

TEST_CASE("a way that fails for a row that is not found leaves nothing to read") {
    const std::string update = "update \"roles\" set \"verbs\" = $1\n";
    for (const std::string find : {"const [{ verbs }] = await knex('roles').where({ id: 1 });",
                                   "const [row] = await knex('roles').where({ id: 1 }); const verbs = row.verbs;",
                                   "const { verbs } = await knex('roles').first('verbs');",
                                   "const row = await knex('roles').first('verbs');\n"
                                   "if (!row) throw new Error('no role'); const { verbs } = row;",
                                   "const verbs = (await knex.raw('select verbs from roles')).rows[0].verbs;"}) {
        const std::string all = knex(find + " await knex('roles').update({ verbs: `${verbs}` });");
        INFO(all);
        CHECK(all.ends_with(update));
        CHECK(all.find("! ") == std::string::npos);
    }
    // Whatever stands behind it in that way alone is listed, and an error of another kind is told.
    CHECK(knex("const [row] = await knex('roles'); if (row) return;\n row.verbs; await knex.raw('drop table a');")
              .find("! knex.raw(): ") != std::string::npos);
    CHECK(knex("const [row] = await knex('roles'); if (row) return;\n throw new Error('x'); knex.raw('drop table a');")
              .find("! knex.raw(): ") != std::string::npos);
    CHECK(knex("const [row] = await knex('roles'); if (!row) knex.schema.table('a', (t) => t.noSuchType('b')).toSQL();"
               "\nawait knex.raw('drop table a');")
              .find("! a way through up(): ") != std::string::npos);
    // No row need be looked for where something fails in each way.
    CHECK(knex("await knex.raw('drop table a'); undefined.b;").find("broken\n") == 0);
    CHECK(knex("const [row] = await knex('roles'); await knex.raw('drop table a'); undefined.b;").find("broken\n") ==
          0);
}

TEST_CASE("what of Node's own modules has no stand-in is not known, and no mistake of the module that asks for it") {
    const Files files{{"c.js",
                       "const { RSA_NO_PADDING } = require('crypto').constants;\n"
                       "const pair = require('util').promisify(require('crypto').generateKeyPair);\n"
                       "exports.TABLE = 'a';\nexports.pair = pair;\n"},
                      {"m.js",
                       "const { TABLE } = require('./c');\nconst v4 = require('uuid/v4');\n"
                       "exports.up = async (knex) => { await knex.raw(`drop table ${TABLE}`); "
                       "await knex('b').insert({ id: v4() }); };\n"}};
    const std::string all = shown(record(Orm::knex, "m.js", files));
    CHECK(all.starts_with("drop table a\ninsert into \"b\" (\"id\") values ("));
    CHECK(all.find("! ") == std::string::npos);
}

TEST_CASE("a package for terminals and logs changes nothing, unless something is made of it") {
    const auto of = [](const std::string& package, const std::string& use) {
        return shown(record(Orm::knex, "m.js",
                            {{"m.js", "const p = require('" + package + "');\nexports.up = async (knex) => {\n" + use +
                                          "\n  await knex.raw('drop table a');\n};\n"}}));
    };
    const std::string quiet = "drop table a\n";
    CHECK(of("chalk", "console.log(p.red.bold('x'), p.blue`y`);") == quiet);
    CHECK(of("pino", "const log = p({ level: 'info' }).child({}); log.info('x');") == quiet);
    CHECK(of("debug", "p('migrate')('x');") == quiet);
    CHECK(of("other", "p.red('x');") == quiet + "! the module other: it is not in the repository\n");
    // What is made of one is not known, and what it would have to call is not made.
    CHECK(of("chalk", "if (p.level > 1) await knex.raw('drop table b');").find("drop table b ?\n") !=
          std::string::npos);
    CHECK(of("winston", "await knex.raw(`drop table ${p.format}`);").find("__unknown_") != std::string::npos);
    CHECK(of("ora", "await p.promise(() => knex.raw('drop table b'));").find("! ") != std::string::npos);
}
