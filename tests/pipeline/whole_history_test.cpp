// What a history proves of the names that it never mentions: whether IF NOT EXISTS made a table, and IF EXISTS lost
// one.

#include "pipeline/whole_history.h"

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <vector>

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

/// Statements that name a table which no migration made.
std::vector<std::string> naming(const std::string& table) {
    return {
        "ALTER TABLE " + table + " ADD COLUMN note text;\n",
        "ALTER TABLE IF EXISTS " + table + " ADD COLUMN note text;\n",
        "CREATE TABLE notes (id bigint REFERENCES " + table + ");\n",
        "INSERT INTO " + table + " (id) VALUES (1);\n",
        "CREATE VIEW v AS SELECT id FROM " + table + ";\n",
        "CREATE INDEX some_index ON " + table + " (id);\n",
        "ALTER TABLE elsewhere RENAME TO " + table + ";\n",
        "ALTER TABLE IF EXISTS elsewhere RENAME TO " + table + ";\n",
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM users) THEN ALTER TABLE elsewhere RENAME TO " + table +
            "; END IF; END $$;\n",
        "DO $$ BEGIN IF to_regclass('" + table + "') IS NOT NULL THEN DELETE FROM " + table +
            " WHERE id = 1; END IF; END $$;\n",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO " + table +
            " (id) VALUES (1); END $$;\n",
    };
}

TEST_CASE("whole history: what others made says nothing of what nobody speaks of") {
    for (const std::string& sql : naming("accounts")) {
        INFO(sql);
        CHECK(second(kUsers + sql).empty());
    }
    CHECK(second(kUsers, "UPDATE accounts SET note = '' WHERE id = 1;\n" + kIfNotExists).empty());
}

TEST_CASE("whole history: what migrations speak of and none made is counted as an old one") {
    for (const std::string& sql : naming("orders")) {
        INFO(sql);
        CHECK(second(kUsers + sql) == kBlocks);
        // Dropped, it is there no more.
        CHECK(second(kUsers + sql + "DROP TABLE IF EXISTS orders CASCADE;\n").empty());
    }
    CHECK(second(kUsers, "UPDATE orders SET user_id = 1 WHERE id = 1;\n" + kIfNotExists) == kBlocks);
    CHECK(second(kUsers, "ALTER TABLE IF EXISTS orders ADD COLUMN note text;\n" + kIfNotExists)
              .contains("create-index-not-concurrent high ?"));
    CHECK(
        second(kUsers, "DROP TABLE IF EXISTS older;\n" + kIfNotExists).contains("create-index-not-concurrent high ?") ==
        false);
}

TEST_CASE("whole history: migrations that begin on an older database may find any table there") {
    CHECK(second("ALTER TABLE accounts ADD COLUMN note text;\n" + kUsers) == kBlocks);
    CHECK(second("INSERT INTO accounts VALUES (1);\n" + kUsers) == kBlocks);
    CHECK(second("ALTER TABLE IF EXISTS accounts ADD COLUMN note text;\n" + kUsers).empty());
    // Where many that followed never name it, it is not there.
    Files many{{"migrations/0001_a.sql", "ALTER TABLE accounts ADD COLUMN note text;\n" + kUsers}};
    for (int i = 10; i < 40; ++i)
        many["migrations/00" + std::to_string(i) + "_a.sql"] =
            "CREATE TABLE t" + std::to_string(i) + " (id bigint PRIMARY KEY);\n";
    CHECK(found(many, "migrations/0050_b.sql", kIfNotExists).empty());
    many["migrations/0040_a.sql"] = "ALTER TABLE orders ADD COLUMN note text;\n";
    CHECK(found(many, "migrations/0050_b.sql", kIfNotExists) == kBlocks);
    CHECK(second("ALTER TABLE auth.users ADD COLUMN note text;\n" + kUsers).empty());
}

TEST_CASE("whole history: what was not read, or is not there, may have made any table") {
    const std::string unread = "DO $$ BEGIN PERFORM make_tables(); EXECUTE (SELECT sql FROM users); END $$;\n";
    CHECK(second(kUsers + unread) == kBlocks);
    // The first that ran is not there.
    CHECK(found({}, "migrations/0007_b.sql", kIfNotExists) == kBlocks);
    CHECK(found({{"migrations/0006_a.sql", kUsers}}, "migrations/0007_b.sql", kIfNotExists) == kBlocks);

    // Another program's migrations are a history of their own, folders that one program reads are one.
    const auto beside = [&](const std::string& path, const std::string& sql) {
        return found({{"db/migrations/0001_a.sql", kUsers}, {path, sql}}, "db/migrations/0002_b.sql", kIfNotExists);
    };
    CHECK(beside("billing/migrations/0001_a.sql", unread).empty());
    CHECK(beside("billing/migrations/0007_a.sql", "CREATE TABLE bills (id bigint PRIMARY KEY);\n").empty());
    CHECK(beside("db/migrations/later/0001_a.sql", unread) == kBlocks);
    CHECK(beside("db/post_migrations/0001_a.sql", unread) == kBlocks);
    CHECK(beside("db/post_migrations/0007_a.sql", "CREATE TABLE bills (id bigint PRIMARY KEY);\n") == kBlocks);
    // What they name is there for all of the database.
    CHECK(beside("billing/migrations/0001_a.sql", "ALTER TABLE orders ADD COLUMN note text;\n") == kBlocks);
}

TEST_CASE("whole history: materialized views and sequences that are made if they are absent") {
    const std::string totals =
        "CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT id FROM users WHERE id = 1;\n"
        "CREATE UNIQUE INDEX totals_id ON totals (id);\n";
    CHECK_FALSE(second(kUsers, totals).contains("create-index-not-concurrent high ?"));
    CHECK_FALSE(second(kUsers + "ALTER TABLE accounts ADD COLUMN note text;\n", totals)
                    .contains("create-index-not-concurrent high ?"));
    CHECK(
        second(kUsers + "REFRESH MATERIALIZED VIEW totals;\n", totals).contains("create-index-not-concurrent high ?"));
    CHECK(second(kUsers + "CREATE VIEW v AS SELECT id FROM totals;\n", totals)
              .contains("create-index-not-concurrent high ?"));
}

/// IF <condition> THEN <sql> END IF;
std::string branch(const std::string& condition, const std::string& sql) {
    return "DO $$ BEGIN IF " + condition + (condition.ends_with("ELSE") ? " " : " THEN ") + sql + " END IF; END $$;\n";
}

std::string is_there(const std::string& table) {
    return "EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' AND table_name = '" + table +
           "')";
}

const std::string kIndex = "create-index-not-concurrent high";
const std::string kPerhapsIndex = kIndex + " ?";

bool builds_index(const std::set<std::string>& all) { return all.contains(kIndex) || all.contains(kPerhapsIndex); }

TEST_CASE("branches: a table that one made is as new as one that is made if it is absent") {
    const std::string made = "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL);";
    const std::string index = "CREATE INDEX orders_user ON orders (user_id);\n";
    for (const std::string& condition :
         {"NOT " + is_there("orders"), std::string("to_regclass('public.orders') IS NULL"),
          std::string("EXISTS (SELECT 1 FROM users WHERE id = 1)"),
          "NOT " + is_there("orders") + " AND " + is_there("users")}) {
        INFO(condition);
        const std::string change = branch(condition, made) + index;
        CHECK_FALSE(builds_index(second(kUsers, change)));
        CHECK(builds_index(second(kUsers + "ALTER TABLE orders ADD COLUMN note text;\n", change)));
        CHECK(builds_index(found({}, "migrations/0007_b.sql", change)));
    }
    const std::string caught = "DO $$ BEGIN " + made + " EXCEPTION WHEN duplicate_table THEN NULL; END $$;\n" + index;
    CHECK_FALSE(builds_index(second(kUsers, caught)));
    CHECK(builds_index(second(kUsers + "DELETE FROM orders WHERE id = 1;\n", caught)));
}

TEST_CASE("branches: whichever name a table has, it is as old as it is") {
    const std::string orders = "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL);\n";
    const auto renamed = [](const std::string& from, const std::string& to) {
        return branch(is_there(from) + " AND NOT " + is_there(to), "ALTER TABLE " + from + " RENAME TO " + to + ";");
    };
    const auto index_on = [](const std::string& table) { return "CREATE INDEX ON " + table + " (id, id);\n"; };
    for (const char* table : {"orders", "purchases"}) {
        INFO(table);
        CHECK_FALSE(builds_index(second(kUsers, orders + renamed("orders", "purchases") + index_on(table))));
        CHECK(builds_index(second(kUsers + orders, renamed("orders", "purchases") + index_on(table))));
        CHECK(builds_index(second(kUsers + orders, renamed("orders", "purchases") + "CREATE TABLE IF NOT EXISTS " +
                                                       table + " (id bigint);\n" + index_on(table))));
    }
    // One took the other's name, or did not.
    const std::string swapped = branch("EXISTS (SELECT 1 FROM flags)",
                                       "ALTER TABLE users RENAME TO users_old; ALTER TABLE users_new RENAME TO users;");
    const std::string both = "CREATE TABLE users_new (id bigint);\n" + swapped;
    CHECK(builds_index(second(kUsers, both + index_on("users"))));
    CHECK(builds_index(second(kUsers, both + index_on("users_old"))));
    // The catalog tells that the branch runs.
    CHECK_FALSE(builds_index(second(kUsers, "CREATE TABLE users_new (id bigint);\n" +
                                                branch(is_there("users"),
                                                       "ALTER TABLE users RENAME TO users_old; "
                                                       "ALTER TABLE users_new RENAME TO users;") +
                                                index_on("users"))));
}

TEST_CASE("branches: the catalog answers for what the change made and for what was dropped") {
    const std::string add = "ALTER TABLE users ADD CONSTRAINT positive CHECK (id > 0);";
    const auto checks = [&](const std::string& first, const std::string& before, const std::string& condition) {
        const auto all = second(first, before + branch(condition, add));
        return std::any_of(all.begin(), all.end(),
                           [](const std::string& one) { return one.starts_with("add-check-not-valid-missing"); });
    };
    const std::string dropped = kUsers + "CREATE TABLE orders (id bigint);\nDROP TABLE orders;\n";
    CHECK_FALSE(checks(dropped, "", is_there("orders")));
    CHECK_FALSE(checks(dropped, "", "to_regclass('public.orders') IS NOT NULL"));
    CHECK_FALSE(checks(dropped, "", is_there("orders") + " AND EXISTS (SELECT 1 FROM pg_tables)"));
    CHECK_FALSE(checks(dropped, "", is_there("users") + " AND " + is_there("orders")));
    CHECK(checks(dropped, "", "NOT " + is_there("orders")));
    CHECK(checks(dropped, "", is_there("orders") + " OR " + is_there("users")));
    // ELSIF and ELSE run where those before them do not.
    const std::string other = "EXISTS (SELECT 1 FROM users WHERE id = 1)";
    CHECK_FALSE(checks(dropped, "", is_there("users") + " THEN NULL; ELSIF " + other));
    CHECK_FALSE(checks(dropped, "", other + " THEN NULL; ELSIF " + is_there("users") + " THEN NULL; ELSE"));
    CHECK(checks(dropped, "", is_there("orders") + " THEN NULL; ELSIF " + other));
    CHECK(checks(dropped, "", other + " THEN NULL; ELSIF " + is_there("users")));
    CHECK(checks(dropped, "", other + " THEN NULL; ELSE"));
    CHECK(checks(dropped, "", "(SELECT true) THEN NULL; ELSIF " + is_there("orders") + " THEN NULL; ELSE"));
    // Of what nobody speaks of nobody knows.
    CHECK(checks(kUsers, "", is_there("orders")));
    CHECK(checks(kUsers, "", "to_regclass('orders') IS NOT NULL"));
    const std::string column =
        "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'orders' AND "
        "column_name = 'note')";
    CHECK_FALSE(checks(kUsers, "CREATE TABLE orders (id bigint);\n", column));
    CHECK(checks(kUsers, "CREATE TABLE orders (id bigint, note text);\n", column));
    CHECK(checks(kUsers, "CREATE TABLE IF NOT EXISTS orders (id bigint);\n", column));
}

TEST_CASE("whole history: IF EXISTS on what a migration dropped does nothing, on what none speaks of it may") {
    const std::string made_and_dropped =
        "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\nCREATE INDEX orders_user ON orders (user_id);\n"
        "DROP TABLE orders;\nALTER TABLE users ADD COLUMN note text;\nALTER TABLE users DROP COLUMN note;\n";
    for (const char* sql : {"DROP TABLE IF EXISTS orders;\n", "ALTER TABLE users DROP COLUMN IF EXISTS note;\n",
                            "DROP TABLE IF EXISTS orders CASCADE;\n"}) {
        INFO(sql);
        CHECK(second(kUsers + made_and_dropped, sql).empty());
        CHECK_FALSE(second(kUsers, sql).empty());
    }
}

TEST_CASE("whole history: files that a shell names begin with number one, or are several with dates") {
    std::deque<MigrationFile> named;
    const auto files = [&](const std::vector<std::string>& paths) {
        std::vector<const MigrationFile*> all;
        for (const std::string& path : paths) {
            named.emplace_back().path = path;
            all.push_back(&named.back());
        }
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
