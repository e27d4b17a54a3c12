// How each tool says a recipe's step, and what of the author's own text it takes.

#include "author/author.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "analyze/lower/lower.h"
#include "author/native.h"
#include "author/written.h"
#include "core/text.h"
#include "extract/extract.h"

using namespace pgfence;

namespace {

std::string said(const std::string& format, const std::string& sql, const author::Written& written = {},
                 bool outside = false, bool changes_state = false) {
    const Lowered lowered = lower(sql);
    author::Step step;
    for (const LoweredStatement& one : lowered.statements)
        step.statements.push_back({std::string_view(sql).substr(one.begin, one.end - one.begin), one.actions});
    step.written = written;
    step.outside_transaction = outside;
    step.changes_state = changes_state;
    const auto code = author::code(format, step);
    return code ? code->text : "SQL";
}

}  // namespace

TEST_CASE("every format has a word for how its runner leaves the transaction out") {
    for (const extract::FormatInfo& format : extract::all_formats()) {
        INFO(format.id);
        const std::string_view how = author::without_transaction(format.id);
        CHECK(how.size() > 20);
        CHECK_FALSE(how.ends_with('.'));
        CHECK(std::count(how.begin(), how.end(), '`') % 2 == 0);
        CHECK(author::gives_own_file(format.id, {}) == contains(how, " of its own"));
    }
    CHECK(author::without_transaction("nobody's").empty());
    const auto says = [](std::string_view format, std::string_view words) {
        return author::without_transaction(format).find(words) != std::string_view::npos;
    };
    CHECK(says("goose", "-- +goose NO TRANSACTION"));
    CHECK(says("dbmate", "-- migrate:up transaction:false"));
    CHECK(says("sqlx", "-- no-transaction"));
    CHECK(says("diesel", "run_in_transaction = false"));
    CHECK(says("prisma", "a migration of its own"));
    CHECK(says("rails", "disable_ddl_transaction!"));
}

TEST_CASE("a way out of the transaction that the locked version lacks is not offered") {
    struct Case {
        std::string format, old, fresh, way;
    };
    for (const Case& one : std::vector<Case>{{"sqlx", "0.7.4", "0.8.0", "`-- no-transaction`"},
                                             {"diesel", "1.4.8", "2.0.0", "run_in_transaction"},
                                             {"rails", "3.2.16", "4.0.0", "disable_ddl_transaction!"},
                                             {"django", "1.9.13", "1.10", "atomic = False"},
                                             {"alembic", "1.1.0", "1.2.0", "autocommit_block"},
                                             {"typeorm", "0.3.10", "0.3.11", "transaction = false"}}) {
        INFO(one.format);
        const std::string sql = "CREATE INDEX CONCURRENTLY i ON t (a)";
        const Lowered lowered = lower(sql);
        const auto told = [&](std::string_view version) {
            author::Step step{{{sql, lowered.statements.front().actions}}, {}, version, true};
            return author::without_transaction(one.format, step) + "|" +
                   author::code(one.format, step).value_or(author::Code{}).text;
        };
        CHECK(contains(told(one.old), one.old + " of the runner always runs a "));
        CHECK(contains(told(one.old), "by hand (psql)"));
        CHECK(told(one.old).ends_with("|"));
        CHECK_FALSE(contains(told(one.old), one.way));
        CHECK(author::runs_only_by_hand(one.format, one.old));
        for (const std::string_view version : {std::string_view(one.fresh), std::string_view()}) {
            CHECK(contains(told(version), one.way));
            CHECK_FALSE(author::runs_only_by_hand(one.format, version));
        }
    }
}

TEST_CASE("code goes by what the locked version of the tool has") {
    const auto code = [](const std::string& format, const std::string& sql, std::string_view version) {
        const Lowered lowered = lower(sql);
        const author::Step step{{{sql, lowered.statements.front().actions}}, {}, version};
        return author::code(format, step).value_or(author::Code{}).text;
    };
    const std::string key = "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID";
    CHECK(code("rails", key, "5.1.7").starts_with("execute"));
    CHECK(code("rails", key, "5.2.0").starts_with("add_foreign_key"));
    CHECK(code("rails", "ALTER TABLE orders VALIDATE CONSTRAINT k", "5.1").starts_with("execute"));
    CHECK(code("rails", "CREATE INDEX i ON orders (note)", "3.2.16") == "add_index :orders, :note, name: \"i\"");
    CHECK(code("rails", "CREATE INDEX i ON orders (note) WHERE note IS NOT NULL", "3.2.16").starts_with("execute"));
}

TEST_CASE("Django's state keeps what an operation says, also one with a set") {
    const std::string sql = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a, b)";
    const Lowered lowered = lower(sql);
    author::Step step{{{sql, lowered.statements.front().actions}}, {}, "", true, true};
    for (const std::string call : {"migrations.AlterUniqueTogether(name='t', unique_together={('a', 'b')})",
                                   "migrations.AlterUniqueTogether(name='t', unique_together=KEYS)"}) {
        step.written = {call, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b)"};
        const std::string code = author::code("django", step).value_or(author::Code{}).text;
        CHECK(code.starts_with("migrations.SeparateDatabaseAndState("));
        CHECK(contains(code, "        " + call + ","));
        CHECK(contains(code, "of this file") == contains(call, "KEYS"));
    }
}

TEST_CASE("what runs by hand is kept in the migration as what does nothing then, or is left out of it") {
    bool behind_own = false;
    const auto stays = [&](std::string_view format, const std::string& sql) {
        const Lowered lowered = lower(sql);
        author::Step step;
        for (const LoweredStatement& one : lowered.statements)
            step.statements.push_back({std::string_view(sql).substr(one.begin, one.end - one.begin), one.actions});
        step.behind_own = behind_own;
        const std::string whole = author::without_transaction(format, step);
        const std::string_view own = author::without_transaction(format);
        REQUIRE(whole.starts_with(own));
        return whole.substr(own.size());
    };
    const std::string then = " and without `CONCURRENTLY`, where it then does nothing (suppress this finding there)";
    for (const char* format : {"drizzle", "refinery", "pop", "fizz"}) {
        CHECK(author::runs_only_by_hand(format));
        CHECK(stays(format, "CREATE INDEX CONCURRENTLY i ON orders (note);") ==
              " before the deployment, and keep it in the migration with `IF NOT EXISTS`" + then);
        // IF NOT EXISTS asks for a name.
        CHECK(stays(format, "CREATE INDEX CONCURRENTLY ON orders (note);") ==
              " before the deployment, and keep it in the migration with a name, `IF NOT EXISTS`" + then);
        CHECK(stays(format, "DROP INDEX CONCURRENTLY i;") ==
              " before the deployment, and keep it in the migration with `IF EXISTS`" + then);
        for (const char* other : {"VACUUM orders;", "ALTER TABLE orders DETACH PARTITION old CONCURRENTLY;"})
            CHECK(stays(format, other) ==
                  " before the deployment, in every database, and leave it out of the migration");
    }
    behind_own = true;
    CHECK(
        stays("drizzle", "CREATE INDEX CONCURRENTLY i ON orders (note);") ==
        " once this migration is deployed without it, and add it in a later migration of its own with `IF NOT EXISTS`" +
            then);
    CHECK(stays("goose", "CREATE INDEX CONCURRENTLY i ON orders (note);").empty());
    CHECK(author::unit("liquibase") == "change set");
    CHECK(author::unit("nobody's") == "migration");
}

TEST_CASE("a call that sends other statements too goes on without the one that a recipe is about") {
    const auto left_out = [](const std::string& format, std::string_view call, bool builds_index) {
        return author::leave_out(format, {"", "", call, builds_index});
    };
    CHECK(left_out("rails", "add_reference :orders, :user, index: true", true) ==
          "`add_reference` here builds this index too: give it `index: false`");
    CHECK(left_out("rails", "create_join_table :a, :b", true) ==
          "the call here sends other statements too: write those without this one");
    CHECK(left_out("django", "migrations.AddField('order', 'user', models.ForeignKey())", true)
              .find("`db_index=False`") != std::string::npos);
    CHECK(left_out("django", "migrations.AlterField('order', 'note', models.TextField())", false)
              .find("a `RunSQL` for each of its other statements in `database_operations`") != std::string::npos);
    CHECK(left_out("django", "migrations.RunSQL(['a', 'b'])", false) ==
          "take this statement out of the operation that sends it");
    CHECK(left_out("django", "", false).empty());
    CHECK(left_out("goose", "a", false).empty());
}

TEST_CASE("a file that other databases run too is left alone") {
    CHECK(author::for_postgres_alone("popx", "20220328111500000000_a.up.sql").find("`.postgres.`") !=
          std::string::npos);
    CHECK(author::for_postgres_alone("popx", "20220328111500000000_a.postgres.up.sql").empty());
    CHECK(author::for_postgres_alone("goose", "1_a.sql").empty());
}

TEST_CASE("recipes in Ruby") {
    const auto rails = [](const std::string& sql) { return said("rails", sql); };
    CHECK(rails("CREATE INDEX CONCURRENTLY i ON orders (note);") ==
          "add_index :orders, :note, name: \"i\", algorithm: :concurrently");
    CHECK(rails("CREATE UNIQUE INDEX CONCURRENTLY i ON orders (a, b) WHERE a > 0;") ==
          "add_index :orders, [:a, :b], name: \"i\", unique: true, where: \"a > 0\", algorithm: :concurrently");
    CHECK(rails("ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users (id) "
                "ON DELETE CASCADE NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT k;") ==
          "add_foreign_key :orders, :users, column: :user_id, name: \"k\", on_delete: :cascade, validate: false\n"
          "validate_constraint :orders, :k");
    CHECK(rails("ALTER TABLE orders ADD CONSTRAINT c CHECK (note <> '#{x}') NOT VALID;") ==
          "add_check_constraint :orders, \"note <> '\\#{x}'\", name: \"c\", validate: false");
    CHECK(rails("ALTER TABLE orders ALTER COLUMN note SET NOT NULL;") == "change_column_null :orders, :note, false");
    CHECK(rails("DROP INDEX CONCURRENTLY i;") == "execute <<~SQL\n  DROP INDEX CONCURRENTLY i\nSQL");
    CHECK(rails("SELECT '#{x}';") == "execute <<~'SQL'\n  SELECT '#{x}'\nSQL");
    // Nothing of this can be said but as SQL.
    for (const char* sql : {"CREATE INDEX CONCURRENTLY i ON orders (note) WITH (fillfactor = 70);",
                            "CREATE INDEX CONCURRENTLY ON orders (note);",
                            "ALTER TABLE orders ALTER COLUMN note SET NOT NULL, ALTER COLUMN total SET NOT NULL;",
                            "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES b NOT VALID;"})
        CHECK(rails(sql).starts_with("execute <<~SQL\n"));
}

TEST_CASE("recipes in Sequel's Ruby") {
    const auto sequel = [](const std::string& sql) { return said("sequel", sql); };
    CHECK(sequel("CREATE INDEX CONCURRENTLY i ON orders (note);") ==
          "add_index :orders, [:note], name: :i, concurrently: true");
    CHECK(sequel("CREATE UNIQUE INDEX CONCURRENTLY i ON app.orders (a, b) WHERE a > 0;") ==
          "add_index Sequel[:app][:orders], [:a, :b], name: :i, unique: true, where: Sequel.lit(\"a > 0\"), "
          "concurrently: true");
    CHECK(sequel("ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users (id) "
                 "ON DELETE CASCADE NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT k;") ==
          "alter_table(:orders) do\n  add_foreign_key [:user_id], :users, key: [:id], name: :k, on_delete: :cascade, "
          "not_valid: true\nend\nalter_table(:orders) do\n  validate_constraint :k\nend");
    CHECK(sequel("ALTER TABLE orders ADD CONSTRAINT c CHECK (note <> '#{x}') NOT VALID;") ==
          "alter_table(:orders) do\n  add_constraint({name: :c, not_valid: true}, Sequel.lit(\"note <> "
          "'\\#{x}'\"))\nend");
    CHECK(sequel("ALTER TABLE orders ALTER COLUMN note SET NOT NULL;") ==
          "alter_table(:orders) do\n  set_column_not_null :note\nend");
    CHECK(sequel("DROP INDEX CONCURRENTLY i;") == "run <<~SQL\n  DROP INDEX CONCURRENTLY i\nSQL");
    const author::Written add{"add_index :orders, :note",
                              "CREATE INDEX \"orders_note_index\" ON \"orders\" (\"note\")"};
    const std::string build = "CREATE INDEX CONCURRENTLY \"orders_note_index\" ON \"orders\" (\"note\");";
    CHECK(said("sequel", build, add) == "add_index :orders, :note, concurrently: true");
    // In alter_table the same call has no table.
    const author::Written inside{"add_index :note, name: :orders_note_index", add.sql};
    CHECK(said("sequel", build, inside) == "add_index :orders, [:note], name: :orders_note_index, concurrently: true");
}

TEST_CASE("recipes in Elixir") {
    const auto ecto = [](const std::string& sql) { return said("ecto", sql); };
    CHECK(ecto("CREATE INDEX CONCURRENTLY i ON orders (note);") ==
          "create index(:orders, [:note], name: \"i\", concurrently: true)");
    CHECK(ecto("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON shop.orders USING gin (a, \"B\") WHERE a > 0;") ==
          "create_if_not_exists unique_index(:orders, [:a, :\"B\"], name: \"i\", concurrently: true, using: \"gin\", "
          "where: \"a > 0\", prefix: \"shop\")");
    CHECK(ecto("ALTER TABLE orders ADD CONSTRAINT c CHECK (note <> '#{x}') NOT VALID;") ==
          "create constraint(:orders, :c, check: \"note <> '\\#{x}'\", validate: false)");
    CHECK(ecto("ALTER TABLE orders DROP COLUMN note;") == "alter table(:orders) do\n  remove :note\nend");
    CHECK(ecto("ALTER TABLE orders VALIDATE CONSTRAINT c;\nSELECT '#{x}';") ==
          "execute \"ALTER TABLE orders VALIDATE CONSTRAINT c\"\nexecute ~S\"\"\"\nSELECT '#{x}'\n\"\"\"");
    const author::Written add{"create index(:orders, [:note])",
                              "CREATE INDEX \"orders_note_index\" ON \"orders\" (\"note\")"};
    CHECK(said("ecto", "CREATE INDEX CONCURRENTLY \"orders_note_index\" ON \"orders\" (\"note\");", add) ==
          "create index(:orders, [:note], concurrently: true)");
    const author::Written drop{"drop_if_exists(index(:orders, [:note]))", "DROP INDEX IF EXISTS \"orders_note_index\""};
    CHECK(said("ecto", "DROP INDEX CONCURRENTLY IF EXISTS \"orders_note_index\";", drop) ==
          "drop_if_exists(index(:orders, [:note], concurrently: true))");
}

TEST_CASE("recipes in Python") {
    CHECK(said("alembic", "CREATE INDEX CONCURRENTLY i ON shop.orders (note) WHERE note <> ':a';", {}, true) ==
          "with op.get_context().autocommit_block():\n    op.create_index(\"i\", \"orders\", [\"note\"], "
          "schema=\"shop\", "
          "postgresql_where=sa.text(\"note <> '\\\\:a'\"), postgresql_concurrently=True)");
    CHECK(said("alembic", "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;") ==
          "op.alter_column(\"orders\", \"note\", nullable=False)");
    CHECK(said("alembic", "ALTER TABLE orders VALIDATE CONSTRAINT c;") ==
          "op.execute(\"ALTER TABLE orders VALIDATE CONSTRAINT c\")");
    CHECK(said("django", "DROP TABLE \"a\";") == "migrations.RunSQL('DROP TABLE \"a\"'),");
    const author::Written add{
        "migrations.AddIndex(\n    model_name='order',\n    index=models.Index(fields=['note'], "
        "name='i'),\n)",
        "CREATE INDEX \"i\" ON \"shop_order\" (\"note\")"};
    CHECK(said("django", "CREATE INDEX CONCURRENTLY \"i\" ON \"shop_order\" (\"note\");", add, true) ==
          "# from django.contrib.postgres.operations import AddIndexConcurrently\n"
          "AddIndexConcurrently(\n    model_name='order',\n    index=models.Index(fields=['note'], name='i'),\n),");
    const author::Written alter{"migrations.AlterField('order', 'note', models.TextField())",
                                "ALTER TABLE \"shop_order\" ALTER COLUMN \"note\" SET NOT NULL"};
    CHECK(said("django", "SELECT 1;", alter, false, true) ==
          "migrations.SeparateDatabaseAndState(\n    database_operations=[\n        migrations.RunSQL(\"SELECT 1\"),\n"
          "    ],\n    state_operations=[\n        migrations.AlterField('order', 'note', models.TextField()),\n    "
          "],\n),");
    CHECK(said("django", "SELECT 1;", alter) == "migrations.RunSQL(\"SELECT 1\"),");
}

TEST_CASE("recipes take the author's own call where that says it") {
    const author::Written add{"add_index :orders, :note",
                              "CREATE INDEX \"index_orders_on_note\" ON \"orders\" (\"note\")"};
    CHECK(said("rails", "CREATE INDEX CONCURRENTLY \"index_orders_on_note\" ON \"orders\" (\"note\");", add) ==
          "add_index :orders, :note, algorithm: :concurrently");
    const author::Written remove{"remove_index(:orders, name: \"i\")", "DROP INDEX \"i\""};
    CHECK(said("rails", "DROP INDEX CONCURRENTLY i;", remove) ==
          "remove_index(:orders, name: \"i\", algorithm: :concurrently)");
    const author::Written drop{"remove_column :orders, :note, :text", "ALTER TABLE \"orders\" DROP COLUMN \"note\""};
    CHECK(said("rails", "ALTER TABLE \"orders\" DROP COLUMN \"note\";", drop) == drop.call);
    // Not what hangs on the program around it.
    for (const std::string_view call :
         {"add_index table, :note", "t.index :note", "add_index :orders, \"a#{b}\"", "add_index :orders, COLUMNS",
          "execute <<~SQL", "add_index(*given)", "add_index :orders, :note, where: condition"})
        CHECK_FALSE((author::stands_alone(call) && author::callee(call).find('.') == std::string_view::npos));
}

TEST_CASE("recipes tell Rails and Ecto how to stop reading a column") {
    const std::string sql = "ALTER TABLE orders DROP COLUMN note, DROP COLUMN total;";
    const Lowered lowered = lower(sql);
    author::Step step;
    step.statements.push_back({sql, lowered.statements.front().actions});
    CHECK(author::stop_reading("rails", step).find("self.ignored_columns += [\"note\", \"total\"]") !=
          std::string::npos);
    CHECK(author::stop_reading("goose", step).empty());
    const std::string one = "ALTER TABLE orders DROP COLUMN note";
    const Lowered of_one = lower(one);
    author::Step single;
    single.statements.push_back({one, of_one.statements.front().actions});
    CHECK(author::stop_reading("ecto", single) == "taking `field :note` out of the schema keeps it from being read");
}
