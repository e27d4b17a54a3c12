// The program itself as `action.yml` starts it: a real repository, a pull request that is pushed twice, GitHub's side
// played by fake_github.
#include <sys/wait.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/diff_repositories.h"
#include "tests/fake_github.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::fake::FakeGitHub;

namespace {

struct Ran {
    int exit_code = -1;
    std::string output;
};

Ran run(const std::string& command) {
    Ran ran;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe);
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.output.append(buffer, n);
    ran.exit_code = WEXITSTATUS(pclose(pipe));
    return ran;
}

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Pull request 7 of octo/app, whose checkout is `repository`.
Ran act(const FakeGitHub& github, const fs::path& folder, const Repo& repository, const std::string& base,
        const std::string& head) {
    const nlohmann::json side = {{"repo", {{"full_name", "octo/app"}}}};
    nlohmann::json event = {{"repository", {{"full_name", "octo/app"}}},
                            {"pull_request", {{"number", 7}, {"base", side}, {"head", side}}}};
    event["pull_request"]["base"]["sha"] = base;
    event["pull_request"]["head"]["sha"] = head;
    write(folder / "event.json", event.dump());
    write(folder / "output", "");
    const std::map<std::string, std::string> variables{
        {"GITHUB_ACTIONS", "true"},
        {"GITHUB_API_URL", github.url()},
        {"GITHUB_EVENT_NAME", "pull_request"},
        {"GITHUB_EVENT_PATH", (folder / "event.json").string()},
        {"GITHUB_GRAPHQL_URL", github.graphql_url()},
        {"GITHUB_OUTPUT", (folder / "output").string()},
        {"GITHUB_REPOSITORY", "octo/app"},
        {"GITHUB_RUN_ID", "99"},
        {"GITHUB_SERVER_URL", "https://github.com"},
        {"GITHUB_STEP_SUMMARY", (folder / "summary").string()},
        {"GITHUB_WORKSPACE", repository.path().string()},
        {"INPUT_PG-VERSION", "16"},
        {"INPUT_REPORT-FILE", "report.json"},
        {"INPUT_SARIF-FILE", "pgfence.sarif"},
        {"INPUT_STATS-FILE", "stats.json"},
        {"INPUT_TOKEN", "ghs_42_secret"},
        {"NO_PROXY", "*"},
    };
    std::string command = "env -i";
    for (const auto& [name, value] : variables) command += " " + for_shell(name + "=" + value);
    return run(command + " " PGFENCE_BINARY " action");
}

std::string stats(std::int64_t rows) {
    return R"({"version": 1, "date": "2026-11-20", "serverVersion": 16,
               "tables": [{"schema": "public", "name": "orders", "bytes": 1, "rows": )" +
           std::to_string(rows) + "}]}";
}

}  // namespace

TEST_CASE("a pull request is reviewed, mended and reviewed again") {
    const Folder folder;
    const Repo repository(folder / "workspace");
    repository.write("migrations/00001_orders.sql",
                     "-- +goose Up\nCREATE TABLE orders (id bigint PRIMARY KEY, note text);\n");
    repository.write("stats.json", stats(90'000'000));
    repository.write(".pgfence.toml", "max-risk = \"low\"\n");
    const std::string base = repository.commit();
    repository.run("checkout -q -b change");
    repository.write("migrations/00002_note.sql", "-- +goose Up\nCREATE INDEX orders_note ON orders (note);\n");
    // What a pull request may not do: make its own tables small and its own threshold high.
    repository.write("stats.json", stats(1));
    repository.write(".pgfence.toml", "max-risk = \"critical\"\n[rules]\ncreate-index-not-concurrent = \"off\"\n");
    const std::string first = repository.commit();

    FakeGitHub github;
    const Ran refused = act(github, folder.path(), repository, base, first);
    INFO(refused.output);
    CHECK(refused.exit_code == 1);
    REQUIRE(github.check_runs().size() == 1);
    CHECK(github.check_runs()[0].conclusion == "failure");
    CHECK(github.check_runs()[0].head_sha == first);
    CHECK(github.check_runs()[0].annotations.size() >= 1);
    REQUIRE(github.comments().size() == 1);
    const auto before = github.comments()[0];
    CHECK(before.body.find("create-index-not-concurrent") != std::string::npos);
    CHECK(before.body.find("90,000,000") != std::string::npos);
    CHECK(content(folder / "output").find("verdict=fail\nmax-risk=critical\n") == 0);
    CHECK(refused.output.find("ghs_42_secret") == std::string::npos);
    const Ran sarif =
        run("node " PGFENCE_TEST_TOOLS "/validate-sarif.mjs " + (repository.path() / "pgfence.sarif").string());
    INFO(sarif.output);
    CHECK(sarif.exit_code == 0);
    fs::remove(repository.path() / "pgfence.sarif");
    fs::remove(repository.path() / "report.json");

    repository.write("migrations/00002_note.sql",
                     "-- +goose NO TRANSACTION\n-- +goose Up\n"
                     "CREATE INDEX CONCURRENTLY orders_note ON orders (note);\n");
    const std::string second = repository.commit();
    const Ran accepted = act(github, folder.path(), repository, base, second);
    INFO(accepted.output);
    CHECK(accepted.exit_code == 0);
    REQUIRE(github.check_runs().size() == 2);
    CHECK(github.check_runs()[1].conclusion == "success");
    CHECK(github.check_runs()[1].head_sha == second);
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].id == before.id);
    CHECK(github.comments()[0].body != before.body);
    CHECK(github.comments()[0].body.find("create-index-not-concurrent") == std::string::npos);
    CHECK(fake::contract_violations(github.requests()) == "");
}
