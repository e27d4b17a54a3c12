#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>

#include "stats/schema_snapshot.h"

using namespace pgfence;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a schema snapshot says whose it is, how old, and through which migration") {
    const std::string text =
        "-- pgfence snapshot 1: server 170004, taken 2026-01-31\n-- through 0042_orders\nSELECT 1;\n";
    const auto snapshot = stats::read_schema_snapshot(text, "schema.sql");
    REQUIRE(snapshot);
    CHECK(snapshot->sql == text);
    CHECK(snapshot->server_version == 17);
    CHECK(snapshot->date == "2026-01-31");
    CHECK(snapshot->through == "0042_orders");
    const auto bare = stats::read_schema_snapshot("-- pgfence snapshot 1: server 110022, taken 2026-01-31\r\n", "s");
    REQUIRE(bare);
    CHECK(bare->server_version == 11);
    CHECK(bare->through.empty());
}

TEST_CASE("what is no schema snapshot is refused by name") {
    for (const std::string text :
         {"", "SELECT 1", "-- pgfence snapshot", "-- pgfence snapshot x: server 170004, taken 2026-01-31",
          "-- pgfence snapshot 1: server 99999999999999, taken 2026-01-31",
          "-- pgfence snapshot 1: server 170004, taken yesterday", "--\n-- PostgreSQL database dump\n--\n"}) {
        const auto snapshot = stats::read_schema_snapshot(text, "schema.sql");
        REQUIRE_FALSE(snapshot);
        CHECK(snapshot.error().kind == Error::Kind::usage);
        CHECK_THAT(snapshot.error().message, ContainsSubstring("schema.sql") && ContainsSubstring("--schema"));
    }
    const auto newer = stats::read_schema_snapshot("-- pgfence snapshot 2: server 170004, taken 2026-01-31", "s");
    REQUIRE_FALSE(newer);
    CHECK_THAT(newer.error().message, ContainsSubstring("reads format 1"));
}
