// Migrations of every ORM that is bundled, run for real: the expected SQL is what the ORM's own documentation and
// servers show, the places are the file's.

#include "tests/orm/record.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>

using namespace pgfence;
using namespace pgfence::test;

namespace {

std::string squeezed(std::string_view sql) {
    std::string out;
    for (const char c : sql) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (out.ends_with(' ') || out.ends_with(';')) out.pop_back();
    return out;
}

/// "3-7 create table ...", with " ?" behind what hangs on the database's answers; then what was not read, with "!".
std::string shown(const Recording& recording) {
    std::string all;
    for (const RecordedStatement& s : recording.statements)
        all += std::to_string(s.first_line) + "-" + std::to_string(s.last_line) + " " + squeezed(s.sql) +
               (s.depends_on.empty() ? "" : " ?") + "\n";
    for (const RecordedNote& note : recording.unread) all += "! " + note.what + ": " + note.why + "\n";
    return all;
}

}  // namespace

TEST_CASE("Knex sends what its builders compile to, loops and helpers included") {
    const Recording recording =
        record(Orm::knex, "db/migrations/001.js",
               {{"db/migrations/001.js", R"(const { stamp } = require('../stamp');
exports.up = async (knex) => {
  await knex.schema.createTable('users', (t) => {
    t.increments('id');
    stamp(t, knex);
  });
  await knex.schema
    .alterTable('orders', (t) => {
      t.integer('user_id');
    })
    .raw('create index orders_user on orders (user_id)');
  for (const name of ['a', 'b']) await knex.raw(`alter table orders add column ${name} int`);
};
)"},
                {"db/stamp.js", "exports.stamp = (t, knex) => t.timestamp('at').defaultTo(knex.fn.now());\n"}});
    CHECK(recording.complete);
    CHECK(shown(recording) ==
          "3-6 create table \"users\" (\"id\" serial primary key, \"at\" timestamptz default CURRENT_TIMESTAMP)\n"
          "8-10 alter table \"orders\" add column \"user_id\" integer\n"
          "11-11 create index orders_user on orders (user_id)\n"
          "12-12 alter table orders add column a int\n"
          "12-12 alter table orders add column b int\n");
}

TEST_CASE("both answers of the database are seen") {
    const Recording recording = record(Orm::knex, "1.js", {{"1.js", R"(exports.up = async (knex) => {
  if (!(await knex.schema.hasTable('old'))) {
    await knex.raw('create table old (id int)');
  } else {
    await knex.raw('alter table old add column x int');
  }
  await knex.raw('drop table other');
};
)"}});
    CHECK(recording.complete);
    CHECK(shown(recording) ==
          "3-3 create table old (id int) ?\n5-5 alter table old add column x int ?\n7-7 drop table other\n");
    REQUIRE(recording.statements.size() == 3);
    REQUIRE(recording.statements[0].depends_on.size() == 1);
    CHECK(recording.statements[0].depends_on[0].find("information_schema.tables") != std::string::npos);
}

TEST_CASE("a text that asks the catalogs and does more is a statement") {
    const auto statements = [](const std::string& sql) {
        return record(Orm::knex, "1.js",
                      {{"1.js", "exports.up = (knex) => knex.raw(" + nlohmann::json(sql).dump() + ");\n"}})
            .statements.size();
    };
    for (const char* sql : {"SELECT 1 FROM pg_class WHERE relname = 'a' AND relkind IN ('r', 'p')",
                            "select \"n\".\"nspname\", count(*) from \"pg_catalog\".\"pg_namespace\" \"n\" group by 1;",
                            "WITH k AS (SELECT array_agg(a.attname) FROM pg_attribute a) SELECT * FROM k -- insert (x)",
                            "SELECT rc.update_rule, rc.delete_rule FROM information_schema.referential_constraints rc "
                            "WHERE c = 'drop; x'",
                            "SELECT pg_get_constraintdef(oid), $1::regclass FROM pg_constraint"}) {
        INFO(sql);
        CHECK(statements(sql) == 0);
    }
    for (const char* sql :
         {"WITH d AS (DELETE FROM a USING pg_class RETURNING 1) SELECT count(*) FROM d",
          "WITH d AS (UPDATE pg_class SET relrowsecurity = true WHERE relname = 'a') SELECT 1",
          "WITH d AS (INSERT INTO a SELECT oid FROM pg_type) SELECT 1", "SELECT 1 FROM pg_tables; DROP TABLE a",
          "SELECT * INTO b FROM pg_tables", "SELECT purge() FROM pg_class", "SELECT public.purge() FROM pg_class",
          "SELECT \"purge\"() FROM pg_class", "SELECT set_config('a.b', tablename, true) FROM pg_tables",
          "SELECT pg_terminate_backend(1) FROM pg_catalog.pg_class",
          "SELECT query_to_xml('x', true, true, '') FROM pg_class", "SELECT 1 FROM pg_class FOR SHARE",
          "SELECT E'a\\'', purge() FROM pg_class --'", "SELECT $x$ ' $x$, purge() FROM pg_class",
          "SELECT 1 /* ' */, purge() /* ' */ FROM pg_class"}) {
        INFO(sql);
        CHECK(statements(sql) == 1);
    }
}

TEST_CASE("a value that only the database knows is a name in the SQL") {
    const Recording recording = record(Orm::knex, "1.js", {{"1.js", R"(exports.up = async (knex) => {
  const { rows } = await knex.raw('select max(id) from users');
  await knex.raw(`alter sequence users_id_seq restart with ${rows[0].max}`);
};
)"}});
    CHECK(recording.complete);
    REQUIRE(recording.statements.size() == 2);
    CHECK(recording.statements[1].sql.starts_with("alter sequence users_id_seq restart with __unknown_"));
}

TEST_CASE("TypeORM, types stripped, lines kept") {
    const Recording recording = record(
        Orm::typeorm, "m.ts", {{"m.ts", R"(import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

interface Unused {
    a: string;
}
export class Add1700000000000 implements MigrationInterface {
    name = 'Add1700000000000';
    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TABLE "orders" ADD "note" text`);
        await queryRunner.addColumn("orders", new TableColumn({ name: "x", type: "int", isNullable: true }));
        if (await queryRunner.hasTable("old")) {
            await queryRunner.dropTable("old");
        }
        await queryRunner.query(
            `CREATE INDEX "i" ON "orders" ("note")`
        );
    }
    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TABLE "orders" DROP COLUMN "note"`);
    }
}
)"}});
    CHECK(recording.complete);
    CHECK(shown(recording) ==
          "9-9 ALTER TABLE \"orders\" ADD \"note\" text\n"
          "10-10 ALTER TABLE \"orders\" ADD \"x\" int\n"
          "12-12 DROP TABLE \"old\" ?\n"
          "14-16 CREATE INDEX \"i\" ON \"orders\" (\"note\")\n");
}

TEST_CASE("Sequelize, several calls under way at once and a transaction of its own") {
    const Recording recording = record(Orm::sequelize, "m.js", {{"m.js", R"('use strict';
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('Users', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
    });
    await Promise.all([
      queryInterface.addColumn('Orders', 'a', { type: Sequelize.INTEGER }),
      queryInterface.addIndex('Orders', ['a'], { name: 'orders_a' }),
    ]);
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.renameColumn('Orders', 'a', 'b', { transaction });
    });
  },
};
)"}});
    CHECK(recording.complete);
    CHECK(shown(recording) ==
          "4-6 CREATE TABLE IF NOT EXISTS \"Users\" (\"id\" SERIAL , PRIMARY KEY (\"id\"))\n"
          "8-8 ALTER TABLE \"public\".\"Orders\" ADD COLUMN \"a\" INTEGER\n"
          "9-9 CREATE INDEX \"orders_a\" ON \"Orders\" (\"a\")\n"
          "11-13 START TRANSACTION\n"
          "12-12 ALTER TABLE \"Orders\" RENAME COLUMN \"a\" TO \"b\"\n"
          "11-13 COMMIT\n");
}

TEST_CASE("node-pg-migrate, and what opts out of its transaction") {
    const Recording recording = record(Orm::node_pg_migrate, "m.js", {{"m.js", R"(exports.up = (pgm) => {
  pgm.noTransaction();
  pgm.createIndex('users', 'name', { method: 'btree', concurrently: true });
  pgm.sql(`UPDATE users SET name = 'x'`);
};
)"}});
    CHECK(shown(recording) ==
          "3-3 CREATE INDEX CONCURRENTLY \"users_name_index\" ON \"users\" USING btree (\"name\")\n"
          "4-4 UPDATE users SET name = 'x'\n");
    CHECK(recording.no_transaction == "pgm.noTransaction() is called");
}

TEST_CASE("Kysely, MikroORM and db-migrate") {
    CHECK(shown(record(Orm::kysely, "m.ts", {{"m.ts", R"(import { Kysely, sql } from 'kysely';
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('person')
    .addColumn('id', 'serial', (col) => col.primaryKey())
    .execute();
  await sql`alter table person add column y int`.execute(db);
}
)"}})) == "3-6 create table \"person\" (\"id\" serial primary key)\n7-7 alter table person add column y int\n");
    CHECK(shown(record(Orm::mikro_orm, "m.ts", {{"m.ts", R"(import { Migration } from '@mikro-orm/migrations';
export class Migration1 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`alter table "a" add column "b" int;`);
  }
}
)"}})) == "4-4 alter table \"a\" add column \"b\" int\n");
    CHECK(shown(record(Orm::db_migrate, "m.js", {{"m.js", R"(var dbm, type;
exports.setup = function (options) {
  dbm = options.dbmigrate;
  type = dbm.dataType;
};
exports.up = function (db, callback) {
  db.createTable('pets', { id: { type: type.INTEGER, primaryKey: true } }, function (error) {
    if (error) return callback(error);
    db.runSql('ALTER TABLE pets ADD COLUMN age int', callback);
  });
};
)"}})) == "7-10 CREATE TABLE \"pets\" (\"id\" INTEGER PRIMARY KEY)\n9-9 ALTER TABLE pets ADD COLUMN age int\n");
}

TEST_CASE("a call with calls among its arguments stands at all of its own lines") {
    const Recording recording = record(Orm::sequelize, "m.js", {{"m.js", R"(module.exports = {
  up: (queryInterface, Sequelize) =>
    queryInterface.createTable('a', {
      id: { type: Sequelize.INTEGER },
      at: {
        type: Sequelize.DATE,
        defaultValue: Sequelize.fn('now'),
      },
    }),
};
)"}});
    CHECK(recording.complete);
    CHECK(shown(recording) ==
          "3-9 CREATE TABLE IF NOT EXISTS \"a\" (\"id\" INTEGER, \"at\" TIMESTAMP WITH TIME ZONE DEFAULT now())\n");
}

TEST_CASE("SQL in a literal of several lines stands at all of them") {
    const Recording recording = record(Orm::node_pg_migrate, "m.js", {{"m.js", R"(exports.up = (pgm) => {
  pgm.sql(`
    DROP TABLE a;
  `);
  pgm.sql(`
    DROP TABLE {name};
  `, { name: 'b' });
  pgm
    .sql('DROP \
      TABLE c;');
};
)"}});
    CHECK(recording.complete);
    CHECK(shown(recording) == "2-4 DROP TABLE a\n5-7 DROP TABLE \"b\"\n9-10 DROP TABLE c\n");
}

TEST_CASE("a number made of what the database says is a question, too") {
    const Recording recording = record(Orm::node_pg_migrate, "m.js", {{"m.js", R"(exports.up = async (pgm) => {
  const [{ server_version: version }] = await pgm.db.select('SHOW "server_version"');
  if (Number(version) >= 10) pgm.dropTable('a');
};
)"}});
    CHECK(recording.complete);
    CHECK(shown(recording) == "2-2 SHOW \"server_version\"\n3-3 DROP TABLE \"a\" ?\n");
}

TEST_CASE("TypeORM's transactions: up() stands in one, and may leave it, nest one and begin another") {
    const auto sent = [](const std::string& body, const std::string& around = "", const char* mode = "open") {
        return shown(
            record(Orm::typeorm, "m.js",
                   {{"m.js", "exports.A = class A {" + around + "\nasync up(queryRunner) {\n" + body + "}};\n"},
                    {"transaction:", mode}}));
    };
    const std::string concurrently = "await queryRunner.query('CREATE INDEX CONCURRENTLY i ON t (a)');\n";
    const std::string out = "await queryRunner.commitTransaction();\n", in = "await queryRunner.startTransaction();\n";
    CHECK(sent(out + concurrently + in) ==
          "3-3 COMMIT\n4-4 CREATE INDEX CONCURRENTLY i ON t (a)\n5-5 START TRANSACTION\n");
    CHECK(sent(in + "await queryRunner.query('DROP TABLE t');\n" + out) ==
          "3-3 SAVEPOINT typeorm_1\n4-4 DROP TABLE t\n5-5 RELEASE SAVEPOINT typeorm_1\n");
    // Where none is begun for it, it begins its own.
    const std::string own = "3-3 START TRANSACTION\n4-4 DROP TABLE t\n5-5 COMMIT\n";
    CHECK(sent(in + "await queryRunner.query('DROP TABLE t');\n" + out, "", "none") == own);
    CHECK(sent(in + "await queryRunner.query('DROP TABLE t');\n" + out, "transaction = false;") == own);
    CHECK(sent("await queryRunner.manager.transaction(async (manager) => {\nawait manager.query('DROP TABLE "
               "t');\n});\n") == "3-5 SAVEPOINT typeorm_1\n4-4 DROP TABLE t\n3-5 RELEASE SAVEPOINT typeorm_1\n");
    // The runner's own COMMIT finds none.
    CHECK(
        sent(out + concurrently)
            .ends_with("! a transaction that up() has ended: TypeORM commits it once more behind up(), and fails with "
                       "TransactionNotStartedError\n"));
    CHECK(sent(out, "", "none").find("Transaction is not started") != std::string::npos);
}

TEST_CASE("TypeORM's changeColumn of a copy of the column sends what the copy differs in") {
    const Recording recording =
        record(Orm::typeorm, "m.ts", {{"m.ts", R"(import { MigrationInterface, QueryRunner } from "typeorm";
export class A1700000000000 implements MigrationInterface {
    async up(queryRunner: QueryRunner): Promise<void> {
        const table = await queryRunner.getTable("a");
        const column = table!.findColumnByName("b")!;
        const changed = column.clone();
        changed.isNullable = true;
        await queryRunner.changeColumn("a", column, changed);
    }
}
)"}});
    CHECK(recording.complete);
    REQUIRE(recording.statements.size() == 1);
    CHECK(recording.statements[0].sql == "ALTER TABLE \"a\" ALTER COLUMN \"b\" DROP NOT NULL");
    CHECK(recording.unread.size() == 1);
}

TEST_CASE("what a file reads from the repository is served, and nothing else is") {
    const Files files{{"db/1.js", R"(const fs = require('fs'), path = require('path');
exports.up = async (knex) => {
  await knex.raw(fs.readFileSync(path.join(__dirname, 'sql', 'a.sql'), 'utf8'));
  let found = [];
  for (const file of ['/etc/passwd', '/proc/self/environ', '../../../../etc/hostname'])
    if (fs.existsSync(file)) found.push(file);
  await knex.raw(`comment on table t is '${found.join()}'`);
};
)"},
                      {"db/sql/a.sql", "drop table a"}};
    // Whether there are any is not known, what is in them neither.
    CHECK(shown(record(Orm::knex, "db/1.js", files)).starts_with("3-3 drop table a\n7-7 comment on table t is '' ?\n"));
    CHECK(shown(record(Orm::knex, "1.js", {{"1.js", R"(exports.up = async (knex) => {
  const text = require('fs').readFileSync('/etc/hostname', 'utf8');
  await knex.raw(`comment on table t is '${text}'`);
};
)"}})).find("comment on table t is '__unknown_") != std::string::npos);
}

TEST_CASE("what a runner gives that nobody knows is a query runner") {
    const auto sent = [](const char* text) { return shown(record(Orm::typeorm, "db/1-a.js", {{"db/1-a.js", text}})); };
    const std::string table = "2-2 alter table a drop column b\n";
    CHECK(sent("module.exports = class Data1 { name = 'Data1'; async up(db) {\n"
               "await db.query(`alter table a drop column b`); } async down(db) {} }") == table);
    CHECK(sent("export const up = async (client) => {\nawait client.query('alter table a drop column b'); };") ==
          table);
    CHECK(sent("export default { up: (db) =>\ndb.query({ text: 'alter table a drop column b', values: [] }) };") ==
          table);
    CHECK(sent("exports.up = function (db, done) {\ndb.query('alter table a drop column b', done); };") == table);
    // Both ways to look at a result: pg's and TypeORM's.
    CHECK(sent("exports.up = async (db) => {\n"
               "const first = await db.query('select id from a'), second = await db.query('select id from b');\n"
               "for (const row of first.rows) await db.query('drop table a');\n"
               "for (const row of second) await db.query('drop table b');\n};") ==
          "2-2 select id from a\n2-2 select id from b\n3-3 drop table a ?\n4-4 drop table b ?\n");
    // What it calls beside query() is not analyzed.
    CHECK(sent("exports.up = async (db) => {\nawait db.query('drop table a'); await db.dropAll('b');\n};")
              .starts_with("2-2 drop table a\n! up() could not be analyzed"));
    CHECK(sent("exports.up = async (db) => {\nawait db.query({ sql: ['drop table a'] });\n};") ==
          "! query(): what it is given is no text\n");
}

TEST_CASE("the client of postgres.js is the tag of its statements") {
    const auto sent = [](const std::string& body, const std::string& parameter = "sql: Sql<any>") {
        return shown(record(Orm::typeorm, "1-a.ts",
                            {{"1-a.ts", "export const up = async (" + parameter + ") => {\n" + body + "\n}"}}));
    };
    CHECK(sent("await sql`drop table a`") == "2-2 drop table a\n");
    CHECK(sent("await client`drop table a`", "client") == "2-2 drop table a\n");
    CHECK(sent("await sql`\n  drop table a\n`") == "2-2 drop table a\n");  // the first line of a template
    CHECK(sent("return sql`drop table a`") == "2-2 drop table a\n");
    CHECK(sent("await sql.unsafe('drop table a')") == "2-2 drop table a\n");
    CHECK(sent("await Promise.all(['a', 'b'].map((t) => sql`drop table ${sql(t)}`))") ==
          "2-2 drop table \"a\"\n2-2 drop table \"b\"\n");
    CHECK(sent("await sql`drop table ${sql('old.a\"b')}`") == "2-2 drop table \"old\".\"a\"\"b\"\n");
    CHECK(sent("const some = sql`where id = ${1}`;\nawait sql`delete from a ${some}`") ==
          "3-3 delete from a where id = $1\n");
    CHECK(sent("await sql`drop table a`.simple();\nsql`drop table b`.execute();") ==
          "2-2 drop table a\n3-3 drop table b\n");
    const std::string in_one = sent("await sql.begin(async (sql) => {\nawait sql`drop table a`; });");
    CHECK(in_one.find("3-3 drop table a\n") != std::string::npos);
    CHECK(sent("await sql.begin((sql) => [\nsql`drop table a`,\nsql`drop table b`]);").find("4-4 drop table b") !=
          std::string::npos);
    // What a row of the database decides is not known.
    CHECK(sent("const rows = await sql`select id from a`;\nfor (const row of rows) await sql`drop table b`;") ==
          "2-2 select id from a\n3-3 drop table b ?\n");
    CHECK(sent("const [{ name }] = await sql`insert into a values (1) returning name`;\n"
               "await sql`drop table ${sql(name)}`;")
              .find("drop table __unknown_") != std::string::npos);
    // Nothing vanishes: not what is never sent, nor what nobody knows.
    CHECK(sent("sql`drop table a`;") == "! sql`...`: nobody waits for it, and so postgres.js does not send it\n");
    CHECK(sent("await sql.file('a.sql');").starts_with("! up() could not be analyzed"));
    CHECK(sent("await sql`insert into a ${sql([{ b: 1 }])}`;").find("! sql(): what it makes of a list") !=
          std::string::npos);
}

TEST_CASE("statements made by a tag, and the ways to ask that slonik's clients have") {
    const auto sent = [](const std::string& text) { return shown(record(Orm::typeorm, "1-a.js", {{"1-a.js", text}})); };
    const std::string head = "import { sql } from '@silverhand/slonik';\nconst migration = { up: async (pool) => {\n";
    const auto tagged = [&](const std::string& body) {
        return sent(head + body + "\n} };\nexport default migration;");
    };
    CHECK(tagged("await pool.query(sql`alter table a drop column ${sql.identifier(['b\"c'])}`);") ==
          "3-3 alter table a drop column \"b\"\"c\"\n");
    CHECK(tagged("const part = sql.fragment`where id = ${7} and k in (${sql.join(['x', 'y'], sql`, `)})`;\n"
                 "await pool.query(sql`update a set b = ${1} ${part} and c = ${2}`);") ==
          "4-4 update a set b = $1 where id = $2 and k in ($3, $4) and c = $5\n");
    CHECK(tagged("await pool.query(sql.type({})`alter table a alter b set default ${sql.literalValue(\"o'b\")}`);") ==
          "3-3 alter table a alter b set default 'o''b'\n");
    // What the database says is a name in the statement, whether it is a value or a part of it.
    CHECK(tagged("const row = await pool.one(sql`insert into a values (1) returning name`);\n"
                 "await pool.query(sql`drop table ${sql.identifier([row.name])}`);")
              .find("drop table __unknown_") != std::string::npos);
    CHECK(tagged("if (await pool.exists(sql`select 1 from a`)) await pool.query(sql`drop table b`);")
              .find("drop table b") != std::string::npos);
    CHECK(
        tagged("await pool.transaction(async (inner) => { await inner.any(sql`select f()`); });").find("select f()") !=
        std::string::npos);
    CHECK(
        sent(
            "const SQL = require('sql-template-strings');\n"
            "exports.up = async (db) => { await db.query(SQL`drop `.append(SQL`table ${1}`).append(' cascade')); };") ==
        "2-2 drop table $1 cascade\n");
}

TEST_CASE("Knex's migrations of before 0.20 are given a Promise") {
    CHECK(shown(record(Orm::knex, "1.js", {{"1.js", R"(exports.up = function (knex, Promise) {
  return Promise.all([
    knex.schema.dropTable('a'),
    knex.raw('drop table b'),
  ]).then(() => Promise.map(['c', 'd'], (name) => knex.raw(`drop table ${name}`)))
    .then(() => Promise.resolve([1]).each(() => knex.raw('drop table e')));
};
exports.config = { transaction: false };
)"}})) == "3-3 drop table \"a\"\n4-4 drop table b\n5-5 drop table c\n5-5 drop table d\n6-6 drop table e\n");
}

TEST_CASE("what hangs on one question to the schema says on which") {
    const auto asks = [](const std::string& body) {
        std::string all;
        const Recording recording =
            record(Orm::knex, "1.js", {{"1.js", "exports.up = async (knex) => {\n" + body + "\n};\n"}});
        for (const RecordedStatement& s : recording.statements) all += s.sql + ": " + s.asks + "\n";
        return all;
    };
    const std::string column =
        "EXISTS (select * from information_schema.columns where table_name = 'a' and "
        "column_name = 'b' and table_schema = current_schema())\n";
    CHECK(asks("if (!(await knex.schema.hasColumn('a', 'b'))) { await knex.raw('x'); await knex.raw('y'); }\n"
               "else await knex.raw('z');\nawait knex.raw('w');") ==
          "x: NOT " + column + "y: NOT " + column + "z: " + column + "w: \n");
    // Of two questions neither is enough, and an answer of before is none of now.
    CHECK(asks("if (await knex.schema.hasTable('a') && await knex.schema.hasTable('b')) await knex.raw('x');") ==
          "x: \n");
    CHECK(asks("if (await knex.schema.hasTable('a') || await knex.schema.hasTable('b')) await knex.raw('x');") ==
          "x: \n");
    CHECK(asks("const there = await knex.schema.hasColumn('a', 'b');\nawait knex.raw('w');\n"
               "if (!there) await knex.raw('x');") == "w: \nx: \n");
    CHECK(asks("const there = await knex.schema.hasColumn('a', 'b');\nif (!there) await knex.raw('x');\n"
               "await knex.raw('w');\nif (!there) await knex.raw('y');") == "x: NOT " + column + "w: \ny: \n");
    CHECK(asks("if (Math.random() > 0.5) await knex.raw('x');") == "x: \n");
}
