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
    // Prose, and a word that every program has.
    repo.write("CONTRIBUTING", "What is gone is gone.\n");
    repo.write("src/http.ts", "const status = orderItem.status;\n");
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
