// What one migration of a change makes and another of the same change undoes, nobody has used between.

#include <string>

#include "core/text.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::reviewed;

namespace {

/// What is lost, and what breaks running code, in the order of the files: "rule, rule".
std::string lost_by(const std::string& before, const std::string& second, const std::string& third) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/0001_a.sql", before);
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/0002_b.sql", second);
    repo.write("migrations/0003_c.sql", third);
    repo.commit();
    std::string all;
    for (const FileReport& file : reviewed(repo, base).files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.category == Category::compatibility ||
                    graded.finding.category == Category::destructive)
                    all += (all.empty() ? "" : ", ") + graded.finding.rule;
    return all;
}

struct Case {
    std::string title, makes, undoes, of_older;  ///< of_older: what the second says of what was there before
};

}  // namespace

TEST_CASE("what a change makes in one file and undoes in another is no loss, what was there before is") {
    const std::string column = "ALTER TABLE orders ADD COLUMN note text;\n";
    for (const Case& c :
         {Case{"a column dropped", column, "ALTER TABLE orders DROP COLUMN note;\n", "drop-column"},
          Case{"a column renamed", column, "ALTER TABLE orders RENAME COLUMN note TO remark;\n", "rename-column"},
          Case{"a table dropped", "CREATE TABLE notes (id bigint PRIMARY KEY);\n", "DROP TABLE notes;\n", "drop-table"},
          Case{"a table renamed", "CREATE TABLE notes (id bigint PRIMARY KEY);\n",
               "ALTER TABLE notes RENAME TO remarks;\n", "rename-table"},
          Case{"a column of a table", "CREATE TABLE notes (id bigint PRIMARY KEY, a text);\n",
               "ALTER TABLE notes DROP COLUMN a;\n", "drop-column"},
          Case{"a view", "CREATE VIEW ids AS SELECT id FROM orders;\n", "DROP VIEW ids;\n", "drop-view"},
          Case{"a function", "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';\n",
               "DROP FUNCTION one();\n", "drop-function"},
          Case{"a function without its arguments",
               "CREATE FUNCTION plus(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';\n", "DROP FUNCTION plus;\n",
               "drop-function"},
          Case{"a type", "CREATE TYPE mood AS ENUM ('fine');\n", "DROP TYPE mood;\n", "drop-type"},
          Case{"with what depends on it", column + "CREATE VIEW notes AS SELECT note FROM orders;\n",
               "ALTER TABLE orders DROP COLUMN note CASCADE;\n", "drop-column, drop-cascade"}}) {
        INFO(c.title);
        const std::string orders = "CREATE TABLE orders (id bigint PRIMARY KEY);\n";
        CHECK(lost_by(orders, c.makes, c.undoes) == "");
        CHECK(lost_by(orders + c.makes, "SELECT 1;\n", c.undoes) == c.of_older);
    }
}

TEST_CASE("what is renamed back in a change has its name, and one between is nobody's") {
    const std::string orders =
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text, remark text);\nCREATE SCHEMA old;\n";
    CHECK(lost_by(orders, "ALTER TABLE orders RENAME COLUMN note TO text;\n",
                  "ALTER TABLE orders RENAME COLUMN text TO note;\n") == "");
    CHECK(lost_by(orders, "ALTER TABLE orders RENAME TO purchases;\n", "ALTER TABLE purchases RENAME TO orders;\n") ==
          "");
    CHECK(lost_by(orders, "ALTER TABLE orders SET SCHEMA old;\n", "ALTER TABLE old.orders SET SCHEMA public;\n") == "");
    // Another name in the end: the first one breaks code.
    CHECK(lost_by(orders, "ALTER TABLE orders RENAME COLUMN note TO text;\n",
                  "ALTER TABLE orders RENAME COLUMN text TO body;\n") == "rename-column");
    CHECK(lost_by(orders, "ALTER TABLE orders RENAME TO purchases;\n", "ALTER TABLE purchases RENAME TO sales;\n") ==
          "rename-table");
    // Two that change names: each is there, and holds the other's values.
    CHECK(lost_by(orders,
                  "ALTER TABLE orders RENAME COLUMN note TO aside;\nALTER TABLE orders RENAME COLUMN remark TO note;\n",
                  "ALTER TABLE orders RENAME COLUMN aside TO remark;\n") == "rename-column, rename-column");
    // Dropped under its new name, or replaced.
    CHECK(lost_by(orders, "ALTER TABLE orders RENAME COLUMN note TO text;\n",
                  "ALTER TABLE orders DROP COLUMN text;\n") == "rename-column, drop-column");
    CHECK(lost_by(orders, "ALTER TABLE orders RENAME COLUMN note TO text;\n",
                  "ALTER TABLE orders ADD COLUMN note text;\n") == "rename-column");
}

TEST_CASE("a function that a change replaces and drops was there before") {
    const std::string one = "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';\n";
    const std::string again = "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2';\n";
    CHECK(lost_by(one, again, "DROP FUNCTION one();\n") == "drop-function");
    CHECK(lost_by(one, "SELECT 1;\n", again + "DROP FUNCTION one();\n") == "drop-function");
    CHECK(lost_by("SELECT 1;\n", "SELECT 1;\n", again + "DROP FUNCTION one();\n") == "");
}
