// Settings that match or mean nothing are said, not passed over.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "pipeline/settings.h"

using namespace pgfence;
using Catch::Matchers::ContainsSubstring;

namespace {

Result<pipeline::Prepared> completed(pipeline::Prepared prepared, const pipeline::Choices& choices,
                                     const std::string& file = "") {
    return pipeline::complete(std::move(prepared), choices,
                              [&](const std::string&) -> Result<std::string> { return file; });
}

}  // namespace

TEST_CASE("a format that nobody knows is an error with the nearest one") {
    pipeline::Prepared prepared;
    prepared.config.format = "gooze";
    const auto result = completed(prepared, {});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Error::Kind::usage);
    CHECK_THAT(result.error().message, ContainsSubstring("\"gooze\", did you mean \"goose\"?"));
    prepared.config.format = "goose";
    CHECK(completed(std::move(prepared), {}));
}

TEST_CASE("a dump that is an archive is refused with the way to SQL") {
    pipeline::Choices choices;
    choices.schema = {"shop.dump"};
    const auto result = completed({}, choices, std::string("PGDMP\x01\x0e\0", 8));
    REQUIRE_FALSE(result);
    CHECK_THAT(result.error().message, ContainsSubstring("shop.dump is a dump in pg_dump's custom format"));
    CHECK_THAT(result.error().message, ContainsSubstring("pg_restore"));
    CHECK(completed({}, choices, "CREATE TABLE t (id int);"));
}

TEST_CASE("a busy or small table that was not measured is noted") {
    pipeline::Choices choices;
    choices.stats_file = "stats.json";
    const std::string stats = R"({"version": 1, "serverVersion": 17, "date": "2026-01-01",
        "tables": [{"schema": "public", "name": "orders", "rows": 5, "bytes": 8192}]})";
    pipeline::Prepared prepared;
    prepared.config.sizes.busy = {"orders", "ordres"};
    const auto result = completed(std::move(prepared), choices, stats);
    if (!result) FAIL(result.error().message);
    REQUIRE(result->notes.size() == 1);
    CHECK_THAT(result->notes[0], ContainsSubstring("busy = \"ordres\" of the config names no table"));
}
