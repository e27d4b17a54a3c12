// Nothing passes as safe that loses something: tricks.txt holds statements and what servers lost by them, twins.txt
// their twins, by which nothing is lost. Both are written by tools/observe/tricks, which says how they are made.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "pipeline/files.h"
#include "pipeline/review.h"
#include "tests/golden.h"

using namespace pgfence;

namespace {

struct Trick {
    std::string family, way, lost, sql;
    bool alone = false, together = false;  ///< loses something sent statement by statement, in one transaction
    int version = 0;
};

std::vector<Trick> tricks(const std::string& name) {
    std::ifstream in(std::string(PGFENCE_SOURCE_DIR) + "/tests/safety/" + name);
    std::vector<Trick> all;
    std::string family;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("== ")) {
            family = line.substr(3);
        } else if (line.starts_with("  ") && !all.empty()) {
            all.back().sql += line.substr(2) + "\n";
        } else if (line.starts_with("- ")) {  // - way | how it was sent | versions | what was lost
            std::array<std::string, 4> parts;
            std::size_t at = 2;
            for (std::string& part : parts) {
                const std::size_t end = std::min(line.find(" | ", at), line.size());
                part = line.substr(at, end - at);
                at = std::min(end + 3, line.size());
            }
            all.push_back({family, parts[0], parts[3], "", parts[1].find("alone") != std::string::npos,
                           parts[1].find("together") != std::string::npos, std::stoi(parts[2])});
        }
    }
    return all;
}

struct Written {
    std::string format, path, text;
};

/// Plain SQL for psql and, in turn, a file of the tools that send it in a transaction.
std::vector<Written> files_of(const Trick& trick, std::size_t turn) {
    std::vector<Written> all;
    if (trick.alone) all.push_back({"plain-sql", "migrations/0002_change.sql", trick.sql});
    if (!trick.together) return all;
    const std::string& sql = trick.sql;
    const std::array<Written, 5> tools = {{
        {"goose", "migrations/00002_change.sql",
         "-- +goose Up\n-- +goose StatementBegin\n" + sql + "-- +goose StatementEnd\n\n-- +goose Down\nSELECT 1;\n"},
        {"dbmate", "db/migrations/20240102000000_change.sql", "-- migrate:up\n" + sql + "\n-- migrate:down\n"},
        {"flyway", "sql/V2__change.sql", sql},
        {"sqlx", "migrations/20240102000000_change.sql", sql},
        {"golang-migrate", "migrations/000002_change.up.sql", sql},
    }};
    all.push_back(tools[turn % tools.size()]);
    return all;
}

Report report_of(const Written& file, int version) {
    pipeline::FilesRequest request;
    request.files = {{file.path, file.text}};
    request.config_file = "/dev/null";
    request.choices.today = "2026-11-22";
    request.choices.pg_version = version;
    request.choices.format = file.format;
    request.choices.schema = {std::string(PGFENCE_SOURCE_DIR) + "/tests/safety/shop.sql"};
    auto report = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    REQUIRE(report);
    return std::move(*report);
}

bool passes_as_safe(const Report& report) { return report.verdict.outcome == Outcome::pass; }

std::string listed(const Trick& trick, const Written& file) {
    return fmt::format("{} | {} | {} | {}\n  {}", trick.family, trick.way, file.format, trick.lost, trick.sql);
}

}  // namespace

TEST_CASE("what loses rows, columns, tables or rights on a server fails or is not analyzed") {
    const std::vector<Trick> all = tricks("tricks.txt");
    REQUIRE(all.size() >= 400);
    std::string passing;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const Written& file : files_of(all[i], i))
            if (passes_as_safe(report_of(file, all[i].version))) passing += listed(all[i], file);
    testing::check_golden("tests/golden/safety/pass_as_safe.txt", passing);
}

TEST_CASE("their twins, which lose nothing, do not fail") {
    const std::vector<Trick> all = tricks("twins.txt");
    REQUIRE(all.size() >= 400);
    std::string failing;
    std::size_t asked = 0, failed = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const Written& file : files_of(all[i], i)) {
            ++asked;
            if (report_of(file, all[i].version).verdict.passes()) continue;
            ++failed;
            failing += listed(all[i], file);
        }
    CHECK(failed * 100 <= asked);
    testing::check_golden("tests/golden/safety/twins_that_fail.txt", failing);
}
