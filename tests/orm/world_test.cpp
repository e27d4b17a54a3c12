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

TEST_CASE("a file whose code is commented out sends nothing, and one that exports no up is not read") {
    const auto of = [](const std::string& text) { return shown(record(Orm::sequelize, "m.js", {{"m.js", text}})); };
    CHECK(of("'use strict';\n/* module.exports = { up: (q) => q.dropTable('a') }; */\n") == "");
    CHECK(of("exports.down = () => {};\n") == "broken\n! up() could not be analysed: it exports no function up\n");
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
