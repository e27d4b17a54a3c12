// Migrations that ask the database before they act: where the catalog has the answer, one way is left.

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "analyze/analyze.h"
#include "extract/extract.h"
#include "extract/recorded.h"
#include "orm/orm.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema =
    "CREATE TABLE users (id bigint PRIMARY KEY, a text);\n"
    "CREATE INDEX index_users_on_a ON users (a);\n";

/// "ALTER TABLE drop-column" of each statement that does something, with " ?" where that depends on something.
std::string judged(const std::string& path, const std::string& text, const std::string& schema) {
    MigrationFile file;
    file.path = path;
    file.text = text;
    analyze::Request request;
    request.version = 17;
    if (!schema.empty()) request.schema = {schema};
    Script script = extract::script(file, {});
    if (const auto orm = extract::orm_of(script)) {
        orm::Recorder recorder;
        script = extract::recorded(script, file, recorder.record(*orm, path, [&](const std::string& asked) {
            return asked == path ? std::optional(text) : std::nullopt;
        }));
    }
    request.changed.push_back(std::move(script));
    const Analysis analysis = analyze::analyze(std::move(request));
    std::string all;
    for (const Unread& one : analysis.files.at(0).unread) all += "! " + one.what + ": " + one.why + "\n";
    for (const AnalyzedStatement& statement : analysis.files.at(0).statements) {
        const Effects& effects = statement.effects;
        if (effects.locks.empty() && effects.created.empty() && effects.failures.empty()) continue;
        all += statement.sql;
        for (const Failure& failure : effects.failures) all += failure.certain ? " FAILS" : " may fail";
        all += (effects.depends_on.empty() ? "" : " ?") + std::string("\n");
    }
    return all;
}

std::string rails(const std::string& body, const std::string& schema = kSchema) {
    return judged("db/migrate/20240101000000_a.rb",
                  "class A < ActiveRecord::Migration[7.1]\n  def change\n" + body + "\n  end\nend\n", schema);
}

const std::string kAddB = "ALTER TABLE \"users\" ADD \"b\" character varying";
const std::string kDropA = "ALTER TABLE \"users\" DROP COLUMN \"a\"";

}  // namespace

TEST_CASE("a guard of Rails whose answer the catalog has decides which way is taken") {
    for (const char* taken :
         {"add_column :users, :b, :string unless column_exists?(:users, :b)",
          "unless column_exists?(:users, :b)\nadd_column :users, :b, :string\nelse\nremove_column :users, :a\nend",
          "if !column_exists?(:users, :b)\nadd_column :users, :b, :string\nend",
          "add_column :users, :b, :string if table_exists?(:users) && !column_exists?(:users, :b)",
          "return if column_exists?(:users, :b)\nadd_column :users, :b, :string",
          "return unless column_exists?(:users, :a)\nadd_column :users, :b, :string",
          "add_column :users, :b, :string if index_exists?(:users, :a)",
          "add_column :users, :b, :string if connection.index_name_exists?(:users, 'index_users_on_a')",
          "add_column :users, :b, :string unless table_exists?(:others)",
          "missing = !column_exists?('users', 'b')\nadd_column :users, :b, :string if missing",
          "[:a, :b].each { |c| add_column :users, c, :string unless column_exists?(:users, c) }"}) {
        INFO(taken);
        CHECK(rails(taken) == kAddB + "\n");
    }
    for (const char* none : {"remove_column :users, :a unless column_exists?(:users, :a)",
                             "remove_column :users, :a if table_exists?(:others)",
                             "remove_column :users, :a if column_exists?(:users, :a) && column_exists?(:users, :c)",
                             "return if index_exists?(:users, [:a])\nremove_column :users, :a",
                             "remove_column :users, :a if column_exists?(:users, :c) "}) {
        INFO(none);
        CHECK(rails(none).empty());
    }
}

TEST_CASE("a guard is asked when its branch begins") {
    // What the branch itself does changes the answer for what comes next, and not for itself.
    CHECK(rails("unless column_exists?(:users, :b)\nadd_column :users, :b, :string\nremove_column :users, :a\nend\n"
                "unless column_exists?(:users, :b)\nremove_column :users, :id\nend") == kAddB + "\n" + kDropA + "\n");
    CHECK(rails("unless column_exists?(:users, :b)\nadd_column :users, :b, :string\nend\n"
                "remove_column :users, :a if column_exists?(:users, :b)") == kAddB + "\n" + kDropA + "\n");
    // An answer that was kept is of before.
    CHECK(rails("there = column_exists?(:users, :b)\nadd_column :users, :b, :string\n"
                "remove_column :users, :a unless there") == kAddB + "\n" + kDropA + " ?\n");
}

TEST_CASE("a guard that the catalog cannot answer leaves both ways open") {
    for (const char* open : {"remove_column :users, :a unless column_exists?(:users, :a, :string)",
                             "remove_column :users, :a if column_exists?(:others, :a)",
                             "remove_column :users, :a unless index_exists?(:users, :id)",
                             "remove_column :users, :a if foreign_key_exists?(:users, :teams)",
                             "remove_column :users, :a if column_exists?(:users, ENV['C'])",
                             "remove_column :users, :a if column_exists?(:users, :c) || User.first",
                             "drop_table :others if User.first\nremove_column :users, :a if User.first"}) {
        INFO(open);
        CHECK(rails(open).find(kDropA + " ?\n") != std::string::npos);
    }
    // Without the whole schema nothing is known not to be there.
    CHECK(rails("add_column :users, :b, :string unless column_exists?(:users, :b)", "") == kAddB + " ?\n");
    CHECK(rails("create_table(:t, id: false) { |t| t.text :a }\nremove_column :t, :a if column_exists?(:t, :a)", "") ==
          "CREATE TABLE \"t\" (\"a\" text)\nALTER TABLE \"t\" DROP COLUMN \"a\"\n");
    // What may have been made may be there.
    CHECK(rails("create_table(:t, id: false) { |t| t.text :a } if User.first\n"
                "remove_column :users, :a if table_exists?(:t)") ==
          "CREATE TABLE \"t\" (\"a\" text) ?\n" + kDropA + " ?\n");
}

TEST_CASE("a table that Rails or Knex makes unless it is there may be an old one") {
    const auto builds_on_old = [](const std::string& all) { return all.find("?\n") != std::string::npos; };
    CHECK(
        builds_on_old(rails("create_table(:t, id: false, if_not_exists: true) { |t| t.text :a }\n"
                            "add_index :t, :a",
                            "")));
    CHECK(
        builds_on_old(rails("create_table(:t, id: false) { |t| t.text :a } unless table_exists?(:t)\n"
                            "add_index :t, :a",
                            "")));
    CHECK_FALSE(builds_on_old(rails("create_table(:t, id: false) { |t| t.text :a }\nadd_index :t, :a", "")));
    CHECK_FALSE(
        builds_on_old(rails("create_table(:t, id: false, if_not_exists: true) { |t| t.text :a }\n"
                            "add_index :t, :a")));
    const auto knex = [](const std::string& table) {
        return judged("migrations/1_a.js",
                      "exports.up = async (knex) => {\n  await knex.schema." + table +
                          "('t', (t) => { t.text('a'); });\n"
                          "  await knex.schema.alterTable('t', (t) => { t.index('a'); });\n};\n",
                      "");
    };
    CHECK(builds_on_old(knex("createTableIfNotExists")));
    CHECK_FALSE(builds_on_old(knex("createTable")));
}

TEST_CASE("a guard of Knex and of TypeORM whose answer the catalog has decides which way is taken") {
    const auto knex = [](const std::string& body) {
        return judged("migrations/1_a.js", "exports.up = async (knex) => {\n" + body + "\n};\n", kSchema);
    };
    const std::string add = "await knex.schema.alterTable('users', (t) => { t.text('b'); });";
    const std::string drop = "await knex.schema.alterTable('users', (t) => { t.dropColumn('a'); });";
    const std::string added = "alter table \"users\" add column \"b\" text\n";
    const std::string dropped = "alter table \"users\" drop column \"a\"";
    CHECK(knex("if (!(await knex.schema.hasColumn('users', 'b'))) {" + add + drop + "}") == added + dropped + "\n");
    CHECK(knex("if (await knex.schema.hasColumn('users', 'b')) {" + drop + "} else {" + add + "}") == added);
    CHECK(knex("if (!(await knex.schema.hasTable('users'))) {" + drop + "}").empty());
    CHECK(knex("if (await knex.schema.hasTable('others')) {" + drop + "}").empty());
    CHECK(knex("if (await knex.schema.hasColumn('others', 'a')) {" + drop + "}") == dropped + " ?\n");
    const auto typeorm = [](const std::string& body) {
        return judged("migrations/1-A.ts",
                      "import { MigrationInterface, QueryRunner } from 'typeorm';\n"
                      "export class A1 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n" +
                          body + "\n  }\n}\n",
                      kSchema);
    };
    const std::string query = "await queryRunner.query('ALTER TABLE users DROP COLUMN a');";
    CHECK(typeorm("if (await queryRunner.hasColumn('users', 'a')) " + query) == "ALTER TABLE users DROP COLUMN a\n");
    CHECK(typeorm("if (await queryRunner.hasTable('others')) " + query).empty());
}

namespace {

std::string alembic(const std::string& body, const std::string& schema = kSchema, const std::string& head = "") {
    return judged(
        "versions/1_a.py",
        "import sqlalchemy as sa\nfrom alembic import op\nfrom app.config import settings\n" + head +
            "\nrevision = 'a'\ndown_revision = None\n\n\ndef upgrade():\n    bind = op.get_bind()\n    inspector "
            "= sa.inspect(bind)\n" +
            body + "\n",
        schema);
}

const std::string kAddC = "ALTER TABLE \"users\" ADD COLUMN \"c\" TEXT";
const std::string kAddOfB = "    op.add_column('users', sa.Column('b', sa.Text()))\n";
const std::string kAddOfC = "    op.add_column('users', sa.Column('c', sa.Text()))\n";
const std::string kDropOfA = "    op.drop_column('users', 'a')\n";
const std::string kAddedB = "ALTER TABLE \"users\" ADD COLUMN \"b\" TEXT\n";

}  // namespace

TEST_CASE("a guard of Alembic whose answer the catalog has decides which way is taken") {
    const std::string helpers =
        "def has_column(table, column):\n    names = [c['name'] for c in "
        "sa.inspect(op.get_bind()).get_columns(table)]\n"
        "    return column in names\n\n\n"
        "def is_there(table, column):\n    inspector = sa.inspect(op.get_bind())\n"
        "    if not inspector.has_table(table):\n        return False\n"
        "    return any(c['name'] == column for c in inspector.get_columns(table))\n\n\n"
        "def has_table(name):\n    if name in sa.inspect(op.get_bind()).get_table_names():\n        return True\n"
        "    return False\n";
    for (const char* taken :
         {"inspector.has_table('users')",
          "not inspector.has_table('others')",
          "'b' not in [c['name'] for c in inspector.get_columns('users')]",
          "'a' in {c['name'] for c in inspector.get_columns('users')}",
          "'a' in [c.get('name') for c in inspector.get_columns('users', schema='public')]",
          "not any(c['name'] == 'b' for c in inspector.get_columns('users'))",
          "any('a' == c['name'] for c in inspector.get_columns('users'))",
          "'users' in inspector.get_table_names()",
          "'index_users_on_a' in [i['name'] for i in inspector.get_indexes('users')]",
          "bind.dialect.has_table(bind, 'users')",
          "not has_column('users', 'b')",
          "has_column('users', 'a')",
          "not is_there('users', 'b')",
          "is_there('users', 'a')",
          "is_there('users', 'a') is True",

          "has_table('users')",
          "not has_table('others')",
          "bind.execute(sa.text(\"SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name "
          "= "
          "'a'\")).fetchone()",
          "bind.execute(sa.text('SELECT column_name FROM information_schema.columns WHERE table_name = :t AND "
          "column_name = "
          ":c'), {'t': 'users', 'c': 'b'}).first() is None",
          "bind.execute(sa.text(\"SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' "
          "AND "
          "table_name = 'users');\")).scalar()",
          "'users' in inspector.get_table_names() and inspector.has_table('users')"}) {
        INFO(taken);
        const std::string condition(taken);
        CHECK(alembic("    if " + condition + ":\n    " + kAddOfB, kSchema, helpers) == kAddedB);
        CHECK(alembic("    if not (" + condition + "):\n    " + kDropOfA, kSchema, helpers).find("?") ==
              std::string::npos);
    }
    CHECK(alembic(
              "    if inspector.has_table('users') and 'b' not in [c['name'] for c in inspector.get_columns('users')]:"
              "\n    " +
              kAddOfB) == kAddedB);
    // Names that were read before are as they were, as far as nothing since then is about them.
    CHECK(alembic("    names = [c['name'] for c in inspector.get_columns('users')]\n    if 'b' not in names:\n    " +
                  kAddOfB + "    if 'c' not in names:\n    " + kAddOfC) == kAddedB + kAddC + "\n");
}

TEST_CASE("a guard of Alembic that the catalog cannot answer leaves both ways open") {
    const std::string helpers =
        "def unsure(name):\n    if op.get_bind().execute(sa.text('SELECT 1')).scalar():\n        return True\n"
        "    return False\n\n\n"
        "def caught():\n    try:\n        op.get_bind().execute(sa.text('SELECT 1'))\n        return True\n"
        "    except Exception:\n        return False\n\n\n"
        "def found(column):\n    for c in sa.inspect(op.get_bind()).get_columns('users'):\n"
        "        if c['name'] == column:\n            return True\n    return False\n\n\n"
        "def skips():\n    for name in ['b']:\n        if settings.SKIP:\n            continue\n"
        "        if not sa.inspect(op.get_bind()).has_table('others'):\n            return False\n    return True\n";
    for (const char* open :
         {"unsure('a')",
          "not unsure('a')",
          "caught()",
          "not caught()",
          "found('a')",
          "not found('b')",
          "skips()",
          "not skips()",
          "inspector.get_columns('users')",
          "not [c['name'] for c in inspector.get_columns('users')]",
          "not inspector.get_table_names()",
          "not [t for t in inspector.get_table_names()]",
          "len([c['name'] for c in inspector.get_columns('users')]) == 1",
          "'x' in [c['type'] for c in inspector.get_columns('users')]",
          "'index_users_on_b' not in [i['name'] for i in inspector.get_indexes('users')]",
          "'b' not in [c['name'] for c in inspector.get_columns(settings.TABLE)]",
          "'b' not in [c['name'] for c in inspector.get_columns('users', schema=settings.SCHEMA)]",
          "not inspector.has_table('users', schema=settings.SCHEMA)",
          "not inspector.has_table('users', schema='other')",
          "not sa.inspect(sa.create_engine('postgresql://')).has_table('others')",
          "'a' in [c['name'] for c in inspector.get_columns('users') if settings.SHOWN]",
          "bind.execute(sa.text('SELECT count(*) FROM information_schema.tables')).scalar()",
          "bind.execute(sa.text(\"SELECT 0 FROM information_schema.tables WHERE table_name = 'users'\")).scalar()",
          "bind.execute(sa.text(\"SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = "
          "'users')\")).scalar() is None",
          "bind.execute(sa.text(\"SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name "
          "= "
          "'\" + settings.NAME + \"'\")).fetchone()",
          "sa.create_engine('postgresql://').execute(\"SELECT 1 FROM information_schema.columns WHERE table_name = "
          "'users' AND "
          "column_name = 'a'\").fetchone()"}) {
        INFO(open);
        CHECK(alembic("    if " + std::string(open) + ":\n    " + kDropOfA, kSchema, helpers).find(kDropA + " ?\n") !=
              std::string::npos);
    }
    // What the inspector was told before is of before.
    CHECK(alembic("    names = [c['name'] for c in inspector.get_columns('users')]\n" + kAddOfB +
                  "    if 'b' not in names:\n    " + kDropOfA) == kAddedB + kDropA + " ?\n");
    CHECK(
        alembic("    inspector.get_columns('users')\n    op.execute('ALTER TABLE users ADD COLUMN b text')\n    if 'b' "
                "not in [c['name'] for c in inspector.get_columns('users')]:\n    " +
                kDropOfA) == "ALTER TABLE users ADD COLUMN b text\n" + kDropA + " ?\n");
    // Without the whole schema nothing is known not to be there.
    CHECK(alembic("    if not inspector.has_table('others'):\n    " + kDropOfA, "").find(" ?\n") != std::string::npos);
}

TEST_CASE("a function that leaves early gives what either way gives") {
    CHECK(rails("remove_column :users, :a if is_there?\nend\ndef is_there?\nreturn true if User.first\nfalse")
              .find(kDropA + " ?\n") != std::string::npos);
    CHECK(rails("remove_column :users, :a if is_there?\nend\ndef is_there?\nreturn false unless "
                "table_exists?(:users)\ncolumn_exists?(:users, :a)") == kDropA + "\n");
}

TEST_CASE("what is in a schema that the snapshot lacks may be there") {
    const std::string dropped = "DROP TABLE IF EXISTS \"unknown_value_";
    CHECK(alembic("    op.drop_table('users', schema=settings.DB_SCHEMA, if_exists=True)").starts_with(dropped));
    CHECK(alembic("    op.execute(f'ALTER TABLE IF EXISTS {settings.DB_SCHEMA}.users DROP COLUMN a')").find(" ?\n") !=
          std::string::npos);
    CHECK(alembic("    op.drop_table('users', schema='other', if_exists=True)").find("DROP TABLE") == 0);
    CHECK(alembic("    from sqlalchemy.schema import CreateSchema\n    op.execute(CreateSchema(settings.DB_SCHEMA, "
                  "if_not_exists=True))\n    op.drop_table('users', schema=settings.DB_SCHEMA, if_exists=True)")
              .find(dropped) != std::string::npos);
    CHECK(alembic("    op.drop_table('others', if_exists=True)").empty());
    CHECK(alembic("    op.drop_table('others', schema='public', if_exists=True)").empty());
}

TEST_CASE("a guard of Sequelize whose answer the catalog has decides which way is taken") {
    const auto sequelize = [](const std::string& body) {
        return judged("migrations/1_a.js",
                      "module.exports = { async up(queryInterface, Sequelize) {\n" + body + "\n} };\n", kSchema);
    };
    const std::string described = "const t = await queryInterface.describeTable('users');";
    const auto add = [](const std::string& name) {
        return "await queryInterface.addColumn('users', '" + name + "', Sequelize.TEXT);";
    };
    const std::string drop = "await queryInterface.removeColumn('users', 'a');";
    const auto added = [](const std::string& name) {
        return "ALTER TABLE \"public\".\"users\" ADD COLUMN \"" + name + "\" TEXT";
    };
    const std::string dropped = "ALTER TABLE \"public\".\"users\" DROP COLUMN \"a\"";
    CHECK(sequelize(described + "if (!t.b) {" + add("b") + "}") == added("b") + "\n");
    CHECK(sequelize(described + "if (!t.b) {" + add("b") + "} if (!t.c) {" + add("c") + "}") ==
          added("b") + "\n" + added("c") + "\n");
    CHECK(sequelize(described + "if (!t.a) {" + drop + "}").empty());
    CHECK(sequelize(described + "if ('a' in t) {" + drop + "}") == dropped + "\n");
    // What was described before is of before.
    CHECK(sequelize(described + add("b") + "if (!t.b) {" + drop + "}") == added("b") + "\n" + dropped + " ?\n");
    CHECK(sequelize("if (await queryInterface.tableExists('others')) {" + drop + "}").empty());
    const std::string listed = "const all = await queryInterface.showAllTables();";
    CHECK(sequelize(listed + "if (!all.includes('users')) {" + drop + "}").empty());
    CHECK(sequelize(listed + "if (all.includes('users')) {" + drop + "}") == dropped + "\n");
    CHECK(sequelize(listed + add("b") + "if (!all.includes('users')) {" + drop + "}").find(dropped + " ?\n") !=
          std::string::npos);
}

namespace {

/// Of a change behind a history that names `users` and never makes it.
std::set<std::string> rules_behind_history(const std::string& change) {
    analyze::Request request;
    request.version = 17;
    const auto script = [](FileId id, const std::string& sql) {
        MigrationFile file;
        file.id = id;
        file.path = "migrations/" + std::to_string(id) + ".sql";
        file.text = sql;
        return extract::script(file, {});
    };
    request.history.push_back(
        script(1, "ALTER TABLE users ADD COLUMN state text;\nCREATE INDEX u ON users (state);\n"));
    request.changed.push_back(script(2, change));
    std::set<std::string> rules;
    for (const Finding& finding : analyze::analyze(std::move(request)).findings) rules.insert(finding.rule);
    return rules;
}

}  // namespace

TEST_CASE("in a branch for the case that a table is missing, it is missing") {
    const std::string makes =
        "CREATE TABLE IF NOT EXISTS users (id bigint); ALTER TABLE users ADD COLUMN state text; CREATE INDEX u ON "
        "users "
        "(state);";
    for (const std::string condition :
         {"NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'users')",
          "to_regclass('public.users') IS NULL",
          "NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'users')"}) {
        INFO(condition);
        const auto found = rules_behind_history("DO $$ BEGIN IF " + condition + " THEN " + makes + " END IF; END $$;");
        CHECK_FALSE(found.contains("ordering-conflict"));
        CHECK_FALSE(found.contains("create-index-not-concurrent"));
        // Behind the branch it may be the old one.
        CHECK(rules_behind_history("DO $$ BEGIN IF " + condition + " THEN " + makes +
                                   " END IF; END $$;\nCREATE INDEX later ON users (state);")
                  .contains("create-index-not-concurrent"));
    }
    CHECK(
        rules_behind_history("DO $$ BEGIN IF to_regclass('public.users') IS NOT NULL THEN CREATE INDEX later ON users "
                             "(state); END IF; END $$;")
            .contains("create-index-not-concurrent"));
}
