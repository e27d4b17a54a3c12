// The program itself as `action.yml` starts it: a real repository, a pull request that is pushed twice, GitHub's side
// played by fake_github.
#include <signal.h>
#include <sys/wait.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/bot/fake_github.h"
#include "tests/diff/git_server.h"
#include "tests/diff/repositories.h"

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

/// Pull request 7 of octo/app, whose checkout is in `workspace`.
Ran act(FakeGitHub& github, const fs::path& folder, const fs::path& workspace, const std::string& base,
        const std::string& head, const std::map<std::string, std::string>& differing = {},
        const std::string& before = {}) {
    github.push(head);
    const nlohmann::json side = {{"repo", {{"full_name", "octo/app"}}}};
    nlohmann::json event = {{"repository", {{"full_name", "octo/app"}}},
                            {"pull_request", {{"number", 7}, {"base", side}, {"head", side}}}};
    event["pull_request"]["base"]["sha"] = base;
    event["pull_request"]["head"]["sha"] = head;
    write(folder / "event.json", event.dump());
    write(folder / "output", "");
    std::map<std::string, std::string> variables{
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
        {"GITHUB_WORKSPACE", workspace.string()},
        {"INPUT_PG-VERSION", "16"},
        {"INPUT_REPORT-FILE", "report.json"},
        {"INPUT_SARIF-FILE", "pgfence.sarif"},
        {"INPUT_STATS-FILE", "stats.json"},
        {"INPUT_TOKEN", "ghs_42_secret"},
        {"NO_PROXY", "*"},
    };
    for (const auto& [name, value] : differing) variables[name] = value;
    std::string command = "env -i PATH=/usr/bin:/bin";
    for (const auto& [name, value] : variables) command += " " + for_shell(name + "=" + value);
    return run(command + " " + before + PGFENCE_BINARY " action");
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
    const Ran refused = act(github, folder.path(), repository.path(), base, first);
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
    const Ran accepted = act(github, folder.path(), repository.path(), base, second);
    INFO(accepted.output);
    CHECK(accepted.exit_code == 0);
    REQUIRE(github.check_runs().size() == 2);
    CHECK(github.check_runs()[1].conclusion == "success");
    CHECK(github.check_runs()[1].head_sha == second);
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].id == before.id);
    CHECK(github.comments()[0].body != before.body);
    const auto after = github.comments()[0].body;
    CHECK(after.find("[create-index-not-concurrent]") == std::string::npos);
    CHECK(after.find("- ~~create-index-not-concurrent~~ in `migrations/00002_note.sql`\n") != std::string::npos);
    CHECK(fake::contract_violations(github.requests()) == "");
}

TEST_CASE("pull_request_target of a fork, with nothing checked out") {
    const bool can_fetch = GENERATE(true, false);
    INFO((can_fetch ? "git answers" : "only the API answers"));
    const Folder folder;
    const Repo author(folder / "author");
    author.write("migrations/00001_orders.sql",
                 "-- +goose Up\nCREATE TABLE orders (id bigint PRIMARY KEY, note text);\n");
    author.write(".pgfence.toml", "max-risk = \"low\"\n");
    const std::string base = author.commit();
    author.run("checkout -q -b change");
    author.write("migrations/00002_note.sql", "-- +goose Up\nCREATE INDEX orders_note ON orders (note);\n");
    author.write(".pgfence.toml", "max-risk = \"critical\"\n");
    const std::string head = author.commit();
    // As GitHub keeps a fork's commits: in the repository itself, on no branch.
    const fs::path bare = folder / "octo/app";
    fs::create_directories(bare.parent_path());
    git(folder.path(), "clone -q --bare author octo/app");
    git(bare, "update-ref -d refs/heads/change");
    git(bare, "update-ref refs/pull/7/head " + head);
    git(bare, "config uploadpack.allowAnySHA1InWant true");
    const GitServer server(folder.path());
    const fs::path workspace = folder / "workspace";
    fs::create_directories(workspace);

    FakeGitHub github;
    github.serve_commits_of(author.path().string());
    const Ran ran = act(github, folder.path(), workspace, base, head,
                        {{"GITHUB_EVENT_NAME", "pull_request_target"},
                         {"GITHUB_SERVER_URL", can_fetch ? server.url() : "http://127.0.0.1:1"},
                         {"INPUT_STATS-FILE", ""},
                         {"INPUT_SARIF-FILE", ""},
                         {"INPUT_REPORT-FILE", ""}});
    INFO(ran.output);
    CHECK(ran.exit_code == 1);
    CHECK(ran.output.find(can_fetch ? "nothing is checked out: fetched base (" + base.substr(0, 12)
                                    : "asked the API file by file, as fetching failed (") != std::string::npos);
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body.find("create-index-not-concurrent") != std::string::npos);
    REQUIRE(github.check_runs().size() == 1);
    CHECK(github.check_runs()[0].conclusion == "failure");
    CHECK(github.check_runs()[0].head_sha == head);
    CHECK(fs::is_empty(workspace));
    CHECK(fake::contract_violations(github.requests()) == "");
}

TEST_CASE("a tag is the base in every checkout, and where nothing but the API answers") {
    const Folder folder;
    const Repo author(folder / "author");
    author.write("migrations/1.up.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n");
    const std::string released = author.commit();
    author.run("tag -a -m release v1.0");
    author.write("migrations/2.up.sql", "CREATE INDEX orders_id ON orders (id);\n");
    const std::string base = author.commit();
    author.run("checkout -q -b change");
    author.write("migrations/3.up.sql", "CREATE INDEX orders_note ON orders (note);\n");
    const std::string head = author.commit();
    author.run("checkout -q --detach " + base);
    author.run("merge -q --no-ff -m merge change");
    const std::string merge = author.run("rev-parse HEAD");
    const fs::path bare = folder / "octo/app";
    fs::create_directories(bare.parent_path());
    git(folder.path(), "clone -q --bare author octo/app");
    git(bare, "config uploadpack.allowAnySHA1InWant true");
    git(folder.path(), "--git-dir=" + for_shell(bare.string()) + " fetch -q author HEAD:refs/pull/7/merge");
    const GitServer server(folder.path());
    const auto [options, can_fetch] = GENERATE(table<std::string, bool>(
        {{"--depth=1", true}, {"--depth=2", true}, {"", true}, {"none", true}, {"none", false}}));
    INFO(options << (can_fetch ? "" : ", only the API answers"));
    const fs::path workspace = folder / "workspace";
    fs::create_directories(workspace);
    if (options != "none") {
        git(workspace, "init -q");
        git(workspace, "remote add origin " + for_shell("file://" + bare.string()));
        git(workspace, "fetch -q --no-tags " + options + " origin +" + merge + ":refs/remotes/pull/7/merge");
        git(workspace, "checkout -q --force refs/remotes/pull/7/merge");
    }
    FakeGitHub github;
    github.serve_commits_of(author.path().string());
    const Ran ran = act(github, folder.path(), workspace, base, head,
                        {{"GITHUB_SERVER_URL", can_fetch ? server.url() : "http://127.0.0.1:1"},
                         {"INPUT_BASE", "v1.0"},
                         {"INPUT_STATS-FILE", ""},
                         {"INPUT_SARIF-FILE", ""},
                         {"INPUT_REPORT-FILE", ""}});
    INFO(ran.output);
    CHECK(ran.output.find(" merge base " + released.substr(0, 12)) != std::string::npos);
    CHECK(content(folder / "output").find("files=[\"migrations/2.up.sql\",\"migrations/3.up.sql\"]") !=
          std::string::npos);
}

TEST_CASE("safer SQL is suggested on the statement's own lines") {
    const Folder folder;
    const Repo repository(folder / "workspace");
    repository.write("stats.json", stats(1000));
    repository.write("migrations/1_a.up.sql",
                     "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id "
                     "bigint, note text);\n");
    const std::string base = repository.commit();
    repository.run("checkout -q -b change");
    repository.write("migrations/2_b.up.sql",
                     "SET lock_timeout = '2s';\n"
                     "ALTER TABLE orders\n  ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);\n"
                     "ALTER TABLE orders ALTER COLUMN note SET NOT NULL; -- at last\n"
                     "CREATE INDEX orders_note ON orders (note);\n");
    const std::string head = repository.commit();
    const auto diff = repository.run("diff " + base + " " + head + " -- migrations/2_b.up.sql");
    FakeGitHub github;
    github.add_file({"migrations/2_b.up.sql", diff.substr(diff.find("@@"))});
    const Ran ran = act(github, folder.path(), repository.path(), base, head, {{"INPUT_SUGGESTIONS", "true"}});
    INFO(ran.output);
    // CREATE INDEX CONCURRENTLY has no place in a file of several statements, nor has anything beside a comment.
    REQUIRE(github.review_comments().size() == 1);
    const auto comment = github.review_comments()[0];
    CHECK(comment.path == "migrations/2_b.up.sql");
    CHECK(comment.start_line == 2);
    CHECK(comment.line == 3);
    CHECK(comment.body.find("```suggestion\nALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) "
                            "REFERENCES users (id) NOT VALID;\n```\n\nThen:") != std::string::npos);
    CHECK(comment.body.find("VALIDATE CONSTRAINT orders_user;") != std::string::npos);
    CHECK(fake::contract_violations(github.requests()) == "");
}

TEST_CASE("300 findings fit everywhere, and none is lost") {
    const Folder folder;
    const Repo repository(folder / "workspace");
    repository.write("stats.json", stats(1));
    std::string made, dropped;
    for (int i = 0; i < 300; ++i) {
        made += "CREATE TABLE t" + std::to_string(i) + " (a int);\n";
        dropped += "DROP TABLE t" + std::to_string(i) + ";\n";
    }
    repository.write("migrations/1.sql", made);
    const std::string base = repository.commit();
    repository.run("checkout -q -b change");
    repository.write("migrations/2.sql", dropped);
    const std::string head = repository.commit();
    FakeGitHub github;
    const Ran ran = act(github, folder.path(), repository.path(), base, head);
    CHECK(ran.exit_code == 1);
    CHECK(ran.output.find("ghs_42_secret") == std::string::npos);
    REQUIRE(github.check_runs().size() == 1);
    const auto output = content(folder / "output");
    const auto findings = std::stoul(output.substr(output.find("\nfindings=") + 10));
    CHECK(findings >= 300);
    CHECK(github.check_runs()[0].annotations.size() == findings);
    REQUIRE(github.comments().size() == 1);
    const auto comment = github.comments()[0].body;
    CHECK(comment.size() <= 65'536);
    CHECK(comment.find("**Cut for length.**") != std::string::npos);
    const auto summary = content(folder / "summary");
    CHECK(summary.size() <= 1'048'576);
    for (const int table : {0, 150, 299}) CHECK(summary.find("t" + std::to_string(table)) != std::string::npos);
}

TEST_CASE("a job cancelled while nobody answers ends at once") {
    const Folder folder;
    const Repo repository(folder / "workspace");
    repository.write("stats.json", stats(1));
    const std::string base = repository.commit();
    repository.run("checkout -q -b change");
    repository.write("migrations/1.sql", "DROP TABLE t;\n");
    const std::string head = repository.commit();
    FakeGitHub github;
    const auto released = github.hold("POST", "/check-runs");
    std::chrono::steady_clock::time_point sent;
    std::thread canceller([&] {
        released->wait_until_held();
        sent = std::chrono::steady_clock::now();
        kill(std::stoi(content(folder / "pid")), SIGINT);
    });
    const Ran ran = act(github, folder.path(), repository.path(), base, head, {},
                        "/bin/sh -c 'echo $$ > " + (folder / "pid").string() + "; exec \"$0\" \"$@\"' ");
    const auto took = std::chrono::steady_clock::now() - sent;
    canceller.join();
    released->let_go();
    INFO(ran.output);
    CHECK(ran.exit_code == 3);
    CHECK(ran.output.find("the job was cancelled") != std::string::npos);
    // An answer is waited for 20 seconds, four times. The runner sends its next signal after 7.5 seconds.
    CHECK(took < std::chrono::seconds(7));
}

TEST_CASE("a job cancelled while it waits leaves no check run behind that is still in progress") {
    for (const std::string signal : {"INT", "TERM"}) {
        const Folder folder;
        const Repo repository(folder / "workspace");
        repository.write("stats.json", stats(1));
        const std::string base = repository.commit();
        repository.run("checkout -q -b change");
        std::string sql;
        for (int i = 0; i < 60; ++i) sql += "DROP TABLE t" + std::to_string(i) + ";\n";
        repository.write("migrations/1.sql", sql);
        const std::string head = repository.commit();
        FakeGitHub github;
        github.fail({"PATCH", "/check-runs/", 429, {{"Retry-After", "60"}}});
        const auto begin = std::chrono::steady_clock::now();
        const Ran ran = act(github, folder.path(), repository.path(), base, head, {},
                            "timeout --preserve-status -s " + signal + " 4 ");
        INFO(ran.output);
        CHECK(ran.exit_code == 3);
        // Between GitHub's first signal and the kill there are ten seconds.
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(12));
        REQUIRE(github.check_runs().size() == 1);
        CHECK(github.check_runs()[0].status == "completed");
        CHECK(github.check_runs()[0].conclusion == "failure");
        CHECK(github.comments().empty());
    }
}
