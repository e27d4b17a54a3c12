// Servers that are newer than the grammar, and than any that was watched.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>

#include "core/server_version.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "pipeline/settings.h"

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

TEST_CASE("a schema of a server that was never watched is judged as the newest one's, and the report says so") {
    pipeline::Prepared change;
    change.files = pipeline::as_migrations({{"migrations/1.sql", "SELECT 1;"}});
    change.snapshot = stats::SchemaSnapshot{"SELECT 1;", kNewestServer + 1, "2026-11-22", ""};
    change.today = "2026-11-22";
    const Report report = pipeline::review(std::move(change));
    CHECK(report.postgres_version == kNewestServer);
    REQUIRE(report.notes.size() == 1);
    CHECK_THAT(report.notes.front(),
               ContainsSubstring("PostgreSQL 20 is judged as 19: pgfence has not been tested on a server of 20"));
    CHECK(report_for(kNewestServer, "SELECT 1;").notes.empty());
}

TEST_CASE("a statement of 19 fails on every server before it, and is judged on 19") {
    for (const int version : {11, 15, 18}) {
        const Report report = report_for(version, "REPACK orders;");
        const auto& findings = report.files.front().statements.front().findings;
        const auto fails = std::find_if(findings.begin(), findings.end(), [](const auto& reported) {
            return reported.finding.rule == "unsupported-on-version";
        });
        REQUIRE(fails != findings.end());
        CHECK(fails->finding.fails);
        CHECK(fails->finding.certainty == Certainty::known);
    }
    const Report report = report_for(19, "REPACK orders;");
    REQUIRE_FALSE(report.files.front().statements.front().findings.empty());
    CHECK(report.files.front().statements.front().findings.front().finding.rule == "vacuum-full-cluster");
    CHECK(report.files.front().unread.empty());
}

TEST_CASE("what only a newer grammar has is not said to fail for sure, and never passes") {
    const char* sql = "WAIT FOR LSN '0/306EE20';";
    const Report before = report_for(18, sql), newest = report_for(19, sql);
    const Finding& fails = before.files.front().statements.front().findings.front().finding;
    CHECK(fails.rule == "syntax-error");
    CHECK(fails.certainty == Certainty::known);
    const auto& statement = newest.files.front().statements.front();
    CHECK(statement.findings.empty());
    REQUIRE(statement.statement.effects.failures.size() == 1);
    CHECK_FALSE(statement.statement.effects.failures.begin()->certain);
    CHECK(newest.files.front().unread.size() == 1);
    CHECK(newest.verdict.outcome != Outcome::pass);
}
