// fizz files: the SQL that fizz's translator for PostgreSQL makes of each call, and what is said of the rest.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "extract/extract.h"
#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

const std::string kPath = "migrations/20240101000000_a.up.fizz";

Script read_fizz(const std::string& text, const std::string& path = kPath, Files others = {}) {
    others[path] = text;
    return read(others, path, hints_of(others));
}

std::string sql_of(const std::string& text) {
    const Script script = read_fizz(text);
    CHECK(script.unread.empty());
    CHECK(unread_of(script).empty());
    return squeezed(script.sql);
}

using Rows = std::vector<std::pair<std::string, std::string>>;

void check(const Rows& rows) {
    for (const auto& [text, sql] : rows) {
        INFO(text);
        CHECK(sql_of(text) == sql);
    }
}

/// What a table of these lines has between the parentheses, without timestamps.
void check_columns(const Rows& rows) {
    for (const auto& [lines, columns] : rows) {
        INFO(lines);
        CHECK(sql_of("create_table(\"shops\", {timestamps: false}) {\n" + lines + "\n}") ==
              "CREATE TABLE \"shops\" ( " + columns + " );");
    }
}

struct Told {
    std::string text, sql, unread;
};

}  // namespace

TEST_CASE("fizz: tables") {
    check({
        {"create_table(\"shops\") {\n\tt.Column(\"id\", \"integer\", {primary: true})\n\tt.Column(\"name\", "
         "\"string\")\n}",
         "CREATE TABLE \"shops\" ( \"id\" SERIAL NOT NULL, PRIMARY KEY(\"id\"), \"name\" VARCHAR (255) NOT NULL, "
         "\"created_at\" timestamp NOT NULL, \"updated_at\" timestamp NOT NULL );"},
        // The column id stands first, wherever it is written; who writes a timestamp has it there.
        {"create_table(\"shops\") {\n t.Column(\"name\", \"text\")\n t.Column(\"updated_at\", \"timestamp\", {null: "
         "true})\n"
         " t.Column(\"id\", \"uuid\")\n t.PrimaryKey(\"id\")\n}",
         "CREATE TABLE \"shops\" ( \"id\" UUID NOT NULL, PRIMARY KEY(\"id\"), \"name\" text NOT NULL, "
         "\"updated_at\" timestamp, \"created_at\" timestamp NOT NULL );"},
        {"create_table(\"shops\") {\n t.Timestamps()\n t.Column(\"a\", \"bigint\")\n}",
         "CREATE TABLE \"shops\" ( \"created_at\" timestamp NOT NULL, \"updated_at\" timestamp NOT NULL, \"a\" bigint "
         "NOT "
         "NULL );"},
        {"create_table(\"shops\") {\n t.Column(\"a\", \"bigint\")\n t.DisableTimestamps()\n}",
         "CREATE TABLE \"shops\" ( \"a\" bigint NOT NULL );"},
        {"create_table(\"shops\") {\n t.Column(\"a\", \"int\")\n t.Index(\"a\")\n t.Index([\"a\", \"created_at\"], "
         "{\"unique\": true, \"name\": \"other\"})\n}\nadd_index(\"shops\", \"a\", {})",
         "CREATE TABLE \"shops\" ( \"a\" int NOT NULL, \"created_at\" timestamp NOT NULL, \"updated_at\" timestamp NOT "
         "NULL "
         "); CREATE INDEX \"shops_a_idx\" ON \"shops\" (a); CREATE UNIQUE INDEX \"other\" ON \"shops\" (a, "
         "created_at); "
         "CREATE INDEX \"shops_a_idx\" ON \"shops\" (a);"},
        // What the block itself sends comes before the table that it describes.
        {"create_table(\"shops\", {\"timestamps\": false}) {\n t.Column(\"a\", \"int\");\n drop_table(\"old\");\n}",
         "DROP TABLE \"old\"; CREATE TABLE \"shops\" ( \"a\" int NOT NULL );"},
        {"create_table(\"a.b\", {timestamps: false}) { t.Column(\"x\", \"int\") }",
         "CREATE TABLE \"a.b\" ( \"x\" int NOT NULL );"},
    });
}

TEST_CASE("fizz: columns") {
    check_columns({
        {"t.Column(\"a\", \"string\", {size: 40})", "\"a\" VARCHAR (40) NOT NULL"},
        {"t.Column(\"a\", \"varchar(40)\", {})", "\"a\" varchar(40) NOT NULL"},
        {"t.Column(\"a\", \"time\")\nt.Column(\"b\", \"datetime\")\nt.Column(\"c\", \"timestamp\")\nt.Column(\"d\", "
         "\"json\")",
         "\"a\" timestamptz NOT NULL, \"b\" timestamptz NOT NULL, \"c\" timestamp NOT NULL, \"d\" jsonb NOT NULL"},
        {"t.Column(\"a\", \"blob\")\nt.Column(\"b\", \"[]byte\")\nt.Column(\"c\", \"[]string\")\nt.Column(\"d\", "
         "\"[]float\")\n"
         "t.Column(\"e\", \"[]int\")",
         "\"a\" bytea NOT NULL, \"b\" bytea NOT NULL, \"c\" varchar[] NOT NULL, \"d\" decimal[] NOT NULL, \"e\" "
         "integer[] "
         "NOT NULL"},
        {"t.Column(\"a\", \"float\")\nt.Column(\"b\", \"decimal\", {precision: 7})\nt.Column(\"c\", \"float\", "
         "{\"precision\": "
         "7, \"scale\": 3})",
         "\"a\" DECIMAL NOT NULL, \"b\" DECIMAL(7) NOT NULL, \"c\" DECIMAL(7,3) NOT NULL"},
        // That the option is there at all takes the NOT NULL away.
        {"t.Column(\"a\", \"bool\", {null: false})", "\"a\" bool"},
        {"t.Column(\"a\", \"bool\", {null: nil})", "\"a\" bool NOT NULL"},
        {"t.Column(\"a\", \"string\", {primary: false, null: true})",
         "\"a\" VARCHAR (255) NOT NULL, PRIMARY KEY(\"a\")"},
        {"t.Column(\"a\", \"BIGINT\", {primary: true})", "\"a\" BIGSERIAL NOT NULL, PRIMARY KEY(\"a\")"},
        {"t.Column(\"a\", \"int\")\nt.Column(\"b\", \"uuid\")\nt.PrimaryKey(\"a\", \"b\")",
         "\"a\" int NOT NULL, \"b\" UUID NOT NULL, PRIMARY KEY(\"a\", \"b\")"},
        {"t.Column(\"a\", \"bool\", {default: false})\nt.Column(\"b\", \"int\", {default: 007})\nt.Column(\"c\", "
         "\"float\", "
         "{default: 1.50})\nt.Column(\"d\", \"string\", {default: \"x\" + \"y\"})",
         "\"a\" bool NOT NULL DEFAULT 'false', \"b\" int NOT NULL DEFAULT '7', \"c\" DECIMAL NOT NULL DEFAULT '1.5', "
         "\"d\" "
         "VARCHAR (255) NOT NULL DEFAULT 'xy'"},
        {"t.Column(\"a\", \"uuid\", {default_raw: `gen_random_uuid()`})",
         "\"a\" UUID NOT NULL DEFAULT gen_random_uuid()"},
        {"t.Column(\"a\", \"int\")\nt.ForeignKey(\"a\", {\"x\": [\"id\"]}, {\"on_delete\": \"cascade\", \"on_update\": "
         "\"no "
         "action\", \"name\": \"n\"})",
         "\"a\" int NOT NULL, FOREIGN KEY (\"a\") REFERENCES \"x\" (\"id\") ON UPDATE no action ON DELETE cascade"},
        {"t.Timestamp(\"seen\")", "\"seen\" timestamp NOT NULL"},
    });
}

TEST_CASE("fizz: calls outside of a table") {
    check({
        {"drop_table(\"shops\")", "DROP TABLE \"shops\";"},
        {"rename_table(\"shops\", \"stores\")", "ALTER TABLE \"shops\" RENAME TO \"stores\";"},
        {"add_column(\"shops\", \"a\", \"string\", {null: true, size: 9})",
         "ALTER TABLE \"shops\" ADD COLUMN \"a\" VARCHAR (9);"},
        {"add_column(\"shops\", \"a\", \"int\")", "ALTER TABLE \"shops\" ADD COLUMN \"a\" int NOT NULL;"},
        {"change_column(\"shops\", \"a\", \"string\", {default: \"x\"})",
         "ALTER TABLE \"shops\" ALTER COLUMN \"a\" TYPE VARCHAR (255), ALTER COLUMN \"a\" SET NOT NULL, ALTER COLUMN "
         "\"a\" "
         "SET DEFAULT 'x';"},
        {"change_column(\"shops\", \"a\", \"time\", {null: true, default_raw: \"now()\"})",
         "ALTER TABLE \"shops\" ALTER COLUMN \"a\" TYPE timestamptz, ALTER COLUMN \"a\" DROP NOT NULL, ALTER COLUMN "
         "\"a\" "
         "SET DEFAULT now();"},
        {"drop_column(\"shops\", \"a\")", "ALTER TABLE \"shops\" DROP COLUMN \"a\";"},
        {"rename_column(\"shops\", \"a\", \"b\")", "ALTER TABLE \"shops\" RENAME COLUMN \"a\" TO \"b\";"},
        {"add_index(\"shops\", \"a\")", "CREATE INDEX \"shops_a_idx\" ON \"shops\" (a);"},
        {"add_index(\"shops\", [\"a\", \"b\"], {unique: true})",
         "CREATE UNIQUE INDEX \"shops_a_b_idx\" ON \"shops\" (a, b);"},
        {"add_index(\"shops\", \"a\", {name: \"i\", unique: false})", "CREATE INDEX \"i\" ON \"shops\" (a);"},
        {"drop_index(\"shops\", \"i\")", "DROP INDEX \"i\";"},
        {"rename_index(\"shops\", \"i\", \"j\")", "ALTER INDEX \"i\" RENAME TO \"j\";"},
        {"add_foreign_key(\"shops\", \"a\", {\"towns\": [\"id\"]}, {\"on_delete\": \"set null\",})",
         "ALTER TABLE \"shops\" ADD CONSTRAINT \"shops_towns_id_fk\" FOREIGN KEY (\"a\") REFERENCES \"towns\" (\"id\") "
         "ON "
         "DELETE set null;"},
        {"add_foreign_key(\"x.shops\", \"a\", {\"x.towns\": [\"id\"]}, {name: \"k\"})",
         "ALTER TABLE x.shops ADD CONSTRAINT \"k\" FOREIGN KEY (\"a\") REFERENCES x.towns (\"id\");"},
        {"drop_foreign_key(\"shops\", \"k\")", "ALTER TABLE \"shops\" DROP CONSTRAINT \"k\";"},
        {"drop_foreign_key(\"shops\", \"k\", {\"if_exists\": true})",
         "ALTER TABLE \"shops\" DROP CONSTRAINT IF EXISTS \"k\";"},
        {"sql(\"DELETE FROM shops\")", "DELETE FROM shops ;"},
        {"raw(`UPDATE shops SET a = \"b\"`);sql(\"SELECT \\\"a\\\";\")",
         "UPDATE shops SET a = \"b\" ; SELECT \"a\"; ;"},
        {"sql(\"SELECT 1\" +\n \" FROM shops\")", "SELECT 1 FROM shops ;"},
        {"# nothing\n", ""},
        {"", ""},
    });
}

TEST_CASE("fizz: what is not known is listed at its place, and what stands around it is read") {
    const std::vector<Told> all{
        {"add_column(\"shops\", name, \"int\")", "", "a call of `add_column`"},
        {"add_column(\"shops\", \"a\", \"string\", {size: \"9\"})", "", "a call of `add_column`"},
        {"add_column(\"shops\", \"a\", \"int\", {null: true, null: nil})", "", "a call of `add_column`"},
        {"add_column(\"shops\", \"a\", \"int\", {default: -1})", "", "a call of `add_column`"},
        {"add_column(\"shops\", \"a\", \"int\", options)", "", "a call of `add_column`"},
        {"add_column(\"shops\", \"a\")", "", "a call of `add_column`"},
        {"drop_column(\"shops\", sql(\"DROP TABLE x\"))", "", "a call of `drop_column`"},
        {"drop_table(\"shops\", \"towns\")", "", "a call of `drop_table`"},
        {"add_index(\"shops\", [])", "", "a call of `add_index`"},
        {"add_index(\"shops\", \"a\", {name: 1})", "", "a call of `add_index`"},
        {"add_foreign_key(\"shops\", \"a\", \"towns\")", "", "a call of `add_foreign_key`"},
        {"add_foreign_key(\"shops\", \"a\", {\"x\": [\"id\"], \"y\": [\"id\"]})", "", "a call of `add_foreign_key`"},
        {"sql(text)", "", "a call of `sql`"},
        {"sql(\"SELECT \" + x)", "", "a call of `sql`"},
        {"sql(\"SELECT 1\", \"SELECT 2\")", "", "a call of `sql`"},
        {"exec(\"make drop\")", "", "a call of `exec`"},
        {"truncate_table(\"shops\")", "", "a call of `truncate_table`"},
        {"t.Column(\"a\", \"int\")", "", "a call of `t.Column`"},
        {"drop_table(\"a\") { drop_table(\"b\") }", "", "a call of `drop_table`"},
        {"if (dialect == \"postgres\") { drop_table(\"shops\") } else { drop_table(\"x\") }", "", "a condition"},
        {"if (a) { drop_table(\"shops\") } else if (b) { drop_table(\"x\") }", "", "a condition"},
        {"for (t) in [\"a\", \"b\"] { drop_table(t) }", "", "a loop"},
        {"for (i, t) in tables() { drop_table(t) }", "", "a loop"},
        {"let drop = fn(t) { drop_table(t) }", "", "a variable"},
        {"let x = \"a\"", "", "a variable"},
        {"x = \"a\"", "", "an expression"},
        {"sql(\"DROP TABLE a\").more", "", "an expression"},
        {"sql(\"DROP TABLE a\") + sql(\"DROP TABLE b\")", "", "an expression"},
        {"!drop_table(\"a\")", "", "an expression"},
        {"create_table(name) { t.Column(\"a\", \"int\") }", "", "a call of `create_table`"},
        {"create_table(\"shops\", {timestamps: x}) { t.Column(\"a\", \"int\") }", "", "a call of `create_table`"},
        {"create_table(\"shops\", {timestamps: false}) { t.Column(\"a\", \"int\") t.Check(\"a > 0\") }",
         "CREATE TABLE \"shops\" ( \"a\" int NOT NULL );", "a call of `t.Check`"},
        {"create_table(\"shops\", {timestamps: false}) { t.Column(\"a\", \"int\") if (x) { t.Column(\"b\", \"int\") } "
         "}",
         "CREATE TABLE \"shops\" ( \"a\" int NOT NULL );", "a condition"},
    };
    for (const Told& one : all) {
        INFO(one.text);
        const Script script = read_fizz("drop_table(\"first\")\n" + one.text + "\ndrop_table(\"last\")\n");
        CHECK(squeezed(script.sql) ==
              "DROP TABLE \"first\"; " + one.sql + (one.sql.empty() ? "" : " ") + "DROP TABLE \"last\";");
        REQUIRE(script.unread.size() == 1);
        CHECK(script.unread[0].what == one.unread);
        CHECK(script.unread[0].extent == Unread::Extent::part);
        CHECK(script.unread[0].span.begin >= 20);
        CHECK(script.unread[0].span.end <= 20 + one.text.size());
    }
}

TEST_CASE("fizz: however a table is dropped, it is read or listed") {
    for (const std::string text : {"drop_table(\"a\")",
                                   "drop_table (\"a\")",
                                   "drop_table(`a`)",
                                   "drop_table(\n\"a\"\n)\n",
                                   ";drop_table(\"a\")",
                                   "# a\ndrop_table(\"a\")",
                                   "# a\n;#drop_table(\"b\")\n",
                                   "# a\rdrop_table(\"a\")",
                                   "drop_table(\"a\") # b",
                                   "sql(\"a\") drop_table(\"a\")",
                                   "(drop_table(\"a\"))",
                                   "[drop_table(\"a\")]",
                                   "{a: drop_table(\"a\")}",
                                   "x(drop_table(\"a\"))",
                                   "let x = drop_table(\"a\")",
                                   "let x = drop_table\nx(\"a\")",
                                   "return drop_table(\"a\")",
                                   "\"a\" == drop_table(\"a\")",
                                   "fn() { drop_table(\"a\") }()",
                                   "if (drop_table(\"a\")) { }",
                                   "for (x) in [drop_table(\"a\")] { }",
                                   "} drop_table(\"a\")",
                                   "%> <% drop_table(\"a\")",
                                   "<%= drop_table(\"a\") %>",
                                   "{{ if true }}drop_table(\"a\"){{ end }}",
                                   "{{ .x }}(\"a\")",
                                   "sql(\"x\\\"\\\"), drop_table(\"a\")\")",
                                   "drop_table(\"a\"",
                                   "drop_table(\"a)",
                                   "drop_table(`a)",
                                   "@ drop_table(\"a\")",
                                   "// drop_table\ndrop_table(\"a\")",
                                   "create_table(\"x\") { drop_table(\"a\") }",
                                   "create_table(\"x\") { create_table(\"y\") { drop_table(\"a\") } }",
                                   "create_table(\"x\", drop_table(\"a\"))",
                                   "create_table(\"x\") { t.Column(\"a\", drop_table(\"a\")) }",
                                   "t = create_table(\"x\") { drop_table(\"a\") }"}) {
        INFO(text);
        CHECK(drops_or_lists(read_fizz(text)));
    }
    // Nested as deep as nobody writes.
    CHECK(drops_or_lists(read_fizz(std::string(50'000, '(') + "drop_table(\"a\")")));
    CHECK(drops_or_lists(read_fizz(std::string(50'000, '!') + "drop_table(\"a\")")));
    CHECK(drops_or_lists(read_fizz(std::string(50'000, '{') + "drop_table(\"a\")")));
}

TEST_CASE("fizz: what fizz itself refuses does not run") {
    for (const std::string lines :
         {"t.Column(\"a\", \"int\")\nt.Column(\"a\", \"int\")", "t.Timestamps()\nt.Timestamps()",
          "t.Column(\"a\", \"int\", {primary: true})\nt.Column(\"b\", \"int\", {primary: true})",
          "t.Column(\"a\", \"int\", {primary: true})\nt.PrimaryKey(\"a\")", "t.PrimaryKey(\"a\")",
          "t.Column(\"a\", \"text\", {primary: true})"}) {
        INFO(lines);
        const Script script = read_fizz("create_table(\"shops\") {\n" + lines + "\n}");
        REQUIRE(script.unread.size() == 1);
        CHECK(script.unread[0].extent == Unread::Extent::rejected);
    }
    const Script broken = read_fizz("drop_table(\"a\")\n)\ndrop_table(\"b\")\n");
    CHECK(squeezed(broken.sql) == "DROP TABLE \"a\";");
    REQUIRE(broken.unread.size() == 1);
    CHECK(broken.unread[0].span.begin == 16);
    CHECK(broken.unread[0].span.end == 34);
    const Script sql = read_fizz("ALTER TABLE a ADD b int;");
    CHECK(sql.sql.empty());
    CHECK_FALSE(sql.unread.empty());
}

TEST_CASE("fizz: Go's templates are filled ahead of it") {
    const Script script = read_fizz(
        "{{ if eq .Dialect \"postgres\" }}\nsql(\"SELECT 1\")\n{{ end }}{{ if eq .Dialect \"mysql\" "
        "}}\ndrop_table(\"a\")\n"
        "{{ end }}add_index(\"shops\", \"b\")\n");
    CHECK(squeezed(script.sql) == "SELECT 1 ; CREATE INDEX \"shops_b_idx\" ON \"shops\" (b);");
    CHECK(script.unread.size() == 1);
}

TEST_CASE("fizz: places, comments and transactions") {
    const std::string text =
        "# pgfence-ignore: drop-table (unused)\ndrop_table(\"shops\")\nsql(\"DELETE FROM towns WHERE a = "
        "\\\"b\\\"\")\n";
    const Script script = read_fizz(text);
    CHECK(squeezed(script.sql).starts_with("-- pgfence-ignore: drop-table (unused) DROP TABLE \"shops\";"));
    CHECK(place_of(script, text, "DROP TABLE \"shops\"") == "drop_table(\"shops\")");
    CHECK(place_of(script, text, "towns") == "towns");
    CHECK(place_of(script, text, "DELETE FROM towns WHERE a = \"b\"") == "DELETE FROM towns WHERE a = \\\"b\\\"");
    CHECK(script.format == "fizz");
    CHECK(script.transaction == TransactionMode::per_file);
    CHECK(read_fizz("drop_table(\"a\")", "migrations/1_a.autocommit.up.fizz").transaction == TransactionMode::implicit);
    CHECK(unread_of(read_fizz("drop_table(\"a\")", "migrations/1_a.autocommit.up.fizz")).empty());
    CHECK(read_fizz("drop_table(\"a\")", "migrations/1_a.postgres.up.fizz").unread.size() == 1);
}

TEST_CASE("fizz: the way back is a file of its own, in either language") {
    Files files{{kPath, "drop_table(\"a\")"}};
    const auto way_back = [&] {
        extract::Hints hints;
        for (const auto& [path, text] : files) hints.paths.push_back(path);
        return read(files, kPath, hints).no_way_back;
    };
    CHECK(way_back() == "there is no migrations/20240101000000_a.down.fizz");
    files["migrations/20240101000000_a.down.sql"] = "";
    CHECK(way_back().empty());
    files.erase("migrations/20240101000000_a.down.sql");
    files["migrations/20240101000000_a.down.fizz"] = "";
    CHECK(way_back().empty());
}
