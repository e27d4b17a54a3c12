// Migrations that ran and were edited: the edit is judged, not what it left alone.

#include <filesystem>

#include "core/text.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::found;
using pgfence::pipeline::testing::has_finding;
using pgfence::pipeline::testing::reviewed;

TEST_CASE("of an edited migration only what was edited is judged, and the edit itself") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string table = "CREATE TABLE orders (id bigint PRIMARY KEY, state text);\n";
    repo.write("migrations/0001_a.sql", table);
    repo.write("migrations/0002_b.sql",
               "-- pgfence-ignore: drop-table (empty)\nDROP TABLE old;\nCREATE INDEX ON orders (state);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/0001_a.sql", "-- The orders.\n" + table);
    repo.write("migrations/0002_b.sql",
               "-- pgfence-ignore: drop-table (empty)\nDROP TABLE old;\nCREATE INDEX ON orders (state);\n"
               "CREATE INDEX ON orders (id, state);\n");
    repo.commit();
    CHECK(found(repo, base) ==
          "create-index-not-concurrent migrations/0002_b.sql:4\n"
          "non-linear-history migrations/0002_b.sql:4\n");
}

TEST_CASE("an edited file whose runner is not known finds none of the tables that it makes, wherever it still runs") {
    struct Case {
        std::string title, create;
        bool is_old;
    };
    for (const Case& c : {Case{"plain", "CREATE TABLE notes (id bigint PRIMARY KEY", false},
                          Case{"if it is not there", "CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY", false},
                          Case{"of long ago", "CREATE TABLE notes (id bigint PRIMARY KEY", true}}) {
        INFO(c.title);
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("migrations/0001_a.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, state text);\n");
        repo.write("migrations/0002_b.sql", c.create + ");\n");
        repo.write("migrations/0003_c.sql", "CREATE INDEX of_later ON notes (id);\n");
        const auto base = c.is_old ? repo.commit_long_ago() : repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("migrations/0002_b.sql", c.create +
                                                ", state text);\nCREATE INDEX of_later ON notes (state);\n"
                                                "ALTER TABLE notes ADD COLUMN more int NOT NULL;\n"
                                                "CREATE INDEX ON orders (state);\n");
        repo.commit();
        // Of others' tables nobody can tell: which program runs the file is not known.
        CHECK(found(repo, base) ==
              "non-linear-history migrations/0002_b.sql:1\ncreate-index-not-concurrent migrations/0002_b.sql:4\n");
    }
}

TEST_CASE("an edit of how a migration waits makes no other database") {
    const auto says_so = [](const std::string& before, const std::string& after) {
        const Folder folder;
        const Repo repo(folder / "repo");
        const std::string path = "migrations/0001_a.sql";
        repo.write(path, before);
        const auto base = repo.commit_long_ago();
        repo.run("checkout -q -b feature");
        repo.write(path, after);
        repo.commit();
        return contains(found(repo, base), "non-linear-history");
    };
    const std::string index = "CREATE INDEX i ON orders (state);\n";
    CHECK_FALSE(says_so(index, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (state);\n"));
    CHECK_FALSE(says_so("LOCK TABLE Orders;\nBEGIN;\n" + index,
                        "set lock_timeout = '5s';\ncreate index I on ORDERS (state);\n"));
    CHECK(says_so(index, "SET search_path = shop;\n" + index));
    CHECK(says_so(index, "CREATE UNIQUE INDEX CONCURRENTLY i ON orders (state);\n"));
    CHECK(says_so(index, "CREATE INDEX i ON orders (\"State\");\n"));
    CHECK_FALSE(says_so(index, "CREATE INDEX \"i\" ON \"orders\" USING btree (\"state\");\n"));
    CHECK(says_so(index, "CREATE INDEX i ON orders USING hash (state);\n"));
    CHECK(says_so(index, "CREATE INDEX i ON orders (\"user\");\n"));
    CHECK(says_so("CREATE INDEX i ON orders (user);\n", "CREATE INDEX i ON orders (\"user\");\n"));
    const std::string other = "CREATE INDEX j ON orders (id);\n", table = "CREATE TABLE runs (id int);\n";
    CHECK_FALSE(says_so(index + other, other + index));
    CHECK(says_so("CREATE INDEX ON orders (lower(a));\nCREATE INDEX ON orders (lower(b));\n",
                  "CREATE INDEX ON orders (lower(b));\nCREATE INDEX ON orders (lower(a));\n"));
    CHECK_FALSE(says_so(table + index, index + "CREATE TABLE \"runs\" (\"id\" int);\n"));
    // A type's word may be a column's name, and "char" is another type than char.
    CHECK(says_so("CREATE TABLE runs (int text);\n", "CREATE TABLE runs (integer text);\n"));
    CHECK(says_so("CREATE TABLE runs (a \"char\");\n", "CREATE TABLE runs (a char);\n"));
    CHECK(says_so(table + index, index + "CREATE TABLE runs (id bigint);\n"));
    CHECK(says_so("CREATE TABLE a (LIKE orders INCLUDING ALL);\n" + index,
                  index + "CREATE TABLE a (LIKE orders INCLUDING ALL);\n"));
    CHECK(says_so("CREATE TABLE IF NOT EXISTS runs (id int);\nCREATE TABLE IF NOT EXISTS runs (id text);\n",
                  "CREATE TABLE IF NOT EXISTS runs (id text);\nCREATE TABLE IF NOT EXISTS runs (id int);\n"));
    CHECK(says_so("ALTER TABLE orders ADD a int;\nALTER TABLE orders ADD b int;\n",
                  "ALTER TABLE orders ADD b int;\nALTER TABLE orders ADD a int;\n"));
    CHECK(says_so("INSERT INTO orders VALUES ('a');\n", "INSERT INTO orders VALUES ('A');\n"));
}

TEST_CASE("a file of SQL that a new program of the change reads is no migration of its own order") {
    struct Case {
        std::string title, program;
        bool is_new, says_so;
    };
    const std::string read = "const sql = require('fs').readFileSync(__dirname + '/sql/0001_view.sql', 'utf8');\n";
    const std::string up = "exports.up = (knex) => knex.raw(sql);\nexports.down = () => {};\n";
    for (const Case& c : {Case{"a new program reads it again", read + up, true, false},
                          Case{"one that ran did", read + up, false, true},
                          Case{"a comment mentions it", "// as 0001_view.sql has it\n" + up, true, true},
                          Case{"it reads another", "const sql = read('sql/10001_view.sql');\n" + up, true, true}}) {
        INFO(c.title);
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("knexfile.js", "module.exports = { client: 'pg' }\n");
        repo.write("migrations/sql/0001_view.sql", "CREATE VIEW v AS SELECT 1 AS a;\n");
        repo.write("migrations/20240101_a.js", c.is_new ? up : c.program);
        const auto base = repo.commit_long_ago();
        repo.run("checkout -q -b feature");
        repo.write("migrations/sql/0001_view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS a, 2 AS b;\n");
        repo.write("migrations/20240102_b.js", c.is_new ? c.program : up);
        repo.commit();
        CHECK(contains(found(repo, base), "non-linear-history migrations/sql/0001_view.sql") == c.says_so);
    }
}

TEST_CASE("scripts without a number may run again and again: an edit meets the tables that are there") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/all.sql", "CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY);\n");
    const auto base = repo.commit_long_ago();
    repo.run("checkout -q -b feature");
    repo.write(
        "migrations/all.sql",
        "CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY);\nCREATE INDEX IF NOT EXISTS i ON notes (id);\n");
    repo.commit();
    CHECK(contains(found(repo, base), "create-index-not-concurrent migrations/all.sql:2\n"));
}

TEST_CASE("a migration that is edited again and again, and in no release, is told of in a note") {
    for (const bool is_released : {false, true}) {
        const Folder folder;
        const Repo repo(folder / "repo");
        const std::string path = "db/migration/V1__initial.sql";
        repo.write(path, "CREATE TABLE a (id bigint);\n");
        repo.commit();
        repo.write(path, "CREATE TABLE a (id bigint, b text);\n");
        repo.commit();
        repo.write(path, "CREATE TABLE a (id bigint, b text, c text);\n");
        const auto base = repo.commit();
        if (is_released) repo.run("tag v1");
        repo.run("checkout -q -b feature");
        repo.write(path, "CREATE TABLE a (id bigint, c text);\n");
        repo.commit();
        CHECK(contains(found(repo, base), "non-linear-history") == is_released);
        const Report report = reviewed(repo, base);
        CHECK(std::any_of(report.notes.begin(), report.notes.end(), [&](const std::string& note) {
                  return note.starts_with("edited again, as before, and in no release: " + path);
              }) != is_released);
    }
}

TEST_CASE("Flyway runs no file whose name lacks the second underscore: it is no history, and who adds one is told") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migration/V1__a.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    repo.write("db/migration/V2_b.sql", "CREATE TABLE notes (id bigint PRIMARY KEY);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.run("mv db/migration/V2_b.sql db/migration/V2__b.sql");
    repo.write("db/migration/V3_c.sql", "DROP TABLE orders;\n");
    repo.commit();
    CHECK(found(repo, base).empty());
    const Report report = reviewed(repo, base);
    CHECK(report.coverage.statements == 1);
    CHECK(std::any_of(report.notes.begin(), report.notes.end(), [](const std::string& note) {
        return contains(note,
                        "db/migration/V3_c.sql (Flyway never runs it: its name needs two underscores behind the "
                        "version, as in V3__title.sql)");
    }));
    CHECK(std::none_of(report.notes.begin(), report.notes.end(),
                       [](const std::string& note) { return contains(note, "deleted"); }));
}

TEST_CASE("Flyway passes over names without the prefix that the others have") {
    struct {
        std::vector<const char*> before;
        const char* added;
        bool runs;
    } const cases[] = {
        {{"V1__a.sql", "V2__b.sql"}, "rollback/2__b.sql", false},
        {{"V1__a.sql", "V2__b.sql", "rollback/1__a.sql"}, "rollback/2__b.sql", false},
        {{"V1__a.sql", "V2__b.sql"}, "3__c.sql", false},
        {{"V1__a.sql", "V2__b.sql"}, "undo/V3__c.sql", true},
        {{"1__a.sql", "2__b.sql"}, "3__c.sql", true},
        {{"1__a.sql", "2__b.sql", "3__b.sql", "V3__b.sql"}, "4__c.sql", true},
        {{"1__a.sql", "2__b.sql"}, "more/3__c.sql", true},
    };
    for (const auto& one : cases) {
        INFO(one.added << " beside " << one.before.front() << ", " << one.before.size());
        const Folder folder;
        const Repo repo(folder / "repo");
        const std::string location = "src/main/resources/db/migration/";
        int n = 0;
        for (const char* name : one.before)
            repo.write(location + name, "CREATE TABLE IF NOT EXISTS t" + std::to_string(++n) + " (id bigint);\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write(location + one.added, "DROP TABLE t1;\n");
        repo.commit();
        CHECK(found(repo, base).empty() != one.runs);
        const Report report = reviewed(repo, base);
        const bool is_noted = std::any_of(report.notes.begin(), report.notes.end(),
                                          [](const std::string& note) { return contains(note, "never runs it"); });
        // In a folder that is new, only the change itself says so: listed as a file that may be a migration.
        CHECK((is_noted || report.coverage.unread == 1) != one.runs);
    }
}

TEST_CASE("Knex runs all directories as one, by the names of files") {
    for (const std::string knexfile : {"directory: all()", "directory: all(), sortDirsSeparately: true"}) {
        INFO(knexfile);
        const Folder folder;
        const Repo repo(folder / "repo");
        const auto migration = [](const std::string& sql) {
            return "exports.up = async (knex) => { await knex.raw(`" + sql + "`) }\n";
        };
        repo.write("knexfile.js", "module.exports = { client: 'pg', migrations: { " + knexfile + " } }\n");
        repo.write("modules/beta/migrations/20240101_a.js", migration("CREATE TABLE runs (id bigint)"));
        repo.write("modules/core/migrations/20240102_a.js", migration("SELECT 1"));
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("modules/core/migrations/20240103_b.js", migration("ALTER TABLE runs RENAME TO beta_runs"));
        repo.write("modules/auto/migrations/20240104_c.js", migration("CREATE TABLE runs (id bigint, state text)"));
        repo.write("modules/beta/migrations/20240105_d.js", migration("CREATE INDEX ON runs (state)"));
        repo.commit();
        const std::string said = found(repo, base);
        INFO(said);
        CHECK(contains(said, "modules/beta/migrations/20240105_d.js") == contains(knexfile, "sortDirsSeparately"));
    }
}

TEST_CASE("what is added to a file that its runner never runs again meets new databases alone") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("diesel.toml", "");
    repo.write("migrations/2024-01-01-000000_a/up.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    const auto base = repo.commit_long_ago();
    repo.run("checkout -q -b feature");
    repo.write("migrations/2024-01-01-000000_a/up.sql",
               "CREATE TABLE orders (id bigint PRIMARY KEY);\nDROP TABLE old;\n");
    repo.commit();
    const Report report = reviewed(repo, base);
    REQUIRE(report.files.size() == 1);
    std::vector<std::string> all;
    for (const StatementReport& statement : report.files[0].statements)
        for (const Graded& graded : statement.findings)
            all.push_back(graded.finding.rule + " " + std::string(name_of(graded.severity)));
    CHECK(all == std::vector<std::string>{"non-linear-history warning"});
    CHECK(std::count_if(report.notes.begin(), report.notes.end(), [](const std::string& note) {
              return note.starts_with(
                         "edits in `migrations/2024-01-01-000000_a/up.sql` do not run again where it ran: ") &&
                     contains(note, "drop-table");
          }) == 1);
}

TEST_CASE("that a file was edited is said at the first statement on a line of the edit") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("diesel.toml", "");
    const std::string file = "migrations/2024-01-01-000000_a/up.sql";
    repo.write(file, "CREATE TABLE a (id bigint);\nCREATE TABLE b (id bigint);\nCREATE TABLE c (id bigint);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write(file, "CREATE TABLE a (id bigint);\nCREATE TABLE b (id int);\nCREATE TABLE c (id bigint);\n");
    repo.commit();
    CHECK(found(repo, base) == "non-linear-history " + file + ":2\n");
}

TEST_CASE("what an edit makes of a file whose runner is not known is judged, and so is a file that runs again") {
    for (const auto& [path, title] : {std::pair{"migrations/0001_a.sql", "any runner"},
                                      std::pair{"db/migration/R__views.sql", "a repeatable migration"}}) {
        INFO(title);
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write(path, "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write(path, "CREATE TABLE orders (id bigint PRIMARY KEY);\nDROP TABLE old;\n");
        repo.commit();
        CHECK(reviewed(repo, base).verdict.outcome == Outcome::fail);
    }
}

TEST_CASE("an edited migration that no release holds is judged like a new one") {
    const std::string first = "migrations/2024-01-01-000000_a/up.sql", second = "migrations/2024-01-02-000000_b/up.sql";
    for (const bool is_released : {false, true}) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("diesel.toml", "");
        repo.write(first, "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
        repo.commit();
        repo.run("tag v1");
        repo.write(second, "SELECT 1;\n");
        const auto base = repo.commit();
        if (is_released) repo.run("tag v2");
        repo.run("checkout -q -b feature");
        repo.write(second, "SELECT 1;\nALTER TABLE orders ADD COLUMN wip boolean NOT NULL;\n");
        repo.commit();
        const std::string said = found(repo, base);
        CHECK((said.find("add-column-not-null-no-default " + second + ":2") != std::string::npos) != is_released);
        CHECK((said.find("non-linear-history " + second + ":2") != std::string::npos) == is_released);
    }
}

TEST_CASE("what is edited in a migration that may not have run is judged, and says on what it depends") {
    const std::string up = "migrations/2024-01-01-000000_a/up.sql";
    for (const bool is_old : {false, true}) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("diesel.toml", "");
        repo.write("migrations/2023-01-01-000000_o/up.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
        repo.write(up, "CREATE TABLE notes (id bigint PRIMARY KEY);\nDROP TABLE older;\n");
        const auto base = is_old ? repo.commit_long_ago() : repo.commit();
        repo.run("checkout -q -b feature");
        repo.write(up,
                   "CREATE TABLE notes (id bigint PRIMARY KEY);\nDROP TABLE older;\nCREATE INDEX ON notes (id);\n"
                   "ALTER TABLE orders ADD COLUMN wip boolean NOT NULL;\n");
        repo.commit();
        const std::string said = found(repo, base);
        INFO(said);
        CHECK(contains(said, "non-linear-history " + up + ":3\n"));
        CHECK(contains(said, "add-column-not-null-no-default " + up + ":4\n") != is_old);
        CHECK_FALSE(contains(said, "create-index-not-concurrent"));  // of its own table
        CHECK_FALSE(contains(said, "drop-table"));                   // as it was
        const Report report = reviewed(repo, base);
        CHECK((report.verdict.outcome == Outcome::fail) != is_old);
        for (const Graded& graded : report.files.back().statements.back().findings) {
            if (graded.finding.rule != "add-column-not-null-no-default") continue;
            CHECK(graded.finding.certainty == Certainty::depends);
            REQUIRE_FALSE(graded.finding.depends_on.empty());
            CHECK(
                graded.finding.depends_on.back() ==
                "whether this file ran before the edit: no release was made in the last year, and the base has it for "
                "less than 30 days");
        }
    }
}

TEST_CASE("an edit that leaves the SQL as it was is nobody's news where no checksum is kept") {
    struct Case {
        std::string name, path, before, after;
        bool same;
    };
    const std::string knex = "exports.up = (knex) => knex.schema.alterTable('orders', (t) => { t.text('note'); });\n";
    const std::string alembic =
        "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\ndown_revision = None\n\n\ndef upgrade():\n";
    const std::string down = "\n\ndef downgrade():\n    ";
    const std::string django =
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [";
    const auto up = [](const std::string& sql) { return "-- migrate:up\n" + sql + "\n-- migrate:down\n"; };
    const std::vector<Case> cases = {
        {"a comment of a program", "migrations/20240101000000_a.js", "// tslint:disable\n" + knex, knex, true},
        {"its layout", "migrations/20240101000000_a.js", knex,
         "exports.up = async (knex) => {\n  await knex.schema.alterTable('orders', (table) => {\n    "
         "table.text('note');\n  });\n};\n",
         true},
        {"its way back", "migrations/20240101000000_a.js", knex,
         knex + "exports.down = (knex) => knex.schema.dropTable('orders');\n", true},
        {"one word of it", "migrations/20240101000000_a.js", knex,
         "exports.up = (knex) => knex.schema.alterTable('orders', (t) => { t.string('note'); });\n", false},
        {"what cannot be read may differ", "migrations/20240101000000_a.js",
         knex + "// 1\nexports.config = { transaction: require('./none')(1) };\n",
         knex + "// 2\nexports.config = { transaction: require('./none')(2) };\n", false},
        {"brackets of what cannot be read", "migrations/20240101000000_a.js",
         knex + "exports.config = { transaction: require('./none')(1, (2)) };\n",
         knex + "exports.config = { transaction: require('./none')((1, 2)) };\n", false},
        {"blanks in what cannot be read", "migrations/20240101000000_a.js",
         knex + "exports.config = { transaction: require('./none')('a b') };\n",
         knex + "exports.config = { transaction: require('./none')('ab') };\n", false},
        {"indentation of what cannot be read", "migrations/20240101000000_a.js",
         knex + "exports.config = {\ntransaction: require('./none')(1) };\n",
         knex + "exports.config = {\n\n    transaction: require('./none')(1) };\n", true},
        {"its transaction", "migrations/20240101000000_a.js", knex, knex + "exports.config = { transaction: false };\n",
         true},
        {"wrapped arguments", "alembic/versions/a1_a.py",
         alembic + "    op.create_index('i', 'orders', ['note'])" + down + "pass\n",
         alembic + "    op.create_index(\n        'i',\n        'orders',\n        ['note'],\n    )" + down +
             "op.drop_index('i')\n",
         true},
        {"another column", "alembic/versions/a1_a.py",
         alembic + "    op.create_index('i', 'orders', ['note'])" + down + "pass\n",
         alembic + "    op.create_index('i', 'orders', ['state'])" + down + "pass\n", false},
        {"quotes", "shop/migrations/0001_a.py", django + "migrations.RunSQL('DROP TABLE old')]\n",
         django + "\n        migrations.RunSQL(\"DROP TABLE old\"),\n    ]\n", true},
        {"blanks and comments of SQL", "db/migrations/20240101000000_a.sql", up("DROP TABLE old;"),
         up("-- Nobody reads it.\nDROP  TABLE old /* x */;"), true},
        {"blanks in a literal", "db/migrations/20240101000000_a.sql", up("UPDATE t SET a = 'a b' WHERE id = 1;"),
         up("UPDATE t SET a = 'a  b' WHERE id = 1;"), false},
        {"where a section ends", "db/migrations/20240101000000_a.sql", up("SELECT 1;") + "DROP TABLE old;\n",
         up("SELECT 1;\nDROP TABLE old;"), false},
        {"a tool that keeps checksums", "db/migration/V1__a.sql", "DROP TABLE old;\n", "-- x\nDROP TABLE old;\n",
         false},
    };
    for (const Case& one : cases) {
        INFO(one.name);
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write(one.path, one.before);
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write(one.path, one.after);
        repo.commit();
        const std::string said = found(repo, base);
        CHECK((said.find("non-linear-history") == std::string::npos) == one.same);
        if (one.same) CHECK(said == "");
    }
}

TEST_CASE("what an edited migration makes does not meet itself") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/0001_a.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/0001_a.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, state text);\n");
    repo.commit();
    CHECK(found(repo, base) == "non-linear-history migrations/0001_a.sql:1\n");
}

TEST_CASE("what stands in an edited migration meets its own tables as new ones") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string up = "migrations/2024-01-01-000000_a/up.sql";
    repo.write("diesel.toml", "");
    repo.write(up, "CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY);\n");
    repo.write("migrations/2024-01-02-000000_b/up.sql", "CREATE TABLE shops (id bigint PRIMARY KEY);\n");
    const auto base = repo.commit_long_ago();
    repo.run("checkout -q -b feature");
    repo.write(up,
               "CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY, o bigint "
               "REFERENCES orders);\nCREATE INDEX ON users (o);\nALTER TABLE users ADD CHECK (o > 0);\nCREATE INDEX ON "
               "shops (id);\n");
    repo.commit();
    const std::string said = found(repo, base);
    INFO(said);
    CHECK(said == "non-linear-history " + up + ":2\n");
    CHECK(reviewed(repo, base).notes.back().find("create-index-not-concurrent") != std::string::npos);
}

TEST_CASE("an edit of what ran holds no lock and makes no table new for the files that a change adds") {
    const std::string init = "migrations/20200101000000_init.js", added = "migrations/20210101000000_x.js";
    const auto program = [](const std::string& body) { return "exports.up = async (knex) => {\n" + body + "};\n"; };
    const std::string create = "  await knex.schema.createTable('form', t => { t.bigInteger('id'); });\n";
    std::string without_edit;
    for (const bool edited : {false, true}) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("package.json", R"({"dependencies": {"knex": "3.0.0", "pg": "8.0.0"}})");
        repo.write(init, program(create));
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        if (edited)
            repo.write(init, program(create + "  await knex.schema.alterTable('form', t => { t.integer('a'); });\n"));
        repo.write(added,
                   program("  await knex.raw('CREATE INDEX form_id ON form (id)');\n  await knex('form').del();\n"));
        repo.commit();
        std::string said;
        const std::string all = found(repo, base);
        for (const std::string_view line : split(all, "\n"))
            if (line.find(added) != line.npos) said += std::string(line) + "\n";
        if (!edited) without_edit = said;
        CHECK(said.find("create-index-not-concurrent") != said.npos);
        CHECK(said == without_edit);
    }
}

TEST_CASE("a note tells that a deleted migration stops the deployment where its runner misses the file") {
    struct Case {
        std::string path, text;
        bool stops;
        std::string beside = {}, its_text = {};
    };
    const std::string table = "CREATE TABLE notes (id bigint PRIMARY KEY);\n";
    const std::string knex = "exports.up = async (knex) => { await knex.schema.dropTable('a'); };\n";
    const std::string goose = "-- +goose Up\n" + table;
    for (const Case& c :
         {Case{"migrations/20240101000000_a.js", knex, true, "knexfile.js", "module.exports = {};\n"},
          Case{"db/migration/V1__a.sql", table, true}, Case{"migrations/00001_a.sql", goose, false},
          Case{"db/migrate/20240101000000_a.rb",
               "class A < ActiveRecord::Migration[7.1]\n  def up\n    create_table :notes\n  end\nend\n", false}}) {
        INFO(c.path);
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write(c.path, c.text);
        if (!c.beside.empty()) repo.write(c.beside, c.its_text);
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        std::filesystem::remove(repo.path() / c.path);
        repo.commit();
        const Report review = reviewed(repo, base);
        REQUIRE(review.notes.size() == 1);
        CHECK(contains(review.notes.front(), "refuses to deploy") == c.stops);
    }
}

TEST_CASE("a name that went before is not searched for again") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/0001_a.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n");
    repo.write("migrations/0002_b.sql", "ALTER TABLE orders RENAME COLUMN note TO remark;\n");
    repo.write("app/models/order.rb", "class Order\n  def title = note.capitalize\nend\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/0002_b.sql",
               "ALTER TABLE orders RENAME COLUMN note TO remark;\nCREATE INDEX CONCURRENTLY ON orders (remark);\n");
    repo.commit();
    CHECK(found(repo, base).find("same-release-code-and-schema") == std::string::npos);
}

TEST_CASE("Alembic goes by the revision in the file, not by the file's name") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const auto migration = [](const std::string& id, const std::string& down, const std::string& body) {
        return "from alembic import op\nrevision = '" + id + "'\ndown_revision = " + down +
               "\n\n\ndef upgrade():\n    " + body + "\n";
    };
    const std::string table = "op.execute('CREATE TABLE orders (id bigint PRIMARY KEY, state text)')";
    const std::string index = "op.execute('CREATE INDEX i ON orders (state)')";
    const std::string dropped = "op.execute('DROP TABLE orders')";
    repo.write("versions/a.py", migration("aa", "None", table));
    repo.write("versions/b.py", migration("bb", "'aa'", index));
    const auto base = repo.commit();
    repo.run("checkout -q -b edited");
    repo.write("versions/b.py", migration("bb", "'aa'", dropped));
    repo.commit();
    CHECK(found(repo, base).find("non-linear-history versions/b.py") != std::string::npos);
    // The same edit under another id runs, and what the file was has moved.
    repo.write("versions/b.py", migration("cc", "'bb'", dropped));
    repo.write("versions/moved.py", migration("bb", "'aa'", index));
    repo.commit();
    CHECK(found(repo, base) == "drop-table versions/b.py:7\n");
    // A new file that says it is one that is still there is a mistake, and is judged.
    repo.run("checkout -q main");
    repo.run("checkout -q -b twice");
    repo.write("versions/c.py", migration("bb", "'aa'", dropped));
    repo.commit();
    CHECK(found(repo, base) == "drop-table versions/c.py:7\n");
}

TEST_CASE("an edit that leaves the schema as it was is no news, one that changes it is shown where it was made") {
    const auto said = [](const std::string& path, const std::string& before, const std::string& now) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write(path, before);
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write(path, now);
        repo.commit();
        return has_finding(reviewed(repo, base), "non-linear-history");
    };
    const std::string sql = "CREATE TABLE orders (id bigint);\nCOMMENT ON TABLE orders IS 'Ordres';\n";
    const std::string commented = "CREATE TABLE orders (id bigint);\nCOMMENT ON TABLE orders IS 'Orders';\n";
    CHECK_FALSE(said("migrations/0001_a.sql", sql, commented));
    CHECK(said("migrations/0001_a.sql", sql, sql + "INSERT INTO orders VALUES (1);\n"));
    const auto rails = [](const std::string& body) {
        return "class A < ActiveRecord::Migration[7.1]\n  def up\n" + body + "  end\nend\n";
    };
    const std::string path = "db/migrate/20240101000000_a.rb",
                      create = "    create_table(:orders) { |t| t.string :a }\n",
                      old_name = "    Order.find_each { |order| Shop.create(url: order.url) }\n",
                      new_name = "    Order.find_each { |order| Shop.create(url: order.uri) }\n";
    CHECK_FALSE(said(path, rails(create + old_name), rails(create + new_name)));
    CHECK(said(path, rails(create), rails(create + "    add_column :orders, :b, :string\n")));
    const auto asked = "    unless table_exists?(:orders)\n  " + create + "    end\n";
    CHECK_FALSE(said(path, rails(create), rails(asked)));
    CHECK(said(path, rails(asked), rails(create)));
}

TEST_CASE("Django knows a migration by its app and its name, wherever the project moves") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string migration =
        "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    initial = True\n"
        "    operations = [migrations.CreateModel(name='Item', fields=[('id', models.AutoField(primary_key=True))])]\n";
    repo.write("server/shop/migrations/0001_initial.py", migration);
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.run("mv server api");
    repo.commit();
    CHECK_FALSE(has_finding(reviewed(repo, base), "non-linear-history"));
}

namespace {

/// Of one migration that ran, edited alone, or together with another one.
std::string found_of_edit(const std::map<std::string, std::string>& ran,
                          const std::map<std::string, std::string>& now) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("go.mod", "module x\nrequire github.com/jackc/pgx/v5 v5.0.0\n");
    for (const auto& [path, text] : ran) repo.write(path, "-- +goose Up\n" + text);
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    for (const auto& [path, text] : now) repo.write(path, "-- +goose Up\n" + text);
    repo.commit();
    return found(repo, base);
}

}  // namespace

TEST_CASE("an edited migration: what the text that ran did as well is not the edit's") {
    const std::map<std::string, std::string> ran{
        {"migrations/1_a.sql", "CREATE TABLE orders (id bigint);\n"},
        {"migrations/2_b.sql", "ALTER TABLE orders ADD COLUMN a text UNIQUE;\n"}};
    const auto edited = [&](const std::string& text) { return found_of_edit(ran, {{"migrations/2_b.sql", text}}); };
    CHECK_FALSE(contains(edited("ALTER TABLE orders ADD COLUMN IF NOT EXISTS a text UNIQUE;\n"), "inline-unique"));
    CHECK(contains(edited("ALTER TABLE orders ADD COLUMN b text UNIQUE;\n"), "add-column-inline-unique"));
    CHECK(
        contains(edited("ALTER TABLE orders ADD COLUMN a text UNIQUE;\nALTER TABLE orders ADD COLUMN b text UNIQUE;\n"),
                 "add-column-inline-unique migrations/2_b.sql:3\n"));
}

TEST_CASE("an edited migration that stops every new database is told of, unless another edit may mend it") {
    const std::string table = "CREATE TABLE skills (id bigint, title text);\n";
    const std::map<std::string, std::string> ran{{"migrations/1_a.sql", "CREATE TABLE users (id bigint);\n"},
                                                 {"migrations/2_b.sql", table + "CREATE INDEX ON skills (title);\n"}};
    const std::pair<const std::string, std::string> edit{"migrations/2_b.sql",
                                                         table + "CREATE INDEX ON skills (username);\n"};
    CHECK(contains(found_of_edit(ran, {edit}), "ordering-conflict migrations/2_b.sql:3\n"));
    CHECK_FALSE(
        contains(found_of_edit(ran, {edit, {"migrations/1_a.sql", "CREATE TABLE users (id bigint, name text);\n"}}),
                 "ordering-conflict"));
    // It always failed.
    CHECK_FALSE(contains(found_of_edit({edit}, {{edit.first, "-- again\n" + edit.second}}), "ordering-conflict"));
}
