// same-release-code-and-schema: names that a change removes, in the code of the commit before it.

#include <algorithm>
#include <array>
#include <vector>

#include "pipeline/change.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

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
          "migrations/2.sql: column `gift_note` of `public.order_items` is dropped, and the code of " +
              base.substr(0, 12) + " seems to name it: src/items.ts:2\n");
}

TEST_CASE("a word that stands alone is no proof, and weighs less") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/1.sql",
               "CREATE TABLE items (id bigint, weight int, gift_note text);\nCREATE TABLE visits (id bigint);\n");
    repo.write("src/a.ts", "import { Item } from './x';\nnew Item();\nconst weight = scale();\nshow(giftNote);\n");
    repo.write("src/b.ts", "const visits = [];\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/2.sql",
               "ALTER TABLE items RENAME COLUMN weight TO mass;\nALTER TABLE visits RENAME TO calls;\n"
               "ALTER TABLE items RENAME COLUMN gift_note TO note;\n");
    repo.commit();
    CHECK(uses_found(repo, base) ==
          "migrations/2.sql: column `weight` of `public.items` is renamed, and the code of " + base.substr(0, 12) +
              " may use it: src/a.ts:3 has the word `weight`\n"
              "migrations/2.sql: `public.visits` is dropped or renamed, and the code of " +
              base.substr(0, 12) +
              " may use it: src/b.ts:1 has the word `visits`\n"
              "migrations/2.sql: column `gift_note` of `public.items` is renamed, and the code of " +
              base.substr(0, 12) + " seems to name it: src/a.ts:4\n");
    const Report report = pipeline::testing::reviewed(repo, base);
    std::vector<Risk> risks;
    for (const StatementReport& statement : report.files.front().statements)
        for (const Graded& graded : statement.findings)
            if (graded.finding.rule == "same-release-code-and-schema") risks.push_back(graded.risk);
    CHECK(risks == std::vector{Risk::medium, Risk::medium, Risk::high});
}

namespace {

/// What a finding of the rule depends on; "known" where it depends on nothing, "" where there is none.
std::string dependence(const Report& report, std::string_view rule) {
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == rule)
                    return graded.finding.certainty == Certainty::known ? "known" : graded.finding.depends_on.front();
    return "";
}

constexpr const char* kDrops =
    "DROP FUNCTION fill(int);\nDROP VIEW totals;\nALTER TABLE items RENAME COLUMN a TO b;\nDROP TYPE mood;\n";
constexpr const char* kMade =
    "CREATE FUNCTION fill(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\nCREATE VIEW totals AS SELECT 1 AS n;\n"
    "CREATE TABLE items (a int);\nCREATE TYPE mood AS ENUM ('a');\n";
constexpr std::array kRulesOfNames{"drop-function", "drop-view", "rename-column", "drop-type"};

}  // namespace

TEST_CASE("where no code was searched, what breaks code says so and is of medium risk at least") {
    pipeline::FilesRequest request;
    request.files.push_back({"2.sql", kDrops});
    request.files.push_back({"1.sql", kMade, MigrationFile::Role::history});
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    REQUIRE(review);
    for (const char* rule : kRulesOfNames) {
        INFO(rule);
        CHECK(dependence(*review, rule) == "whether code uses it: no code was searched");
    }
    for (const StatementReport& statement : review->files.front().statements) CHECK(statement.risk >= Risk::medium);
}

TEST_CASE("a repository of SQL alone has no code to search, one with code has") {
    for (const bool code : {false, true}) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("migrations/1.sql", kMade);
        repo.write("seeds/a.sql", "SELECT 1;\n");
        if (code) repo.write("src/a.ts", "main();\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("migrations/2.sql", kDrops);
        repo.commit();
        const Report report = pipeline::testing::reviewed(repo, base);
        for (const char* rule : kRulesOfNames) {
            INFO(rule << code);
            CHECK(dependence(report, rule) == (code ? "known" : "whether code uses it: no code was found to search"));
        }
    }
}

TEST_CASE("what is not searched for depends on it") {
    const Folder folder;
    const Repo repo(folder / "repo");
    std::string made = "CREATE VIEW v AS SELECT 1 AS n;\n", many, one = "DROP VIEW v;\n";
    for (int i = 0; i < 201; ++i) {
        made += "CREATE TYPE kind" + std::to_string(i) + " AS ENUM ('a');\n";
        many += "DROP TYPE kind" + std::to_string(i) + ";\n";
    }
    repo.write("migrations/1.sql", made + "CREATE VIEW totals AS SELECT 1 AS n;\n");
    repo.write("src/a.ts", "main();\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    const auto depends = [&](const std::string& drops) {
        repo.write("migrations/2.sql", drops);
        repo.commit();
        return dependence(pipeline::testing::reviewed(repo, base), "drop-view");
    };
    CHECK(depends(one) == "whether code uses it: its name is too short to search for");
    CHECK(depends("DROP VIEW totals;\n") == "known");
    CHECK(depends(many + "DROP VIEW totals;\n") ==
          "whether code uses it: the change removes more names than are searched for");
}

TEST_CASE("a function with arguments is none that triggers run") {
    for (const char* drop : {"DROP FUNCTION f(int);", "DROP PROCEDURE f;"}) {
        pipeline::FilesRequest request;
        request.files.push_back({"1.sql", std::string("DROP TRIGGER audit ON orders;\n") + drop});
        request.choices.today = "2026-01-01";
        const auto review = pipeline::prepare_files(std::move(request)).map(pipeline::review);
        REQUIRE(review);
        CHECK_FALSE(dependence(*review, "drop-function").empty());
    }
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
    CHECK(uses_found(repo, base) == "migrations/2.sql: `public.fill_items` is dropped or renamed, and the code of " +
                                        base.substr(0, 12) + " seems to name it: src/items.rs:2\n");
}

TEST_CASE("a type that goes is looked for in SQL and in mappers' enums, not among the program's own types") {
    const std::string drop = "DROP TYPE item_kind;\n";
    const auto told = [&](const std::string& path, const std::string& text) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("migrations/1.sql", "CREATE TYPE item_kind AS ENUM ('a');\n");
        repo.write(path, text);
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("migrations/2.sql", drop);
        repo.commit();
        return !uses_found(repo, base).empty();
    };
    CHECK(told("src/a.ts", "db.query('SELECT $1::item_kind')\n"));
    CHECK(told("src/a.py", "kind = Column(Enum('a', name='item_kind'))\n"));
    CHECK_FALSE(told("src/a.ts", "export type ItemKind = 'a';\nconst item_kind: ItemKind = 'a';\n"));
    CHECK_FALSE(told("src/a.py", "item.item_kind = 'a'\n"));
}
