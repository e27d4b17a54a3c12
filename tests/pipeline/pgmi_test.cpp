// Files that tell pgmi when they run.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "extract/extract.h"
#include "pipeline/files.h"
#include "pipeline/review.h"

using namespace pgfence;

namespace {

std::string with_meta(const std::string& attributes, const std::string& keys, const std::string& sql) {
    return "/*\n<pgmi-meta id=\"550e8400-e29b-41d4-a716-446655440000\" " + attributes + ">\n  <sortKeys>" + keys +
           "</sortKeys>\n</pgmi-meta>\n*/\n" + sql;
}

std::vector<std::string> paths_of(const Report& report) {
    std::vector<std::string> paths;
    for (const FileReport& file : report.files) paths.push_back(file.path);
    return paths;
}

}  // namespace

TEST_CASE("pgmi's files run in the order of their keys, then of their paths") {
    pipeline::FilesRequest request;
    request.files = {
        {"db/a.sql", with_meta("idempotent=\"false\"", "<key>002/000</key>", "ALTER TABLE t ADD b int;")},
        {"db/b.sql", with_meta("idempotent=\"false\"", "<key>001/000</key><key>009</key>", "CREATE TABLE t (a int);")},
        {"other/1.sql", "CREATE TABLE u (a int);"},
        {"db/c.sql", with_meta("idempotent=\"true\"", "", "CREATE SCHEMA IF NOT EXISTS s;")}};
    request.config_file = "/dev/null";
    request.choices.today = "2026-11-22";
    const auto report = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    REQUIRE(report);
    CHECK(paths_of(*report) == std::vector<std::string>{"db/c.sql", "db/b.sql", "other/1.sql", "db/a.sql"});
    const Lock* lock = report->files.back().statements.front().statement.effects.lock_on("public.t");
    REQUIRE(lock);
    CHECK_FALSE(lock->existing);
}

TEST_CASE("what a file tells pgmi of itself") {
    Script script;
    script.format = "pgmi";
    const auto told = [&](const std::string& text) {
        MigrationFile file;
        file.path = "db/a.sql";
        file.text = text;
        return extract::run_order(file, script).value();
    };
    const auto order = told(with_meta("idempotent=\"true\"", "<key>10-utils/0010</key>", "SELECT 1;"));
    CHECK(order.repeatable);
    CHECK(order.key == "10-utils/0010");
    CHECK(told("/* <pgmi-meta id='x' idempotent='true'/> */ SELECT 1;").repeatable);
    for (const char* none :
         {"SELECT 1;", "/* <pgmi-meta */", "-- <pgmi-meta id=\"a\"", "/* <pgmi-meta a></b> */", ""}) {
        CHECK(told(none).key == "./db/a.sql");
        CHECK_FALSE(told(none).repeatable);
    }
    script.format = "goose";
    CHECK_FALSE(extract::run_order(MigrationFile(), script));
}
