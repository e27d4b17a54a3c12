// What a history proves of the names that it never mentions: whether IF NOT EXISTS made a table, and IF EXISTS lost
// one.

#include "pipeline/whole_history.h"

#include <algorithm>
#include <set>

#include "pipeline/change.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

using Files = std::map<std::string, std::string>;

Report reviewed(const Files& base, const Files& change) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("README", "a project\n");
    for (const auto& [path, text] : base) repo.write(path, text);
    const auto before = repo.commit();
    repo.run("checkout -q -b feature");
    for (const auto& [path, text] : change) repo.write(path, text);
    repo.commit();
    pipeline::ChangeRequest request;
    request.change.repository_path = repo.path().string();
    request.change.base = before;
    request.choices.today = "2026-01-01";
    auto review = pipeline::prepare_change(request).map(pipeline::review);
    REQUIRE(review);
    return std::move(*review);
}

/// "create-index-not-concurrent high ?" of each finding of at least medium risk, "?" where it depends on something.
std::set<std::string> found(const Files& base, const std::string& path, const std::string& change) {
    std::set<std::string> all;
    for (const FileReport& file : reviewed(base, {{path, change}}).files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.risk >= Risk::medium)
                    all.insert(graded.finding.rule + " " + std::string(name_of(graded.risk)) +
                               (graded.finding.certainty == Certainty::known ? "" : " ?"));
    return all;
}

const std::string kUsers = "CREATE TABLE users (id bigint PRIMARY KEY);\n";
const std::string kIfNotExists =
    "CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n"
    "CREATE INDEX orders_user ON orders (user_id);\n";
const std::set<std::string> kBlocks{"create-index-not-concurrent high ?"};

std::set<std::string> second(const std::string& first, const std::string& change = kIfNotExists) {
    return found({{"migrations/0001_a.sql", first}}, "migrations/0002_b.sql", change);
}

}  // namespace

TEST_CASE("whole history: what the first migration of a project makes is new") {
    CHECK(found({}, "migrations/0001_init.sql", kIfNotExists).empty());
    CHECK(found({}, "migrations/20240102_init.sql", kIfNotExists).empty());
    CHECK(found({}, "db/migrate/20240101000000_a.rb",
                "class A < ActiveRecord::Migration[7.1]\n  def change\n"
                "    create_table(:orders, if_not_exists: true) { |t| t.bigint :user_id }\n"
                "    add_index :orders, :user_id\n  end\nend\n")
              .empty());
    // What it loses is told all the same: the database may be older than its migrations.
    CHECK(found({}, "migrations/0001_init.sql", kIfNotExists + "TRUNCATE orders;\n").contains("truncate high"));
    CHECK_FALSE(found({}, "migrations/0001_init.sql", "DROP TABLE IF EXISTS orders;\n").empty());
}

TEST_CASE("whole history: what a history of all that there is did not make is new") {
    CHECK(second(kUsers).empty());
    CHECK(second(kUsers + "CREATE TABLE profiles (id uuid REFERENCES auth.users);\n").empty());
    CHECK(second(kUsers + "ALTER TABLE IF EXISTS old_users RENAME TO older_users;\n").empty());
}

TEST_CASE("whole history: what one may have missed is counted as an old one") {
    CHECK(second(kUsers + "ALTER TABLE accounts ADD COLUMN note text;\n") == kBlocks);
    CHECK(second(kUsers + "CREATE TABLE notes (user_id bigint REFERENCES accounts);\n") == kBlocks);
    CHECK(second(kUsers + "INSERT INTO accounts VALUES (1);\n") == kBlocks);
    CHECK(second(kUsers + "CREATE VIEW v AS SELECT * FROM accounts;\n") == kBlocks);
    CHECK(second(kUsers + "DO $$ BEGIN PERFORM make_tables(); EXECUTE (SELECT sql FROM users); END $$;\n") == kBlocks);
    CHECK(second(kUsers, "UPDATE accounts SET note = '' WHERE id = 1;\n" + kIfNotExists) == kBlocks);
    // The first that ran is not there.
    CHECK(found({}, "migrations/0007_b.sql", kIfNotExists) == kBlocks);
    CHECK(found({{"migrations/0006_a.sql", kUsers}}, "migrations/0007_b.sql", kIfNotExists) == kBlocks);
}

TEST_CASE("whole history: IF EXISTS on what a migration dropped does nothing, on what none speaks of it may") {
    const std::string made_and_dropped =
        "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\nCREATE INDEX orders_user ON orders (user_id);\n"
        "DROP TABLE orders;\nALTER TABLE users ADD COLUMN note text;\nALTER TABLE users DROP COLUMN note;\n";
    for (const char* sql :
         {"DROP TABLE IF EXISTS orders;\n", "DROP INDEX IF EXISTS orders_user;\n",
          "ALTER TABLE users DROP COLUMN IF EXISTS note;\n", "DROP TABLE IF EXISTS orders CASCADE;\n"}) {
        INFO(sql);
        CHECK(second(kUsers + made_and_dropped, sql).empty());
        CHECK_FALSE(second(kUsers, sql).empty());
    }
}

TEST_CASE("whole history: files that a shell names begin with number one, or are several with dates") {
    const auto files = [](const std::vector<std::string>& paths) {
        std::vector<MigrationFile> all;
        for (const std::string& path : paths) all.emplace_back().path = path;
        return all;
    };
    using pipeline::begin_history;
    using pipeline::may_begin_history;
    CHECK(begin_history(files({"db/0001_a.sql", "db/0002_b.sql"})));
    CHECK(begin_history(files({"db/V1__a.sql", "db/R__views.sql"})));
    CHECK(begin_history(files({"db/20240101_a.sql", "db/20240102_b.sql"})));
    CHECK_FALSE(begin_history(files({"db/20240102_b.sql"})));
    CHECK_FALSE(begin_history(files({"db/0002_b.sql"})));
    CHECK_FALSE(begin_history(files({"a.sql"})));
    CHECK_FALSE(begin_history(files({"db/0001_a.sql", "other/0002_b.sql"})));
    CHECK(may_begin_history(files({"db/20240102_b.sql"})));
    CHECK(may_begin_history(files({"db/3f2a_b.py"})));
    CHECK_FALSE(may_begin_history(files({"db/0002_b.sql"})));
}
