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
