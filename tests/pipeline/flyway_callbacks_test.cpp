// Flyway's callbacks run with every deployment, also those that the change leaves alone.

#include <utility>
#include <vector>

#include "core/text.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::reviewed;

namespace {

const std::string kFolder = "src/main/resources/db/migration/";
using Files = std::vector<std::pair<std::string, std::string>>;

const Files kViews{{"V1__orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, note text);\n"},
                   {"afterMigrate__000_VIEW_drops.sql", "DROP VIEW IF EXISTS totals;\nDROP VIEW IF EXISTS prices;\n"},
                   {"afterMigrate__001_totals.sql", "CREATE VIEW totals AS SELECT sum(price) AS total FROM orders;\n"},
                   {"afterMigrate__009_prices.sql", "CREATE VIEW prices AS SELECT id, price FROM orders;\n"}};

/// What fails a change, and what running code loses, as "rule file: message" for each.
std::string said_of(const Files& before, const Files& change) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [name, text] : before) repo.write(kFolder + name, text);
    const auto base = repo.commit_long_ago();
    repo.run("checkout -q -b feature");
    for (const auto& [name, text] : change)
        text.empty() ? repo.remove(kFolder + name) : repo.write(kFolder + name, text);
    repo.commit();
    std::string all;
    for (const FileReport& file : reviewed(repo, base).files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings) {
                const Finding& finding = graded.finding;
                if (finding.fails || finding.category == Category::compatibility ||
                    finding.category == Category::destructive)
                    all += finding.rule + " " + file.path.substr(kFolder.size()) + ": " + finding.message + "\n";
            }
    return all;
}

}  // namespace

TEST_CASE("callbacks that drop and make views: what each edit of one does by the end of the deployment") {
    const auto edited = [](const Files& change) { return said_of(kViews, change); };
    // Made again behind the unchanged drop; a column more.
    CHECK(edited({{"afterMigrate__009_prices.sql", "CREATE VIEW prices AS SELECT id, price, note FROM orders;\n"}}) ==
          "");
    // Dropped here, made again by what is unchanged.
    CHECK(edited({{"afterMigrate__000_VIEW_drops.sql",
                   "DROP VIEW IF EXISTS prices;\nDROP VIEW IF EXISTS totals;\n"}}) == "");
    // The two in two new files.
    CHECK(edited({{"afterMigrate__000_VIEW_drops.sql", "DROP VIEW IF EXISTS totals;\n"},
                  {"afterMigrate__008_drop.sql", "DROP VIEW IF EXISTS prices;\n"}}) == "");
    CHECK(edited({{"V2__states.sql", "ALTER TABLE orders ADD COLUMN state text;\n"}}) == "");

    CHECK(edited({{"afterMigrate__000_VIEW_drops.sql", "DROP VIEW IF EXISTS totals;\n"}}) == "");
    CHECK(edited({{"afterMigrate__009_prices.sql", "CREATE VIEW prices AS SELECT id FROM orders;\n"}}) ==
          "drop-view afterMigrate__009_prices.sql: View `prices` comes back without column `price`: running code that "
          "reads it fails (what drops it runs with every deployment)\n");
    CHECK(edited({{"afterMigrate__009_prices.sql", "CREATE VIEW costs AS SELECT id, price FROM orders;\n"}}) ==
          "drop-view afterMigrate__009_prices.sql: Running code that reads `prices` fails (what drops it runs with "
          "every deployment)\n");
    CHECK(edited({{"afterMigrate__009_prices.sql", ""},
                  {"afterMigrate__000_VIEW_drops.sql", "DROP VIEW IF EXISTS totals, prices;\n"}}) ==
          "drop-view afterMigrate__000_VIEW_drops.sql: Running code that reads `prices` fails\n");
    // A second one that makes it: nothing drops it between.
    CHECK(contains(edited({{"afterMigrate__010_prices.sql", "CREATE VIEW prices AS SELECT id, price FROM orders;\n"}}),
                   "ordering-conflict afterMigrate__010_prices.sql"));
    // The views are there while versioned migrations run.
    CHECK(contains(edited({{"V2__text.sql", "ALTER TABLE orders ALTER COLUMN price TYPE text;\n"}}),
                   "alter-column-type-blocked V2__text.sql"));
}

TEST_CASE("a callback ahead of the migrations drops what they may not change") {
    Files ahead = kViews;
    ahead[1].first = "beforeMigrate__VIEW_drops.sql";
    const std::string said = said_of(ahead, {{"V2__text.sql", "ALTER TABLE orders ALTER COLUMN price TYPE text;\n"}});
    CHECK_FALSE(contains(said, "alter-column-type-blocked"));
    CHECK(contains(said, "alter-column-type-compatibility"));
    CHECK(contains(said_of(ahead, {{"V2__view.sql", "DROP VIEW prices;\n"}}), "ordering-conflict"));
}

TEST_CASE("rows that a callback of the change loses do not come back with the table") {
    const Files tables{{"V1__orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n"},
                       {"afterMigrate__1.sql", "CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);\n"}};
    CHECK(
        contains(said_of(tables, {{"afterMigrate__0.sql", "DROP TABLE orders;\n"}}), "All rows of `orders` are lost"));
}

TEST_CASE("edited repeatable migrations run in the order of their descriptions, and no other does") {
    const Files views{{"V1__orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, price numeric);\n"},
                      {"R__1_drops.sql", "DROP VIEW IF EXISTS prices;\n"},
                      {"R__2_prices.sql", "CREATE VIEW prices AS SELECT id FROM orders;\n"}};
    CHECK(said_of(views, {{"R__1_drops.sql", "-- All.\nDROP VIEW IF EXISTS prices;\n"},
                          {"R__2_prices.sql", "CREATE VIEW prices AS SELECT id, price FROM orders;\n"}}) == "");
    CHECK(contains(said_of(views, {{"R__1_drops.sql", "-- All.\nDROP VIEW IF EXISTS prices;\n"}}),
                   "drop-view R__1_drops.sql: Running code that reads `prices` fails"));
    CHECK(contains(said_of(views, {{"R__2_prices.sql", "CREATE VIEW prices AS SELECT id, price FROM orders;\n"}}),
                   "R__2_prices.sql"));
}
