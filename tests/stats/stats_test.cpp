#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <utility>

#include "core/date.h"
#include "stats/table_sizes.h"

using namespace pgfence;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string error_of(std::string_view json) {
    const auto read = stats::read_snapshot(json, "sizes.json");
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == Error::Kind::usage);
    CHECK_THAT(read.error().message, ContainsSubstring("sizes.json"));
    CHECK_THAT(read.error().message, ContainsSubstring("docs/stats.md"));
    return read.error().message;
}

std::string snapshot_with(const std::string& tables) {
    return R"({"version":1,"serverVersion":17,"date":"2026-01-31","tables":)" + tables + "}";
}

/// What PostgreSQL 15.18 printed for the query in docs/stats.md, byte for byte: a partitioned table of two levels,
/// a table with a child, one that was never analyzed, and names that need quotes.
constexpr std::string_view kPrintedByServer15 =
    R"json({"version" : 1, "serverVersion" : 150018, "date" : "2026-11-21", "tables" : [{"schema" : "We ird", "name" : "Q\"uo.ted", "rows" : 1, "bytes" : 8192}, {"schema" : "public", "name" : "child", "rows" : 1, "bytes" : 8192}, {"schema" : "public", "name" : "events", "rows" : 3000, "bytes" : 163840}, {"schema" : "public", "name" : "events_a", "rows" : 1510, "bytes" : 81920}, {"schema" : "public", "name" : "events_b", "rows" : 1490, "bytes" : 81920}, {"schema" : "public", "name" : "events_b1", "rows" : 1490, "bytes" : 81920}, {"schema" : "public", "name" : "mv", "rows" : 1, "bytes" : 8192}, {"schema" : "public", "name" : "never", "rows" : -1, "bytes" : 0}, {"schema" : "public", "name" : "orders", "rows" : 20000, "bytes" : 2195456}, {"schema" : "public", "name" : "parent", "rows" : 1, "bytes" : 8192}]}
)json";

}  // namespace

TEST_CASE("what the documented query prints is read") {
    const auto sizes = stats::read_snapshot(kPrintedByServer15, "sizes.json");
    REQUIRE(sizes);
    CHECK(sizes->server_version == 15);
    CHECK(sizes->date == "2026-11-21");
    CHECK(sizes->tables.size() == 10);
    CHECK(sizes->tables.at("public.orders").rows == 20000);
    CHECK(sizes->tables.at("public.orders").bytes == 2195456);
    CHECK(sizes->tables.at("public.orders").relation == "public.orders");
    const auto& events = sizes->tables.at("public.events");
    CHECK(events.rows == sizes->tables.at("public.events_a").rows + sizes->tables.at("public.events_b1").rows);
    CHECK(sizes->tables.at("public.never").rows == -1);
    CHECK(sizes->tables.contains("We ird.Q\"uo.ted"));
}

TEST_CASE("rates, indexes and the longest transaction are read where they are told") {
    const auto sizes = stats::read_snapshot(
        R"({"version":1,"serverVersion":17,"date":"2026-01-31","longestTransactionSeconds":340,"tables":[
            {"schema":"public","name":"orders","rows":1,"bytes":100,"indexBytes":30,"writesPerSecond":85.25,"readsPerSecond":4},
            {"schema":"public","name":"users","rows":1,"bytes":100,"indexBytes":null,"writesPerSecond":null}]})",
        "s");
    REQUIRE(sizes);
    CHECK(sizes->longest_transaction == 340);
    CHECK(sizes->tables.at("public.orders").index_bytes == 30);
    CHECK(sizes->tables.at("public.orders").writes_per_second == 85.25);
    CHECK(sizes->tables.at("public.orders").reads_per_second == 4);
    CHECK(sizes->tables.at("public.users").index_bytes == -1);
    CHECK(sizes->tables.at("public.users").writes_per_second == -1);
    CHECK(sizes->tables.at("public.users").reads_per_second == -1);
    CHECK(stats::read_snapshot(kPrintedByServer15, "s")->longest_transaction == -1);
    CHECK_THAT(error_of(snapshot_with(R"([{"schema":"a","name":"b","rows":1,"bytes":1,"writesPerSecond":"85"}])")),
               ContainsSubstring("$.tables[0].writesPerSecond must be a number that is not negative"));
}

TEST_CASE("the server version may be a major or server_version_num") {
    for (const auto& [written, major] : {std::pair{"17", 17}, {"170004", 17}, {"90624", 9}, {"110022", 11}}) {
        const auto sizes = stats::read_snapshot(
            R"({"version":1,"date":"2026-01-31","tables":[],"serverVersion":)" + std::string(written) + "}", "s");
        REQUIRE(sizes);
        CHECK(sizes->server_version == major);
    }
}

TEST_CASE("the npm tool's stats file is read, alone or under tables") {
    const std::string tables = R"([{"schemaName":"app","tableName":"t","rowCount":7,"totalBytes":8192}])";
    for (const std::string& text : {tables, R"({"tables":)" + tables + "}"}) {
        const auto sizes = stats::read_snapshot(text, "sizes.json");
        REQUIRE(sizes);
        CHECK(sizes->tables.at("app.t").rows == 7);
        CHECK(sizes->tables.at("app.t").bytes == 8192);
        CHECK(sizes->server_version == 0);
        CHECK(sizes->date.empty());
    }
}

TEST_CASE("unknown members are ignored, null is unknown") {
    const auto sizes =
        stats::read_snapshot(snapshot_with(R"([{"schema":"a","name":"b","rows":null,"bytes":5,"hot":true}])"), "s");
    REQUIRE(sizes);
    CHECK(sizes->tables.at("a.b").rows == -1);
}

TEST_CASE("snapshot errors name the place") {
    struct Case {
        std::string json;
        std::string says;
    };
    const Case cases[] = {
        {"", "no JSON"},
        {"{\n\"version\": 1,\n oops", "line 3"},
        {"7", "$ must be an object"},
        {"{}", "$.version must be a whole number"},
        {R"({"version":2})", "$.version is 2, this pgfence reads version 1"},
        {R"({"version":1,"serverVersion":"17"})", "$.serverVersion must be a whole number"},
        {R"({"version":1,"serverVersion":1700,"date":"2026-01-31","tables":[]})", "not 1700"},
        {R"({"version":1,"serverVersion":17})", "$.date must be a string"},
        {R"({"version":1,"serverVersion":17,"date":"2026-02-30"})", "$.date must be a date"},
        {R"({"version":1,"serverVersion":17,"date":"2026-01-31"})", "$.tables must be an array"},
        {snapshot_with("[3]"), "$.tables[0] must be an object"},
        {snapshot_with(R"([{"name":"b","rows":1,"bytes":1}])"), "$.tables[0].schema must be a string"},
        {snapshot_with(R"([{"schema":"a","name":"","rows":1,"bytes":1}])"), "$.tables[0].name must be a string"},
        {snapshot_with(R"([{"schema":"a","name":"b","rows":1.5,"bytes":1}])"),
         "$.tables[0].rows must be a whole number"},
        {snapshot_with(R"([{"schema":"a","name":"b","rows":1,"bytes":-2}])"), "$.tables[0].bytes must not be negative"},
        {snapshot_with(R"([{"schema":"a","name":"b","rows":18446744073709551615,"bytes":1}])"),
         "$.tables[0].rows is too large"},
        {snapshot_with(
             R"([{"schema":"a","name":"b","rows":1,"bytes":1},{"schema":"a","name":"b","rows":2,"bytes":1}])"),
         "$.tables[1] lists a.b a second time"},
    };
    for (const Case& c : cases) {
        INFO(c.json);
        CHECK_THAT(error_of(c.json), ContainsSubstring(c.says));
    }
}

TEST_CASE("hostile snapshots end in an error") {
    error_of(std::string(1'000'000, '['));
    error_of(snapshot_with(std::string(200'000, '[') + std::string(200'000, ']')));
    error_of("{\"version\":1,\"date\":\"\xff\xfe\"}");
    error_of(std::string("\0\0", 2));
}

TEST_CASE("a snapshot is stale after 30 days") {
    CHECK_FALSE(stats::staleness_note("stats", "2026-01-31", "2026-01-31"));
    CHECK_FALSE(stats::staleness_note("stats", "2026-01-31", "2026-03-02"));
    CHECK(stats::staleness_note("stats", "2026-01-31", "2026-03-03") ==
          "the stats snapshot is 31 days old (taken 2026-01-31): the tables may have changed since");
    CHECK_THAT(stats::staleness_note("stats", "2023-02-28", "2024-03-01").value(), ContainsSubstring("367 days"));
    CHECK_FALSE(stats::staleness_note("stats", "2027-01-31", "2026-03-03"));
    CHECK_FALSE(stats::staleness_note("stats", "", "2026-03-03"));
}

TEST_CASE("dates are days of the calendar") {
    for (const char* day : {"2026-01-01", "2024-02-29", "0001-12-31"}) CHECK(parse_iso_date(day));
    for (const char* none : {"", "2026-1-1", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-32", "2026/01/01",
                             "-026-01-01", "2026-01-01T00", "2026-01-+1"})
        CHECK_FALSE(parse_iso_date(none));
}
