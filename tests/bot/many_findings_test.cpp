// A pull request with 300 findings, from SQL to GitHub.
#include <algorithm>

#include "bot/compose.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "tests/bot/publishing.h"

using namespace pgfence;
using namespace pgfence::testing;

namespace {

constexpr std::size_t kFindings = 300;

Report reviewed() {
    pipeline::FilesRequest request;
    std::string made, changed;
    for (std::size_t i = 0; i < kFindings; ++i) {
        made += "CREATE TABLE table_" + std::to_string(i) + " (id bigint PRIMARY KEY, note text);\n";
        changed += "CREATE INDEX index_" + std::to_string(i) + " ON table_" + std::to_string(i) + " (note);\n";
    }
    request.files = {{"migrations/1.sql", made, MigrationFile::Role::history}, {"migrations/2.sql", changed}};
    request.choices.pg_version = 16;
    const auto report = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    REQUIRE(report);
    return *report;
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

TEST_CASE("300 findings: all annotations, a comment and a summary that fit and are whole") {
    const Report report = reviewed();
    ComposeContext context;
    context.head_sha = kHead;
    context.server_url = "https://github.com";
    context.repository = "octo/app";
    context.run_url = "https://github.com/octo/app/actions/runs/1";
    const auto composed = compose(report, context);
    REQUIRE(composed.publication.check.annotations.size() >= kFindings);

    FakeGitHub github;
    const auto published = publish(github, composed.publication);
    CHECK(reasons(published).empty());
    REQUIRE(github.check_runs().size() == 1);
    const auto run = github.check_runs()[0];
    CHECK(run.status == "completed");
    CHECK(run.conclusion == "failure");
    CHECK(run.annotations.size() == composed.publication.check.annotations.size());
    for (std::size_t i = 0; i < kFindings; ++i)
        CHECK(std::any_of(run.annotations.begin(), run.annotations.end(), [&](const std::string& message) {
            return message.find("table_" + std::to_string(i)) != message.npos;
        }));

    REQUIRE(github.comments().size() == 1);
    const std::string comment = github.comments()[0].body;
    CHECK(code_points(comment) <= 65'536);
    CHECK(comment.find(context.run_url) != comment.npos);
    const std::string& summary = composed.publication.summary_markdown;
    CHECK(summary.size() <= 1024 * 1024);
    for (const std::string& text : {comment, summary}) {
        CHECK(count(text, "<details>") == count(text, "</details>"));
        CHECK(count(text, "\n```") % 2 == 0);
    }
    CHECK(fake::contract_violations(github.requests()) == "");
}
