// What a dropped column's finding says of values that may have been copied before.

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "analyze/analyze.h"
#include "core/text.h"

using namespace pgfence;

namespace {

/// Of the change's files, the last of which drops column `note` of `orders`.
Finding dropped(const std::vector<std::string>& before) {
    analyze::Request request;
    request.version = 16;
    request.schema = {
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE TABLE notes (order_id bigint, note text);\n"};
    for (const std::string& sql : before) {
        Script script;
        script.sql = sql;
        request.changed.push_back(std::move(script));
    }
    Script drop;
    drop.sql = "ALTER TABLE orders DROP COLUMN note;";
    request.changed.push_back(std::move(drop));
    for (const Finding& finding : analyze::analyze(request).findings)
        if (finding.rule == "drop-column") return finding;
    FAIL("no finding");
    return {};
}

}  // namespace

TEST_CASE("values that a program writes elsewhere before the drop may be the dropped ones, those in the text are not") {
    for (const char* sql :
         {"INSERT INTO notes (order_id, note) VALUES ($1, $2);", "UPDATE notes SET note = $1 WHERE order_id = $2;"}) {
        INFO(sql);
        const Finding finding = dropped({sql});
        CHECK(finding.certainty == Certainty::depends);
        CHECK(contains(finding.message, "its data is lost unless the program before has copied it"));
    }
    for (const char* sql : {"INSERT INTO notes (order_id, note) VALUES (1, 'new');", "UPDATE notes SET note = 'new';",
                            "UPDATE orders SET note = $1 WHERE id = $2;", "DELETE FROM notes WHERE order_id = $1;"}) {
        INFO(sql);
        const Finding finding = dropped({sql});
        CHECK(finding.certainty == Certainty::known);
        CHECK(contains(finding.message, "its data is lost, and"));
    }
}

TEST_CASE("whether data is lost depends on what was not analyzed before, not on what comes behind") {
    CHECK(dropped({"SELECT copy_notes_somewhere();"}).certainty == Certainty::depends);
    CHECK(dropped({}).certainty == Certainty::known);
}

TEST_CASE("a copy of all values names its statement, one of some rows says that the others are lost") {
    for (const char* sql : {"INSERT INTO notes SELECT id, note FROM orders;",
                            "INSERT INTO notes SELECT id, note FROM orders WHERE note IS NOT NULL;",
                            "CREATE TABLE kept AS SELECT id, note FROM orders;",
                            "ALTER TABLE orders ADD COLUMN remark text; UPDATE orders SET remark = note;"}) {
        INFO(sql);
        const Finding finding = dropped({sql});
        CHECK(contains(finding.message, "Its values were copied before"));
        CHECK(finding.harm == Harm::lost_name);
        CHECK(finding.related);
        CHECK(contains(finding.related_message, "puts its values into"));
    }
    for (const char* sql :
         {"INSERT INTO notes SELECT id, note FROM orders WHERE id > 100;",
          "INSERT INTO notes SELECT id, note FROM orders WHERE note IS NOT NULL AND id IS NOT NULL;",
          "INSERT INTO notes SELECT o.id, o.note FROM orders o JOIN users u ON u.id = o.id;",
          "UPDATE notes SET note = o.note FROM orders o WHERE o.id = notes.order_id;",
          "ALTER TABLE orders ADD COLUMN remark text; UPDATE orders SET remark = note WHERE id > 100;"}) {
        INFO(sql);
        const Finding finding = dropped({"CREATE TABLE users (id bigint);", sql});
        CHECK(contains(finding.message, "its data is lost but for the rows that were copied before"));
        CHECK(finding.harm == Harm::of_its_category);
        CHECK(finding.related);
    }
    // No copy, or nobody can tell that it is one.
    for (const char* sql :
         {"INSERT INTO notes SELECT id, 'x' FROM orders WHERE id > 100;",
          "CREATE TEMP TABLE kept AS SELECT id, note FROM orders;",
          "INSERT INTO orders SELECT id + 1000, note FROM orders WHERE id > 100;",
          "CREATE TABLE other (id bigint, note text); INSERT INTO notes SELECT o.id, x.note FROM orders o, other x;",
          "INSERT INTO notes SELECT o.id, note FROM orders o JOIN unknown_to_all u ON u.id = o.id;"}) {
        INFO(sql);
        const Finding finding = dropped({sql});
        CHECK(contains(finding.message, "its data is lost, and"));
        CHECK_FALSE(finding.related);
    }
}

TEST_CASE("computed values are none that are lost, whatever becomes of the columns that they are computed of") {
    const auto said_of = [](const std::string& sql, const std::string& column) {
        analyze::Request request;
        request.version = 16;
        request.schema = {
            "CREATE TABLE orders (id bigint PRIMARY KEY, note text,\n"
            "    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', note)) STORED);\n"};
        Script script;
        script.sql = sql;
        request.changed.push_back(std::move(script));
        for (const Finding& finding : analyze::analyze(request).findings)
            if (finding.rule == "drop-column" && contains(finding.message, "Column `" + column + "`")) return finding;
        return Finding{};
    };
    const std::string again = "can be again", as_well = "what they are computed of is dropped as well";
    CHECK(contains(said_of("ALTER TABLE orders DROP COLUMN words;", "words").message, again));
    for (const char* sql : {"ALTER TABLE orders DROP COLUMN words; ALTER TABLE orders DROP COLUMN note;",
                            "ALTER TABLE orders DROP COLUMN words, DROP COLUMN note;"}) {
        INFO(sql);
        CHECK(contains(said_of(sql, "words").message, as_well));
        CHECK(said_of(sql, "words").harm == Harm::lost_name);
        CHECK(contains(said_of(sql, "note").message, "its data is lost"));
        CHECK(said_of(sql, "note").harm == Harm::of_its_category);
    }
    // The source comes back without its values.
    CHECK(contains(said_of("ALTER TABLE orders DROP COLUMN words; ALTER TABLE orders DROP COLUMN note;\n"
                           "ALTER TABLE orders ADD COLUMN note text;",
                           "note")
                       .message,
                   "its data is lost"));
}
