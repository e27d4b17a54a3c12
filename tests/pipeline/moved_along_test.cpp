// A fix that moves a statement behind its file takes along what needs it: held against the replayed catalog.

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "pipeline/files.h"
#include "pipeline/review.h"

using namespace pgfence;

namespace {

constexpr std::string_view kSchema =
    "SET lock_timeout = '5s';\n"
    "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n"
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, note text, total numeric);\n"
    "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;\n"
    "CREATE TABLE totals (id bigint PRIMARY KEY, sum numeric);";

Report reviewed(const std::string& format, const std::vector<std::string>& change) {
    pipeline::FilesRequest request;
    request.files = {{"db/1_a.sql", std::string(kSchema), MigrationFile::Role::history}};
    for (std::size_t i = 0; i < change.size(); ++i)
        request.files.push_back({fmt::format("db/{}_b.sql", i + 2), change[i]});
    request.choices.format = format;
    request.choices.pg_version = 16;
    request.choices.today = "2026-01-01";
    auto prepared = pipeline::prepare_files(request);
    REQUIRE(prepared);
    prepared->config.severities.rules["wide-lock-window"] = Severity::warning;
    return pipeline::review(std::move(*prepared));
}

struct Said {
    bool found = false;
    std::vector<RecipeStep> steps;
};
/// Of the first finding of the rule.
Said said(const std::string& format, const std::vector<std::string>& change, std::string_view rule) {
    for (const FileReport& file : reviewed(format, change).files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == rule)
                    return {true, graded.finding.recipe ? graded.finding.recipe->steps : std::vector<RecipeStep>{}};
    return {};
}
std::string first_sql(const std::string& format, const std::vector<std::string>& change, std::string_view rule) {
    const Said all = said(format, change, rule);
    REQUIRE(all.found);
    return all.steps.empty() ? "" : all.steps.front().sql;
}

constexpr std::string_view kBackfill = "ddl-and-backfill-same-transaction";

}  // namespace

TEST_CASE("moved along: what needs the rows that a moved statement changes goes behind it") {
    const std::string add = "ALTER TABLE orders ADD COLUMN day date;\n",
                      fill = "UPDATE orders SET day = now() WHERE total > 1;";
    const auto moved = [&](const std::string& behind) {
        return first_sql("flyway", {add + fill + "\n" + behind}, kBackfill);
    };
    for (const std::string behind :
         {"ALTER TABLE orders ALTER COLUMN day SET NOT NULL;", "ALTER TABLE orders DROP COLUMN total;",
          "CREATE UNIQUE INDEX orders_day ON orders (day);", "INSERT INTO totals SELECT id, total FROM orders;",
          "ALTER TABLE orders ADD CONSTRAINT c CHECK (day IS NOT NULL);", "ALTER TABLE orders RENAME COLUMN day TO d;",
          "ALTER TABLE orders RENAME TO o;", "DELETE FROM orders WHERE day IS NULL;", "DO $$ BEGIN PERFORM 1; END $$;",
          "CREATE TRIGGER t AFTER UPDATE ON orders EXECUTE FUNCTION f();"}) {
        INFO(behind);
        CHECK(moved(behind) == fill + "\n" + behind);
    }
    for (const std::string behind :
         {"ALTER TABLE orders ADD COLUMN remark text;", "CREATE INDEX orders_note ON orders (note);",
          "COMMENT ON COLUMN orders.day IS 'of the order';", "ALTER TABLE totals DROP COLUMN sum;",
          "CREATE TABLE parts (id bigint, order_id bigint REFERENCES orders (id));",
          "GRANT SELECT ON orders TO public;", "CREATE TYPE mood AS ENUM ('a');",
          "ALTER TABLE orders ADD COLUMN n integer NOT NULL DEFAULT 0;", "SET statement_timeout = '1min';"}) {
        INFO(behind);
        CHECK(moved(behind) == fill);
    }
}

TEST_CASE("moved along: what one of them needs goes with it") {
    const std::string fill = "UPDATE orders SET note = 'x' WHERE total > 1;",
                      copy = "INSERT INTO totals SELECT id, total FROM orders WHERE note = 'x';",
                      drop = "ALTER TABLE totals DROP COLUMN sum;", other = "ALTER TABLE users ADD COLUMN day date;";
    const std::string file =
        "ALTER TABLE orders ADD COLUMN day date;\n" + fill + "\n" + copy + "\n" + other + "\n" + drop;
    CHECK(first_sql("flyway", {file}, kBackfill) == fill + "\n" + copy + "\n" + drop);
    const RecipeStep step = said("flyway", {file}, kBackfill).steps.front();
    CHECK(step.where == "in a migration of its own, behind this one");
    CHECK(step.note == "2 statements behind it need it, or change what it needs: they move along");
    CHECK(contains(said("rails",
                        {"class A < ActiveRecord::Migration[7.0]\n  def up\n    add_column :orders, :day, :date\n"
                         "    execute \"" +
                         fill + "\"\n    execute \"" + copy + "\"\n  end\nend\n"},
                        kBackfill)
                       .steps.front()
                       .note,
                   "what stands behind it and needs it moves along, in this order: `INSERT INTO totals"));
}

TEST_CASE("moved along: a column that a wide lock moves takes its foreign key along") {
    const std::string key =
        "ALTER TABLE users ADD CONSTRAINT k FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;";
    CHECK(first_sql(
              "flyway",
              {"ALTER TABLE orders ADD COLUMN a text;\nALTER TABLE totals ADD COLUMN a text;\nALTER TABLE users ADD "
               "COLUMN order_id bigint;\n" +
               key},
              "wide-lock-window") == "ALTER TABLE users ADD COLUMN order_id bigint;\n" + key);
}

TEST_CASE("moved along: a key with another action waits as a pair, or not at all") {
    const std::string drop = "ALTER TABLE orders DROP CONSTRAINT orders_user;",
                      add =
                          "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) "
                          "ON DELETE RESTRICT NOT VALID;",
                      other =
                          "ALTER TABLE orders ADD CONSTRAINT orders_users FOREIGN KEY (user_id) REFERENCES users (id) "
                          "ON DELETE RESTRICT NOT VALID;";
    const std::string rule = "foreign-key-action-change";
    CHECK(first_sql("flyway", {drop + "\n" + add}, rule) == drop + "\n" + add);
    CHECK(first_sql("flyway", {drop + "\nDELETE FROM orders WHERE user_id IS NULL;\n" + add}, rule).empty());
    CHECK(first_sql("flyway", {other + "\n" + drop}, rule).empty());
    CHECK(first_sql("flyway", {drop, add}, rule).empty());
    CHECK(contains(said("flyway", {drop + "\n" + add}, rule).steps.front().wait_for,
                   "a deploy whose code first deletes the rows of `orders` where it deletes rows of `public.users`"));
}

TEST_CASE("moved along: behind a deployment is behind the other files, too") {
    const std::string add = "ALTER TABLE orders ADD COLUMN day date;\n--> statement-breakpoint\n",
                      fill = "UPDATE orders SET day = now() WHERE total > 1;",
                      set = "ALTER TABLE orders ALTER COLUMN day SET NOT NULL;";
    CHECK(first_sql("drizzle", {add + fill}, kBackfill) == fill);
    CHECK(first_sql("drizzle", {add + fill, set}, kBackfill).empty());
    CHECK(first_sql("drizzle", {add + fill + "\n--> statement-breakpoint\n" + set}, kBackfill) == fill + "\n" + set);
    CHECK(first_sql("flyway", {add + fill, set}, kBackfill) == fill);
}

TEST_CASE("moved along: nothing is written in front of an index that has to run alone, or in place of a call") {
    const auto index = said("flyway",
                            {"ALTER TABLE orders ADD COLUMN day date;\nCREATE UNIQUE INDEX orders_day ON orders "
                             "(day);\nALTER TABLE orders REPLICA IDENTITY USING INDEX orders_day;"},
                            "index-build-after-alter-same-transaction");
    REQUIRE(index.steps.size() == 2);
    CHECK(index.steps[0].sql == "CREATE UNIQUE INDEX CONCURRENTLY orders_day ON orders (day);");
    CHECK(index.steps[1].sql == "ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_day;");
    CHECK(index.steps[1].where == "in a migration of its own");
}

TEST_CASE("moved along: what runs by hand has one order") {
    const auto index = said("drizzle",
                            {"ALTER TABLE orders ADD COLUMN day date;\n--> statement-breakpoint\n"
                             "CREATE INDEX orders_day ON orders (day);"},
                            "index-build-after-alter-same-transaction");
    REQUIRE(index.steps.size() == 1);
    CHECK(index.steps[0].where.empty());
    CHECK(contains(index.steps[0].setting,
                   "run this by hand (psql) once this migration is deployed without it, and add "
                   "it in a later migration of its own with `IF NOT EXISTS`"));
    CHECK_FALSE(contains(index.steps[0].setting, "before the deployment"));
}

TEST_CASE("moved along: a setting is asked of the migration alone") {
    const auto step = [](const std::string& format, const std::string& sql) {
        return said(format, {sql}, "missing-lock-timeout").steps.front();
    };
    const std::string add = "ALTER TABLE orders ADD COLUMN day date;";
    CHECK(step("prisma", add).sql == "SET lock_timeout = '5s';");
    CHECK(contains(step("prisma", add).note, "`RESET lock_timeout;` at its end"));
    CHECK(contains(step("prisma", add).note, "prisma migrate resolve"));
    CHECK(step("drizzle", add).sql == "SET LOCAL lock_timeout = '5s';");
    CHECK(contains(step("drizzle", add).note, "--> statement-breakpoint"));
    for (const std::string format : {"prisma", "drizzle"})
        CHECK_FALSE(
            said(format, {step(format, add).sql + "\n--> statement-breakpoint\n" + add}, "missing-lock-timeout").found);
}

TEST_CASE("moved along: an operation that sends other statements is not replaced by one of them") {
    const auto of = [](const std::string& operation, std::string_view rule) {
        const std::string text =
            "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
            "    dependencies = []\n    operations = [\n        " +
            operation + ",\n    ]\n";
        pipeline::FilesRequest request;
        const std::string models =
            "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
            "    dependencies = []\n    operations = [\n"
            "        migrations.CreateModel('user', [('id', models.BigAutoField(primary_key=True))]),\n"
            "        migrations.CreateModel('order', [('id', models.BigAutoField(primary_key=True)),\n"
            "                                         ('note', models.TextField(null=True))]),\n    ]\n";
        request.files = {{"shop/migrations/0001_a.py", models, MigrationFile::Role::history},
                         {"shop/migrations/0002_b.py", text}};
        request.choices.format = "django";
        request.choices.today = "2026-01-01";
        auto report = pipeline::prepare_files(request).map(pipeline::review);
        REQUIRE(report);
        std::vector<Recipe> recipes;
        for (const FileReport& file : report->files)
            for (const StatementReport& statement : file.statements)
                for (const Graded& graded : statement.findings)
                    if (graded.finding.rule == rule && graded.finding.recipe) recipes.push_back(*graded.finding.recipe);
        REQUIRE(!recipes.empty());
        return recipes.front().steps.front();
    };
    const RecipeStep index =
        of("migrations.AddField('order', 'user', models.ForeignKey('shop.user', models.CASCADE, null=True))",
           "index-build-after-alter-same-transaction");
    CHECK(index.place == StepPlace::elsewhere);
    CHECK(contains(index.note, "with `db_index=False` in `database_operations`"));
    const RecipeStep not_null =
        of("migrations.AlterField('order', 'note', models.TextField(default='x'))", "alter-column-set-not-null");
    CHECK(not_null.place == StepPlace::elsewhere);
    CHECK(contains(not_null.note, "a `RunSQL` for each of its other statements in `database_operations`"));
    CHECK(contains(not_null.note, "this step beside them"));
}

TEST_CASE("moved along: nothing that takes the place of what stays, and nothing of another branch") {
    const auto steps = [](const std::string& change) { return said("flyway", {change}, kBackfill).steps.size(); };
    const std::string add = "ALTER TABLE orders ADD COLUMN day date;\n",
                      fill = "UPDATE orders SET day = now() WHERE total > 1;\n";
    CHECK(steps(add + fill + "ALTER TABLE orders RENAME TO o;") == 1);
    // Until the second migration there would be no table of that name.
    CHECK(steps("ALTER TABLE totals RENAME TO totals_old;\n" + add + fill + "ALTER TABLE orders RENAME TO totals;") ==
          0);
    // Until then duplicates could come in.
    CHECK(steps("ALTER TABLE orders DROP CONSTRAINT orders_pkey;\n" + add + fill +
                "ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id, day);") == 0);
    CHECK(steps(add + fill + "ALTER TABLE orders ADD COLUMN day timestamptz;") == 0);
}

TEST_CASE("moved along: a constraint needs no index that lets duplicates in") {
    const auto index = [](const std::string& behind) {
        return said("flyway",
                    {"ALTER TABLE orders ADD COLUMN day date;\nCREATE INDEX orders_note ON orders (note);\n" + behind},
                    "index-build-after-alter-same-transaction");
    };
    for (const std::string behind :
         {"ALTER TABLE orders ADD CONSTRAINT note_once UNIQUE (note);",
          "ALTER TABLE orders ADD CONSTRAINT c CHECK (note <> '');",
          "ALTER TABLE orders ADD CONSTRAINT u FOREIGN KEY (user_id) REFERENCES users (id);"}) {
        INFO(behind);
        const Said all = index(behind);
        REQUIRE(all.steps.size() == 1);
        CHECK_FALSE(contains(all.steps.front().sql, behind));
    }
}

TEST_CASE("later steps go by the names that are there then") {
    const auto last = [](const std::vector<std::string>& change, std::string_view rule) {
        const Said all = said("flyway", change, rule);
        REQUIRE(all.steps.size() > 1);
        return all.steps[1].sql;
    };
    const std::string key = "ALTER TABLE orders ADD CONSTRAINT u FOREIGN KEY (user_id) REFERENCES users (id);\n";
    constexpr std::string_view kKey = "add-foreign-key-not-valid-missing";
    CHECK(last({key}, kKey) == "ALTER TABLE orders VALIDATE CONSTRAINT u;");
    CHECK(last({key + "ALTER TABLE orders RENAME TO purchases;"}, kKey) ==
          "ALTER TABLE purchases VALIDATE CONSTRAINT u;");
    CHECK(last({key + "ALTER TABLE users RENAME TO orders_of;"}, kKey) == "ALTER TABLE orders VALIDATE CONSTRAINT u;");
    CHECK(last({key + "ALTER TABLE orders RENAME CONSTRAINT u TO \"Buyer\";"}, kKey) ==
          "ALTER TABLE orders VALIDATE CONSTRAINT \"Buyer\";");
    CHECK(last({key, "ALTER TABLE orders RENAME TO purchases;"}, kKey) ==
          "ALTER TABLE purchases VALIDATE CONSTRAINT u;");
    // Renamed before: the statement itself has the new name.
    CHECK(last({"ALTER TABLE totals RENAME TO sums;\n" + key}, kKey) == "ALTER TABLE orders VALIDATE CONSTRAINT u;");
    const Said filled =
        said("flyway",
             {"ALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n"
              "ALTER TABLE orders RENAME COLUMN note TO remark;\nALTER TABLE orders RENAME TO purchases;"},
             "alter-column-set-not-null");
    REQUIRE(filled.steps.size() == 4);
    CHECK(contains(filled.steps[0].sql,
                   "ALTER TABLE orders ADD CONSTRAINT orders_note_not_null CHECK (note IS NOT NULL)"));
    CHECK(filled.steps[1].sql == "ALTER TABLE purchases VALIDATE CONSTRAINT orders_note_not_null;");
    CHECK(filled.steps[2].sql == "ALTER TABLE purchases ALTER COLUMN remark SET NOT NULL;");
    CHECK(filled.steps[3].sql == "ALTER TABLE purchases DROP CONSTRAINT orders_note_not_null;");
}

TEST_CASE("a new key is built beside the one whose name it takes") {
    const Said all = said("flyway",
                          {"ALTER TABLE orders DROP CONSTRAINT orders_pkey;\n"
                           "ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id, user_id);"},
                          "add-primary-key-without-index");
    REQUIRE(all.steps.size() > 1);
    CHECK(all.steps.front().sql == "CREATE UNIQUE INDEX CONCURRENTLY orders_pkey_new ON orders (id, user_id);");
    CHECK(
        all.steps.back().sql ==
        "ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX "
        "orders_pkey_new;");
}
