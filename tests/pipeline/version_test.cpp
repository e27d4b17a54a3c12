// A server that is newer than any that was watched.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>

#include "core/server_version.h"
#include "pipeline/files.h"
#include "pipeline/review.h"

using namespace pgfence;
using Catch::Matchers::ContainsSubstring;

namespace {

Report report_for(int version, const std::string& sql) {
    pipeline::FilesRequest request;
    request.files = {{"migrations/1.sql", sql}};
    request.config_file = "/dev/null";
    request.choices.today = "2026-11-22";
    request.choices.pg_version = version;
    auto report = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    REQUIRE(report);
    return std::move(*report);
}

}  // namespace

TEST_CASE("a version that was never watched is answered for as the last one, and the report says so") {
    const char* sql = "ALTER TABLE orders ADD COLUMN seen timestamptz DEFAULT clock_timestamp();";
    const Report proven = report_for(kNewestProvenServer, sql), newest = report_for(kNewestServer, sql);
    REQUIRE(newest.files.front().statements.size() == 1);
    const auto& one = newest.files.front().statements.front();
    CHECK(one.findings.size() == proven.files.front().statements.front().findings.size());
    REQUIRE(one.statement.effects.lock_on("public.orders"));
    CHECK(one.statement.effects.work.front().kind == Work::Kind::rewrite);
    CHECK(proven.notes.empty());
    REQUIRE(newest.notes.size() == 1);
    CHECK_THAT(newest.notes.front(), ContainsSubstring("PostgreSQL 19 is judged by what 18 does"));
}

TEST_CASE("what only a newer grammar has is not said to fail for sure") {
    const char* sql = "REPACK (CONCURRENTLY) orders;";
    const Report proven = report_for(18, sql), newest = report_for(19, sql);
    const Finding& fails = proven.files.front().statements.front().findings.front().finding;
    const Finding& may_fail = newest.files.front().statements.front().findings.front().finding;
    CHECK(fails.rule == "syntax-error");
    CHECK(fails.certainty == Certainty::known);
    CHECK(may_fail.rule == "syntax-error");
    CHECK(may_fail.certainty == Certainty::depends);
    CHECK_THAT(may_fail.message, ContainsSubstring("PostgreSQL 19 may know it"));
}
