// same-release-code-and-schema: names that a change removes, in the code of the commit before it.

#include <algorithm>

#include "pipeline/change.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

/// "file:statement message" of each finding of the rule.
std::string uses_found(const Repo& repo, const std::string& base) {
    pipeline::ChangeRequest request;
    request.change.repository_path = repo.path().string();
    request.change.base = base;
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_change(request).map(pipeline::review);
    INFO((review ? "" : review.error().message));
    REQUIRE(review);
    std::string text;
    for (const FileReport& file : review->files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == "same-release-code-and-schema")
                    text += file.path + ": " + graded.finding.message + "\n";
    return text;
}

}  // namespace

TEST_CASE("code of the base that names what the change removes is told") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/1.sql",
               "CREATE TABLE order_items (id bigint, gift_note text, weight int, status text);\nCREATE TABLE gone (id "
               "bigint);\n"
               "CREATE TABLE back (id bigint);\n");
    repo.write("src/items.ts", "class OrderItem {\n  giftNote: string;\n}\n");
    // Prose, and words that every program has.
    repo.write("CONTRIBUTING", "What is gone is gone.\n");
    repo.write("src/http.ts", "import { OrderItem } from './items';\nconst status = response.status;\n");
    repo.write("src/other.ts", "const weight = 1; // of something else\nquery('SELECT 1 FROM back');\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("src/items.ts", "class OrderItem {\n}\n");
    repo.write("migrations/2.sql",
               "ALTER TABLE order_items DROP COLUMN gift_note;\nALTER TABLE order_items DROP COLUMN weight;\n"
               "ALTER TABLE order_items DROP COLUMN status;\nDROP TABLE gone;\nDROP TABLE back;\nCREATE TABLE back (id "
               "bigint);\n"
               "ALTER TABLE order_items ADD COLUMN made text;\nALTER TABLE order_items RENAME COLUMN made TO done;\n");
    repo.commit();
    CHECK(uses_found(repo, base) ==
          "migrations/2.sql: column `gift_note` of `public.order_items` goes, and the code of " + base.substr(0, 12) +
              " seems to name it: src/items.ts:2\n");
}

namespace {

/// What is found of `change` in code of that text at that path.
std::string found_in(const std::string& path, const std::string& text, const std::string& change) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/1.sql",
               "CREATE TABLE order_items (id bigint PRIMARY KEY, gift_note text, status text);\n"
               "CREATE TABLE shops (id bigint PRIMARY KEY);\n");
    repo.write(path, text);
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/2.sql", change);
    repo.commit();
    return uses_found(repo, base);
}

bool is_used(const std::string& path, const std::string& text, const std::string& change) {
    INFO(path << "\n" << text << change);
    return !found_in(path, text, change).empty();
}

}  // namespace

TEST_CASE("a column with an ordinary name counts beside its table alone") {
    const std::string drop = "ALTER TABLE order_items DROP COLUMN status;\n";
    for (const char* text : {"const s = orderItem.status;\n", "OrderItem.where(status: 1)\n",
                             "db.query('SELECT status FROM order_items')\n",
                             "db.query(`\n  SELECT id,\n    status\n  FROM order_items\n`)\n"})
        CHECK(is_used("src/a.ts", text, drop));
    for (const char* text :
         {"const status = response.status;\nnew OrderItem();\n", "class OrderItem {}\nfunction f(status: number) {}\n"})
        CHECK_FALSE(is_used("src/a.ts", text, drop));
}

TEST_CASE("a renamed column with an ordinary name breaks code that uses its table") {
    const std::string rename = "ALTER TABLE order_items RENAME COLUMN status TO state;\n";
    for (const char* text : {"class OrderItem < ApplicationRecord\nend\n", "db.query('SELECT * FROM order_items')\n",
                             "  self.table_name = \"order_items\"\n"})
        CHECK(is_used("app/a.rb", text, rename));
    CHECK(found_in("app/a.rb", "class OrderItem < ApplicationRecord\nend\n", rename)
              .find("is renamed, and the code of ") != std::string::npos);
    for (const char* text : {"x = order_items\n", "# class OrderItem\n", "puts \"order_items\"\n"})
        CHECK_FALSE(is_used("app/a.rb", text, rename));
    // A telling name is searched for itself.
    CHECK_FALSE(is_used("app/a.rb", "class OrderItem < ApplicationRecord\nend\n",
                        "ALTER TABLE order_items RENAME COLUMN gift_note TO remark;\n"));
}

TEST_CASE("a function that goes is looked for in the code as tables are, not one that is back or that triggers run") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string body = " LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;\n";
    repo.write("migrations/1.sql", "CREATE PROCEDURE fill_items(a int)" + body +
                                       "CREATE FUNCTION sum_items(a int) RETURNS int" + body +
                                       "CREATE FUNCTION touch_items() RETURNS trigger" + body);
    repo.write("src/items.rs",
               "fn main() {\n  sqlx::query(\"CALL fill_items($1)\");\n  sqlx::query(\"SELECT "
               "sum_items(1)\");\n  touch_items();\n}\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/2.sql",
               "DROP PROCEDURE IF EXISTS fill_items;\nDROP FUNCTION sum_items(int);\nDROP FUNCTION touch_items();\n"
               "CREATE FUNCTION sum_items(a bigint) RETURNS int" +
                   body);
    repo.commit();
    CHECK(uses_found(repo, base) == "migrations/2.sql: `public.fill_items` goes, and the code of " +
                                        base.substr(0, 12) + " seems to name it: src/items.rs:2\n");
}
