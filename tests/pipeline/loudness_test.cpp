// What is said by default: nothing that is mere advice about new tables, and no word louder than its risk.

#include <algorithm>

#include "pipeline/files.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

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

namespace {

/// A table of the history with so many columns of each type.
std::string with_columns(int timestamps, int timestamptzs) {
    std::string sql = "CREATE TABLE orders (id int PRIMARY KEY";
    for (int i = 0; i < timestamps; ++i) sql += ", a" + std::to_string(i) + " timestamp";
    for (int i = 0; i < timestamptzs; ++i) sql += ", b" + std::to_string(i) + " timestamptz";
    return sql + ");\n";
}

Report after_history(const std::string& history, const std::string& sql, const std::string& config = "") {
    const Folder folder;
    const Repo repo(folder / "repo");
    if (!config.empty()) repo.write(".pgfence.toml", config);
    repo.write("migrations/1.sql", history);
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/2.sql", sql);
    repo.commit();
    return pipeline::testing::reviewed(repo, base);
}

bool has_note(const Report& report, std::string_view part) {
    return std::any_of(report.notes.begin(), report.notes.end(),
                       [&](const std::string& note) { return note.find(part) != note.npos; });
}

}  // namespace

TEST_CASE("advice against a project's habit is one note, unless the team asks for it") {
    const std::string add = "ALTER TABLE orders ADD COLUMN seen timestamp;\nALTER TABLE orders ADD paid timestamp;\n";
    const auto is_listed = [&](const Report& report) {
        return pipeline::testing::has_finding(report, "prefer-timestamptz");
    };
    const Report habit = after_history(with_columns(8, 2), add);
    CHECK_FALSE(is_listed(habit));
    CHECK(has_note(habit, "2 findings are not listed (prefer-timestamptz)"));
    for (const auto& [timestamps, timestamptzs] : {std::pair{4, 0}, {8, 3}, {0, 8}}) {
        const Report none = after_history(with_columns(timestamps, timestamptzs), add);
        CHECK(is_listed(none));
        CHECK_FALSE(has_note(none, "not listed (prefer-timestamptz)"));
    }
    CHECK(is_listed(after_history(with_columns(8, 2), add, "[rules]\nprefer-timestamptz = \"notice\"\n")));
}

TEST_CASE("what is of low risk is a warning at most, unless the team calls it an error") {
    const std::string sql =
        "SET lock_timeout = '1s';\nALTER TABLE a ADD CONSTRAINT c CHECK (id > 0) NOT VALID;\n"
        "LOCK TABLE b IN ACCESS EXCLUSIVE MODE;\n";
    CHECK(said(sql).find("error ") == std::string::npos);
    CHECK(said(sql).find("warning lock-table\n") != std::string::npos);
    CHECK(said(sql, "[rules]\nlock-table = \"error\"\n").find("error lock-table\n") != std::string::npos);
}
