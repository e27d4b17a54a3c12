// What is said by default: nothing that is mere advice about new tables, and no word louder than its risk.

#include <algorithm>

#include "tests/diff/repositories.h"
#include "pipeline/files.h"
#include "pipeline/review.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

/// "severity rule" a line, in order, each once.
std::string said(const std::string& sql, const std::string& config = "") {
    const Folder folder;
    std::ofstream(folder / "config.toml") << config;
    pipeline::FilesRequest request;
    request.files.push_back({"1.sql", sql});
    request.config_file = (folder / "config.toml").string();
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    INFO((review ? "" : review.error().message));
    REQUIRE(review);
    std::vector<std::string> lines;
    for (const StatementReport& statement : review->files[0].statements)
        for (const Graded& graded : statement.findings)
            lines.push_back(std::string(name_of(graded.severity)) + " " + graded.finding.rule);
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

constexpr const char* kNewTables = R"(
CREATE TABLE users (id serial PRIMARY KEY, seen timestamp, kind varchar(20), data json);
CREATE TABLE logs (line char(10));
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);
CREATE INDEX ON orders (id);
ALTER TABLE orders ADD COLUMN total int NOT NULL DEFAULT random();
ALTER TABLE orders ADD CHECK (total > 0);
)";

}  // namespace

TEST_CASE("tables that the change makes give no finding by default") { CHECK(said(kNewTables).empty()); }

TEST_CASE("advice about them is for those who ask") {
    CHECK(said(kNewTables, "[categories]\ntype-choice = \"notice\"\n").find("notice prefer-timestamptz") !=
          std::string::npos);
    CHECK(said(kNewTables, "[rules]\nforeign-key-missing-index = \"warning\"\n") ==
          "warning foreign-key-missing-index\n");
    CHECK(said(kNewTables, "rule-set = \"all\"\n").find("notice prefer-bigint") != std::string::npos);
}

TEST_CASE("about a table in use the same advice is given") {
    CHECK(said("SET lock_timeout = '1s';\nALTER TABLE orders ADD COLUMN seen timestamp;\n") ==
          "notice prefer-timestamptz\n");
}

TEST_CASE("what is of low risk is a warning at most, unless the team calls it an error") {
    const std::string sql =
        "SET lock_timeout = '1s';\nALTER TABLE a ADD CONSTRAINT c CHECK (id > 0) NOT VALID;\n"
        "LOCK TABLE b IN ACCESS EXCLUSIVE MODE;\n";
    CHECK(said(sql).find("error ") == std::string::npos);
    CHECK(said(sql).find("warning lock-table\n") != std::string::npos);
    CHECK(said(sql, "[rules]\nlock-table = \"error\"\n").find("error lock-table\n") != std::string::npos);
}
