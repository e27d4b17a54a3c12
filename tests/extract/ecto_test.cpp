// Ecto's migrations: what is read, in which order it runs, and what is said about the rest. Whether it is what Ecto
// sends: tests/readers/ecto.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "extract/extract.h"
#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;
using namespace std::string_literals;

namespace {

const std::string kPath = "priv/repo/migrations/20240101000000_a.exs";

std::string module_with(const std::string& body) {
    return "defmodule MyApp.Repo.Migrations.A do\n  use Ecto.Migration\n" + body + "end\n";
}
std::string change(const std::string& body) { return module_with("  def change do\n    " + body + "\n  end\n"); }

Script read_text(const std::string& text, Files others = {}) {
    others[kPath] = text;
    return read(others, kPath, hints_of(others));
}
Script read_change(const std::string& body, const Files& others = {}) { return read_text(change(body), others); }

std::string sql_of(const std::string& body, const Files& others = {}) {
    const Script script = read_change(body, others);
    INFO(unread_of(script));
    CHECK(script.unread.empty());
    return squeezed(script.sql);
}

using Rows = std::vector<std::pair<std::string, std::string>>;

void check(const Rows& rows, const Files& others = {}) {
    for (const auto& [body, sql] : rows) {
        INFO(body);
        CHECK(sql_of(body, others) == sql);
    }
}

}  // namespace

TEST_CASE("Ecto: tables and columns") {
    check({
        {"create table(:a)", R"(CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"));)"},
        {"create table(\"a\", primary_key: false, prefix: \"p\") do\n  add :x, :binary_id, primary_key: true\nend",
         R"(CREATE TABLE "p"."a" ("x" uuid, PRIMARY KEY ("x"));)"},
        {"create table(:a, primary_key: [name: :k, type: :uuid])",
         R"(CREATE TABLE "a" ("k" uuid, PRIMARY KEY ("k"));)"},
        {"create_if_not_exists table(:a, options: \"WITH (fillfactor=70)\")",
         R"(CREATE TABLE IF NOT EXISTS "a" ("id" bigserial, PRIMARY KEY ("id")) WITH (fillfactor=70);)"},
        {"create table(:a, primary_key: false) do\n  timestamps\nend",
         R"(CREATE TABLE "a" ("inserted_at" timestamp(0) NOT NULL, "updated_at" timestamp(0) NOT NULL);)"},
        {"create table(:a, primary_key: false) do\n  timestamps(type: :utc_datetime_usec, updated_at: false, "
         "inserted_at: "
         ":at)\nend",
         R"(CREATE TABLE "a" ("at" timestamp NOT NULL);)"},
        {"alter table(:a) do\n  add :b, :string, size: 40, null: false, default: \"it's\"\nend",
         R"(ALTER TABLE "a" ADD COLUMN "b" varchar(40) DEFAULT 'it''s' NOT NULL;)"},
        {"alter table(:a) do\n  add :b, {:array, :string}, default: []\n  add :c, :decimal, precision: 10, scale: "
         "2\nend",
         R"(ALTER TABLE "a" ADD COLUMN "b" varchar(255)[] DEFAULT ARRAY[]::varchar[], ADD COLUMN "c" decimal(10,2);)"},
        {"alter table(:a) do\n  add :m, :map, default: %{b: [1], a: nil}\n  add :n, :naive_datetime, default: "
         "fragment(\"now()\")\nend",
         R"(ALTER TABLE "a" ADD COLUMN "m" jsonb DEFAULT '{"a":null,"b":[1]}', ADD COLUMN "n" timestamp(0) DEFAULT now();)"},
        {"alter table(:a) do\n  modify :b, :text, null: true, default: nil, from: :string\nend",
         R"(ALTER TABLE "a" ALTER COLUMN "b" TYPE text, ALTER COLUMN "b" DROP NOT NULL, ALTER COLUMN "b" SET DEFAULT NULL;)"},
        {"alter table(:a) do\n  modify :b, references(:c, on_delete: :delete_all), from: references(:c)\nend",
         R"(ALTER TABLE "a" DROP CONSTRAINT "a_b_fkey", ALTER COLUMN "b" TYPE bigint, ADD CONSTRAINT "a_b_fkey" )"
         R"(FOREIGN KEY ("b") REFERENCES "c"("id") ON DELETE CASCADE;)"},
        {"alter table(:a) do\n  remove :b\n  remove :c, :string, default: \"\"\n  remove_if_exists :d, :string\n"
         "  add_if_not_exists :e, :bigint\nend",
         R"(ALTER TABLE "a" DROP COLUMN "b", DROP COLUMN "c", DROP COLUMN IF EXISTS "d", ADD COLUMN IF NOT EXISTS "e" bigint;)"},
        {"alter table(:a) do\n  remove :b, references(:c)\nend",
         R"(ALTER TABLE "a" DROP CONSTRAINT "a_b_fkey", DROP COLUMN "b";)"},
        {"alter table(:a, comment: \"x\") do\n  add :b, :integer, generated: \"ALWAYS AS (1) STORED\", comment: "
         "\"y\"\nend",
         R"(ALTER TABLE "a" ADD COLUMN "b" integer GENERATED ALWAYS AS (1) STORED; COMMENT ON TABLE "a" IS 'x'; )"
         R"(COMMENT ON COLUMN "a"."b" IS 'y';)"},
        {"drop table(:a)", R"(DROP TABLE "a";)"},
        {"drop_if_exists table(:a, prefix: :p), mode: :cascade", R"(DROP TABLE IF EXISTS "p"."a" CASCADE;)"},
        {"rename table(:a), to: table(:b)", R"(ALTER TABLE "a" RENAME TO "b";)"},
        {"rename table(:a), :b, to: :c", R"(ALTER TABLE "a" RENAME "b" TO "c";)"},
        {"rename index(:a, [:b]), to: \"c\"", R"(ALTER INDEX "a_b_index" RENAME TO "c";)"},
    });
}

TEST_CASE("Ecto: references") {
    const auto add = [](const std::string& key) { return "alter table(:a) do\n  add :b, " + key + "\nend"; };
    const std::string begin = R"(ALTER TABLE "a" ADD COLUMN "b" bigint, ADD CONSTRAINT "a_b_fkey" FOREIGN KEY ("b") )";
    check({
        {add("references(:c)"), begin + R"(REFERENCES "c"("id");)"},
        {add("references(\"c\", on_delete: :nilify_all, on_update: :update_all)"),
         begin + R"(REFERENCES "c"("id") ON DELETE SET NULL ON UPDATE CASCADE;)"},
        {add("references(:c), size: 20"), begin + R"(REFERENCES "c"("id");)"},
        {add("references(:c, validate: false)"), begin + R"(REFERENCES "c"("id") NOT VALID;)"},
        {add("references(:c, prefix: \"p\", match: :full)"), begin + R"(REFERENCES "p"."c"("id") MATCH FULL;)"},
        {add("references(:c, on_delete: {:nilify, [:x]})"),
         begin + R"(REFERENCES "c"("id") ON DELETE SET NULL ("x");)"},
        {add("references(:c, column: :k, type: :uuid, name: :n, with: [x: :y]), null: false"),
         R"(ALTER TABLE "a" ADD COLUMN "b" uuid NOT NULL, ADD CONSTRAINT "n" FOREIGN KEY ("b","x") REFERENCES "c"("k","y");)"},
    });
}

TEST_CASE("Ecto: references of ecto_sql before 3.5.2 stand in the column's definition") {
    const auto locked = [](const std::string& version) {
        return Files{
            {"mix.lock", "%{\n  \"ecto_sql\": {:hex, :ecto_sql, \"" + version + "\", \"0a\", [:mix], []},\n}\n"}};
    };
    const std::string add = "alter table(:a) do\n  add :b, references(:c, on_delete: :delete_all), null: false\nend";
    for (const char* old : {"3.4.5", "3.5.1"})
        CHECK(sql_of(add, locked(old)) == R"(ALTER TABLE "a" ADD COLUMN "b" bigint NOT NULL CONSTRAINT "a_b_fkey" )"
                                          R"(REFERENCES "c"("id") ON DELETE CASCADE;)");
    for (const char* fresh : {"3.5.2", "3.12.0"}) CHECK(sql_of(add, locked(fresh)) == sql_of(add, {}));
}

TEST_CASE("Ecto: indexes and constraints") {
    check({
        {"create index(:a, [:b, \"lower(c)\"])", R"(CREATE INDEX "a_b_lower_c_index" ON "a" ("b", lower(c));)"},
        {"create index(\"a\", :b, where: \"c > 1\", using: :gin, name: :n)",
         R"(CREATE INDEX "n" ON "a" USING gin ("b") WHERE c > 1;)"},
        {"create unique_index(:a, [:b], concurrently: true, include: [:c], nulls_distinct: false, prefix: \"p\")",
         R"(CREATE UNIQUE INDEX CONCURRENTLY "a_b_index" ON "p"."a" ("b") INCLUDE ("c") NULLS NOT DISTINCT;)"},
        {"create_if_not_exists index(:a, [desc: :b, asc_nulls_last: :c], only: true, options: \"fillfactor = 70\")",
         R"(CREATE INDEX IF NOT EXISTS "a_b_c_index" ON ONLY "a" ("b" DESC, "c" ASC NULLS LAST) WITH (fillfactor = 70);)"},
        {"create index(:a, [:b], comment: \"x\")",
         R"(CREATE INDEX "a_b_index" ON "a" ("b"); COMMENT ON INDEX "a_b_index" IS 'x';)"},
        {"drop index(:a, [:b], concurrently: true)", R"(DROP INDEX CONCURRENTLY "a_b_index";)"},
        {"drop_if_exists index(:a, [:b], prefix: \"p\"), mode: :cascade",
         R"(DROP INDEX IF EXISTS "p"."a_b_index" CASCADE;)"},
        {"create constraint(:a, :c, check: \"b > 0\", validate: false)",
         R"(ALTER TABLE "a" ADD CONSTRAINT "c" CHECK (b > 0) NOT VALID;)"},
        {"create constraint(\"a\", \"c\", exclude: ~s|gist (b WITH &&)|)",
         R"(ALTER TABLE "a" ADD CONSTRAINT "c" EXCLUDE USING gist (b WITH &&);)"},
        {"drop constraint(:a, :c)", R"(ALTER TABLE "a" DROP CONSTRAINT "c";)"},
        {"drop_if_exists constraint(:a, :c), mode: :cascade",
         R"(ALTER TABLE "a" DROP CONSTRAINT IF EXISTS "c" CASCADE;)"},
    });
}

TEST_CASE("Ecto: what waits for flush runs behind what the repository sends") {
    check({
        {"execute \"SELECT 1\"\nrepo().query!(\"SELECT 2\")\nexecute \"SELECT 3\"", "SELECT 2 ; SELECT 1 ; SELECT 3 ;"},
        {"execute \"SELECT 1\"\nflush()\nrepo().query!(\"SELECT 2\")", "SELECT 1 ; SELECT 2 ;"},
        {"execute \"SELECT 1\"\nexecute(fn -> repo().query!(\"SELECT 2\") end)\nexecute \"SELECT 3\"",
         "SELECT 1 ; SELECT 2 ; SELECT 3 ;"},
        {"for n <- [1, 2], do: execute(fn -> repo().query!(\"SELECT #{n}\") end)", "SELECT 1 ; SELECT 2 ;"},
    });
    CHECK(squeezed(read_text(module_with("  def before_commit, do: execute(\"SELECT 3\")\n  def change, do: "
                                         "execute(\"SELECT 2\")\n  def after_begin, do: repo().query!(\"SELECT 1\")\n"))
                       .sql) == "SELECT 1 ; SELECT 2 ; SELECT 3 ;");
}

TEST_CASE(
    "Ecto: the second of two commands is the way back; a command that execute's function queues last never runs") {
    check({{"execute \"SELECT 1\", \"DROP TABLE users\"", "SELECT 1 ;"},
           {"execute(fn -> 1 end, fn -> drop(table(:users)) end)", ""}});
    const Script late = read_change("execute(fn -> drop(table(:a)) end)");
    CHECK(late.sql.empty());
    CHECK(unread_of(late) ==
          "a command of a function that execute runs: Ecto queues it when the last flush has begun: it is never run");
    check({{"execute(fn -> drop(table(:a)) end)\nflush()\nflush()", R"(DROP TABLE "a";)"}});
}

TEST_CASE("Ecto: helpers, attributes, loops and pipelines") {
    check({
        {"for {t, c} <- [a: :b, c: :d], do: create(index(t, [c]))",
         R"(CREATE INDEX "a_b_index" ON "a" ("b"); CREATE INDEX "c_d_index" ON "c" ("d");)"},
        {"[:a, :b] |> Enum.with_index(1) |> Enum.each(fn {t, i} -> rename(table(t), to: table(\"t_#{i}\")) end)",
         R"(ALTER TABLE "a" RENAME TO "t_1"; ALTER TABLE "b" RENAME TO "t_2";)"},
        {"Enum.each(~w(a b)a, &drop(table(&1)))", R"(DROP TABLE "a"; DROP TABLE "b";)"},
        {"if direction() == :up, do: drop(table(:a)), else: create(table(:a))", R"(DROP TABLE "a";)"},
        {"case direction() do\n  :up -> drop(table(:a))\n  :down -> create(table(:a))\nend", R"(DROP TABLE "a";)"},
        {"\"SELECT 1; SELECT 2;\\n\" |> String.split(\";\", trim: true) |> Enum.map(&String.trim/1) |> "
         "Enum.reject(&(&1 == "
         "\"\")) |> Enum.each(&execute/1)",
         "SELECT 1 ; SELECT 2 ;"},
        {"opts = [null: false]\nalter table(:a) do\n  add :b, :text, opts\n  add :c, :text, [default: \"x\"] ++ "
         "opts\nend",
         R"(ALTER TABLE "a" ADD COLUMN "b" text NOT NULL, ADD COLUMN "c" text DEFAULT 'x' NOT NULL;)"},
        {"execute \"\"\"\n    SELECT 1\n      + 2\n    \"\"\"", "SELECT 1 + 2 ;"},
    });
    const Script script = read_text(module_with(
        "  @tables [:a, :b]\n  def up, do: Enum.each(@tables, &add_note/1)\n  def down, do: drop(table(:never))\n"
        "  defp add_note(t, type \\\\ :text) do\n    alter table(t) do\n      add_it(type)\n    end\n  end\n"
        "  defp add_it(:text), do: add(:note, :text)\n  defp add_it(other), do: add(:note, other)\n"));
    INFO(unread_of(script));
    CHECK(script.unread.empty());
    CHECK(squeezed(script.sql) == R"(ALTER TABLE "a" ADD COLUMN "note" text; ALTER TABLE "b" ADD COLUMN "note" text;)");
    CHECK(uncertainties_of(script).empty());
}

TEST_CASE("Ecto: which parameters take what is given, and which their defaults") {
    const auto called = [](const std::string& call, const std::string& functions) {
        const Script script = read_text(module_with("  def change, do: " + call + "\n" + functions));
        return unread_of(script) + squeezed(script.sql);
    };
    const std::string two = "  defp f(a \\\\ 1, b, c \\\\ 3), do: execute(\"SELECT #{a}, #{b}, #{c}\")\n";
    CHECK(called("f(2)", two) == "SELECT 1, 2, 3 ;");
    CHECK(called("f(5, 6)", two) == "SELECT 5, 6, 3 ;");
    CHECK(called("f(5, 6, 7)", two) == "SELECT 5, 6, 7 ;");
    CHECK(called("f()", two) == "f: no function of the file takes these arguments");
    const std::string head =
        "  defp f(a, b \\\\ :x)\n  defp f(a, :y), do: execute(\"SELECT #{a}\")\n  defp f(a, b) when is_atom(b), "
        "do: execute(\"SELECT '#{b}'\")\n";
    CHECK(called("f(1)", head) == "SELECT 'x' ;");
    CHECK(called("f(1, :y)", head) == "SELECT 1 ;");
}

TEST_CASE("Ecto: what runs for each row of a table, and nothing picks the rows, is told from what runs for some") {
    const std::string each = "Enum.each(fn id -> repo().delete_all(from o in \"a\", where: o.id == ^id) end)";
    const auto runs_for_all = [](const std::string& body) {
        const Script script = read_change(body);
        INFO(body << "\n" << unread_of(script));
        CHECK(script.unread.empty());
        CHECK(squeezed(script.sql) == R"(DELETE FROM "a" AS a0 WHERE ((a0."id") = ($1));)");
        REQUIRE(script.uncertainties.size() == 1);
        return script.uncertainties[0].for_rows;
    };
    for (const std::string& rows :
         {R"(repo().all("a") |> )"s, R"(repo().all(from o in "a", select: o.id) |> )"s, R"("a" |> repo().all() |> )"s,
          R"(repo().all(from(o in "a", order_by: o.id, select: o.id)) |> )"s,
          R"("a" |> select([o], o.id) |> MyApp.Repo.all() |> )"s, R"(repo().all({"a", MyApp.A}) |> )"s,
          R"(MyApp.Repo.all(MyApp.A) |> Enum.map(& &1.id) |> )"s,
          R"(MyApp.Repo.stream(MyApp.A) |> Stream.map(& &1.id) |> )"s,
          R"(repo().all(from o in "a", where: o.b == 1, select: o.id) |> )"s,
          R"(repo().all(from o in "a", where: o.b == "x" and o.c in [1, 2], select: o.id) |> )"s,
          R"(repo().all(from o in "a", where: o.id == 1 or o.b == 1, select: o.id) |> )"s,
          R"(repo().all(from o in "a", join: p in "p", on: p.id == o.id, select: o.id) |> )"s,
          R"("a" |> where([o], o.b == 1) |> repo().all() |> )"s, R"("a" |> where(b: 1) |> repo().all() |> )"s})
        CHECK(runs_for_all(rows + each));
    CHECK(
        runs_for_all("for id <- repo().all(from o in \"a\", select: o.id) do\n"
                     "repo().delete_all(from o in \"a\", where: o.id == ^id)\nend"));
    for (const std::string& rows : {R"(repo().all(from o in "a", where: o.id == 1, select: o.id) |> )"s,
                                    R"(repo().all(from o in "a", where: o.id in [1, 2], select: o.id) |> )"s,
                                    R"(repo().all(from o in "a", limit: 10, select: o.id) |> )"s,
                                    R"("a" |> where([o], o.id == ^7 and o.b == 1) |> repo().all() |> )"s,
                                    R"("a" |> where(id: 1) |> repo().all() |> )"s,
                                    R"(repo().all("a") |> Enum.filter(& &1.b) |> )"s, R"(File.stream!("ids") |> )"s})
        CHECK_FALSE(runs_for_all(rows + each));
}

TEST_CASE("Ecto: rows changed through queries") {
    check({
        {"repo().update_all(\"a\", set: [b: 1])", R"(UPDATE "a" AS a0 SET "b" = $1;)"},
        {"import Ecto.Query\nfrom(x in \"a\", where: is_nil(x.b) and x.c in [1, 2], update: [set: [b: x.c]]) |> "
         "repo().update_all([])",
         R"(UPDATE "a" AS a0 SET "b" = a0."c" WHERE ((a0."b" IS NULL) AND (a0."c" IN (1,2)));)"},
        {"y = 1\n\"a\" |> where([x], x.b == ^y) |> MyApp.Repo.delete_all()",
         R"(DELETE FROM "a" AS a0 WHERE ((a0."b") = ($1));)"},
        {"y = 1\nEcto.Query.from(x in \"a\", where: x.b > ^y, where: fragment(\"lower(?) = ?\", x.c, \"d\"))\n"
         "|> repo().delete_all()",
         R"(DELETE FROM "a" AS a0 WHERE ((a0."b") > ($1)) AND (lower(a0."c") = 'd');)"},
        {"from(x in \"a\", where: date_add(x.b, 30, \"day\") > ^Date.utc_today, update: [set: [c: nil]]) "
         "|> repo().update_all([])",
         R"(UPDATE "a" AS a0 SET "c" = NULL WHERE (((a0."b"::date + interval '30 day')::date) > ($1));)"},
        {"days = 3\nfrom(x in \"a\", where: x.b < ago(^days, \"day\") and coalesce(x.c, 1) == 1) |> "
         "repo().delete_all()",
         R"(DELETE FROM "a" AS a0 WHERE (((a0."b") < ($1::timestamp + (-$2::numeric * interval '1 day'))) AND )"
         R"(((coalesce(a0."c", 1)) = (1)));)"},
        {"repo().insert_all(\"a\", [%{c: 1, b: 2}, %{b: 3}], on_conflict: :nothing)",
         R"(INSERT INTO "a" ("b","c") VALUES ($1,$2),($3,DEFAULT) ON CONFLICT DO NOTHING;)"},
    });
    const Files schemas{{"lib/my_app/shop/user.ex",
                         "defmodule MyApp.Shop.User do\n  use Ecto.Schema\n  schema \"people\" do\n  end\nend\n"}};
    CHECK(sql_of("alias MyApp.Shop.User\nrepo().delete_all(User)", schemas) == R"(DELETE FROM "people" AS p0;)");
    for (const char* body : {"repo().delete_all(MyApp.Other)", "repo().update_all(query_of(1), set: [a: 1])",
                             "repo().delete_all(from(a in \"a\", join: b in \"b\", on: a.x == b.x))",
                             "repo().update_all(\"a\", set: given)", "repo().insert_all(\"a\", rows)",
                             "repo().delete_all(from(a in \"a\", where: a.x == type(^y, :integer)))",
                             "repo().delete_all(from(a in \"a\", where: a.x < ago(^n, unit)))"}) {
        INFO(body);
        CHECK_FALSE(read_change(body).unread.empty());
    }
}

TEST_CASE("Ecto: what the repository's configuration says") {
    const std::string config =
        "import Config\nconfig :my_app, MyApp.Repo,\n  migration_primary_key: [name: :uuid, type: :binary_id],\n"
        "  migration_timestamps: [type: :utc_datetime_usec],\n  migration_foreign_key: [column: :uuid]\n"
        "config :my_app, MyApp.OtherRepo, migration_primary_key: false\n"
        "config :ecto_sql, :postgres_map_type, \"json\"\n";
    const std::string body =
        "create table(:a) do\n  add :b, references(:c)\n  add :m, :map\n  timestamps(updated_at: false)\nend";
    CHECK(sql_of(body, {{"config/config.exs", config}}) ==
          R"(CREATE TABLE "a" ("uuid" uuid, "b" uuid, CONSTRAINT "a_b_fkey" FOREIGN KEY ("b") REFERENCES "c"("uuid"), )"
          R"("m" json, "inserted_at" timestamp NOT NULL, PRIMARY KEY ("uuid"));)");
    const Files unknown{{"config/config.exs",
                         "import Config\nif System.get_env(\"A\") do\n  config :my_app, MyApp.Repo, "
                         "migration_primary_key: [type: :uuid]\nend\n"}};
    CHECK_FALSE(read_change("create table(:a)", unknown).unread.empty());
    const auto under = [](const std::string& condition) {
        return Files{
            {"config/runtime.exs", "import Config\nif " + condition +
                                       " do\n  url = System.get_env(\"U\") || raise \"none\"\n  config :my_app, "
                                       "MyApp.Repo, url: url, migration_primary_key: [type: :uuid]\nend\n"}};
    };
    const std::string made = R"(CREATE TABLE "a" ("id" uuid, PRIMARY KEY ("id"));)",
                      plain = R"(CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"));)";
    for (const std::string environment : {"config_env()", "Mix.env()", "Mix.env"}) {
        CHECK(sql_of("create table(:a)", under(environment + " == :prod")) == made);
        CHECK(sql_of("create table(:a)", under(environment + " == :test")) == plain);
    }
    // Programs that look at the machine they start on: what they find sets nothing here.
    for (const std::string look :
         {"Enum.any?(System.get_env(\"A\"), &Shop.valid?/1)", "Enum.map(File.ls(\"a\"), fn x -> x end)",
          "for x <- System.get_env(\"A\"), do: x",
          "String.split(System.get_env(\"A\"), \",\") |> Enum.each(&IO.puts/1)",
          "Enum.reduce(File.ls(\"a\"), 0, fn x, y -> x + y end)", "File.read!(\"a\") in [\"b\", \"c\"]",
          "case File.ls(\"a\") do\n  {:ok, [_ | _] = all} -> all\n  _ -> []\nend"}) {
        INFO(look);
        const std::string text =
            "import Config\n" + look + "\nconfig :my_app, MyApp.Repo, migration_primary_key: [type: :uuid]\n";
        CHECK(sql_of("create table(:a)", {{"config/runtime.exs", text}}) == made);
    }
    const Files umbrella{{"config/config.exs", config},
                         {"apps/shop/priv/other_repo/migrations/1_a.exs", change("create table(:a)")}};
    CHECK(squeezed(read(umbrella, "apps/shop/priv/other_repo/migrations/1_a.exs", hints_of(umbrella)).sql) ==
          R"(CREATE TABLE "a" ();)");
}

TEST_CASE("Ecto: what a migration asks its application for is looked up, or is a setting of the program") {
    const Files app{{"config/config.exs",
                     "import Config\nschema = \"sales\"\nconfig :shop, MyApp.Repo,\n  tables: schema, "
                     "migration_default_prefix: schema\nconfig :shop, audit: \"log\", other: \"o\"\n"
                     "config :shop, MyApp.Late, prefix: \"early\"\n"},
                    {"config/prod.exs", "import Config\nconfig :shop, MyApp.Late, prefix: \"late\"\n"},
                    {"config/runtime.exs",
                     "import Config\nconfig :shop, MyApp.Env, prefix: System.get_env(\"S\")\n"
                     "if System.get_env(\"A\") do\n  config :shop, MyApp.If, prefix: \"x\"\nend\n"}};
    const auto asked = [&](const std::string& how, const std::string& use) {
        return read_text(module_with("  @schema " + how + "\n  def change do\n    " + use + "\n  end\n"), app);
    };
    const std::string drop = "drop table(:a, prefix: @schema)";
    for (const auto& [how, schema] : Rows{
             {"Application.compile_env!(:shop, [MyApp.Repo, :tables])", "sales"},
             {"Application.compile_env(:shop, MyApp.Repo)[:tables]", "sales"},
             {"Application.get_env(:shop, MyApp.Repo) |> Keyword.get(:tables)", "sales"},
             {"MyApp.Repo.config()[:tables]", "sales"},
             {"Application.get_env(:shop, :audit)", "log"},
             {"Application.fetch_env!(:shop, MyApp.Late) |> Keyword.fetch!(:prefix)", "late"},
             {"Application.get_env(:shop, :absent, \"public\")", "public"},
             {"Application.compile_env(:shop, [MyApp.Repo, :absent], \"public\")", "public"},
         }) {
        INFO(how);
        const Script script = asked(how, drop);
        INFO(unread_of(script));
        CHECK(script.unread.empty());
        CHECK(squeezed(script.sql) == "DROP TABLE \"" + schema + "\".\"a\";");
        CHECK(squeezed(asked(how, "execute \"DROP TABLE #{@schema}.a\"").sql) == "DROP TABLE " + schema + ".a ;");
    }
    // What only the running program knows has a name in its place, which is said of the statements alone.
    for (const char* how :
         {"Application.compile_env(:shop, [MyApp.Env, :prefix])", "System.fetch_env!(\"SCHEMA\")",
          "Application.compile_env(:shop, [MyApp.If, :prefix])", "System.get_env(\"SCHEMA\") || \"public\"",
          "Application.compile_env(:shop, [MyApp.Env, :prefix]) || \"public\""})
        for (const std::string& use : {drop, std::string("execute \"DROP TABLE #{@schema}.a\""),
                                       std::string("execute \"DROP TABLE \" <> @schema <> \".a\"")}) {
            INFO(how << " " << use);
            const Script script = asked(how, use);
            INFO(unread_of(script));
            CHECK(script.unread.empty());
            CHECK(std::any_of(script.stand_ins.begin(), script.stand_ins.end(), [&](const StandIn& one) {
                return one.name.starts_with("unknown_value_") && script.sql.find(one.name) != std::string::npos;
            }));
            CHECK_FALSE(script.uncertainties.empty());
        }
    // A condition is none that is known.
    CHECK_FALSE(asked("Application.get_env(:shop, :unset)", "if @schema, do: drop(table(:a))").uncertainties.empty());
}

TEST_CASE("Ecto: transactions and the way back") {
    CHECK(read_change("execute \"SELECT 1\"").transaction == TransactionMode::per_file);
    const Script alone =
        read_text(module_with("  @disable_ddl_transaction true\n  @disable_migration_lock true\n"
                              "  def change, do: create(index(:a, [:b], concurrently: true))\n"));
    CHECK(alone.transaction == TransactionMode::per_statement);
    CHECK(alone.unread.empty());
    CHECK(alone.transaction_reason == "the file says @disable_ddl_transaction");
    const std::string locked = module_with("  @disable_ddl_transaction true\n  def change, do: nil\n");
    CHECK(read_text(locked).transaction_reason.find("a lock on schema_migrations") != std::string::npos);
    CHECK(read_text(locked, {{"config/config.exs", "config :a, A.Repo, migration_lock: :pg_advisory_lock\n"}})
              .transaction_reason == "the file says @disable_ddl_transaction");
    CHECK(read_text(module_with("  @disable_ddl_transaction false\n  def change, do: nil\n")).transaction ==
          TransactionMode::per_file);
    CHECK(unread_of(read_text(module_with("  @disable_ddl_transaction Mix.env() == :prod\n  def change, do: nil\n"))) ==
          "@disable_ddl_transaction: its value is not known from the file");
    CHECK(read_change("create table(:a)").no_way_back.empty());
    CHECK_FALSE(read_change("drop table(:a)").no_way_back.empty());
    CHECK_FALSE(read_change("execute \"SELECT 1\"").no_way_back.empty());
    CHECK(read_change("execute \"SELECT 1\", \"\"").no_way_back.empty());
    CHECK_FALSE(read_text(module_with("  def up, do: nil\n")).no_way_back.empty());
}

TEST_CASE("Ecto: files that a migration executes") {
    const Files files{{"priv/repo/sql/a.sql", "SELECT 1"}, {"apps/shop/priv/b.sql", "SELECT 2"}};
    check({{"execute_file \"priv/repo/sql/a.sql\"", "SELECT 1 ;"},
           {"execute_file(\"priv/repo/sql/a.sql\", \"down.sql\")", "SELECT 1 ;"},
           {"execute File.read!(Path.join(__DIR__, \"../sql/a.sql\"))", "SELECT 1 ;"},
           {"[:code.priv_dir(:my_app), \"repo\", \"sql/a.sql\"] |> Path.join() |> File.read!() |> execute()",
            "SELECT 1 ;"},
           {"execute File.read!(Path.expand(\"../sql/a.sql\", __DIR__)), \"\"", "SELECT 1 ;"},
           {"execute File.read!(Application.app_dir(:my_app, \"priv/repo/sql/a.sql\"))", "SELECT 1 ;"},
           {"execute \"\"\"\n    SELECT \\\n    1\n    \"\"\"", "SELECT 1 ;"}},
          files);
    CHECK(unread_of(read_change("execute_file \"x.sql\"", files)) == "execute_file: `x.sql` is not in the repository");
    CHECK_FALSE(read_change("execute File.read!(\"x.sql\")", files).unread.empty());
}

TEST_CASE("Ecto: what authors told excellent_migrations goes along with what it is about") {
    const auto marks = [](const std::string& text) {
        const Script script = read_text(text);
        std::string all;
        for (const ToolMark& mark : script.marks)
            all += text.substr(mark.span.begin, text.find_first_of(" (", mark.span.begin) - mark.span.begin) + ": " +
                   mark.mark + "\n";
        return all;
    };
    const std::string next = "# excellent_migrations:safety-assured-for-next-line ";
    CHECK(marks(change(next + "table_dropped\n    drop table(:a)\n    drop table(:b)")) ==
          "drop: excellent_migrations:table_dropped\n");
    CHECK(marks(change("alter table(:a) do\n      " + next + "column_removed\n      remove :b\n    end")) ==
          "alter: excellent_migrations:column_removed\n");
    // The other column of the statement was not meant.
    CHECK(
        marks(change("alter table(:a) do\n      " + next + "column_removed\n      remove :b\n      remove :c\n    end"))
            .empty());
    CHECK(marks("# excellent_migrations:safety-assured-for-this-file raw_sql_executed\n" +
                change("execute \"SELECT 1\"")) == "SELECT: excellent_migrations:raw_sql_executed\n");
    CHECK(marks(module_with("  @safety_assured :all\n  def change, do: drop(table(:a))\n")) ==
          "drop: excellent_migrations:all\n");
    CHECK(marks(change("# excellent_migrations are great\n    drop table(:a)")).empty());
}

TEST_CASE("Ecto: what is not understood is said, in the author's words") {
    const Rows rows{
        {"Oban.Migration.up(version: 11)", "Oban.Migration.up(): its effect is not known from this file"},
        {"add_note()", "add_note(): its effect is not known from this file"},
        {"execute \"SELECT 1; SELECT 2\"",
         "several statements in one `execute`: PostgreSQL refuses them: Ecto sends each text as a prepared statement, "
         "which "
         "is one command"},
        {"alter table(:a) do\n  add :b, MyType\nend",
         "the type of a column in `alter`: it is only known at run time: a placeholder takes its place"},
        {"create table(:a, prefix: prefix())",
         "a prefix in `create`: it is only known at run time: a placeholder takes its place"},
        {"repo().insert!(x)", "repo().insert!(): its effect is not known from this file"},
    };
    for (const auto& [body, said] : rows) {
        INFO(body);
        CHECK(unread_of(read_change(body)).find(said) != std::string::npos);
    }
    const Script used = read_text("defmodule A do\n  use MyApp.Migration\n  def change, do: drop(table(:a))\nend\n");
    CHECK(unread_of(used) == "use MyApp.Migration: the code it adds to the module is not known from this file");
    CHECK(squeezed(used.sql) == R"(DROP TABLE "a";)");
}

TEST_CASE("Ecto: an attribute of two values is not known") {
    const Script script =
        read_text(module_with("  @t :a\n  def up, do: drop(table(@t))\n  def down, do: nil\n  @t :b\n"));
    CHECK(unread_of(script) ==
          "the name of a table in `drop`: it is only known at run time: a placeholder takes its place");
    CHECK(squeezed(script.sql).find("\"b\"") == std::string::npos);
}

TEST_CASE("Ecto: what is not whole harms nobody") {
    for (const char* body :
         {"alter table(:a) do\n  add :b, references(:c, with: [:d])\nend", "from(a in", "for <- [1], do: 1",
          "create index(:a, [{}])", "a. ()", "with <- 1 do\nend", "%{=> 1}", "create table(:a) do\n  add\nend",
          "alter table(:a), do: modify(:b, {:array}, from: {})", "\"a\" |> where([], ) |> repo().delete_all()"}) {
        INFO(body);
        CHECK_FALSE(read_change(body).unread.empty());
    }
}

TEST_CASE("Ecto: what hangs on a condition that is not known says so") {
    const Rows rows{
        {"if Mix.env() == :prod, do: drop(table(:a))\ndrop table(:b)",
         R"(DROP TABLE "a";: whether Mix.env() == :prod holds)"},
        {"for t <- repo().all(\"x\"), do: execute(\"SELECT 1\")",
         "SELECT 1 ;: how often the loop over repo().all(\"x\") runs"},
        {"create table(:a, primary_key: false) do\n  if System.get_env(\"A\"), do: add(:b, :text)\nend",
         R"(CREATE TABLE "a" ("b" text);: whether System.get_env("A") holds)"},
        {"if Mix.env() == :prod, do: execute(fn -> repo().query!(\"SELECT 1\") end)",
         "SELECT 1 ;: whether Mix.env() == :prod holds"},
    };
    for (const auto& [body, doubts] : rows) {
        INFO(body);
        CHECK(uncertainties_of(read_change(body)) == doubts);
    }
}
