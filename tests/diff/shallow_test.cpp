// The checkouts that actions/checkout makes, and what becomes of what they lack.
#include <algorithm>
#include <catch2/generators/catch_generators.hpp>

#include "diff/changes.h"
#include "diff/remote.h"
#include "extract/detect.h"
#include "tests/diff/git_server.h"

using namespace pgfence;
using namespace pgfence::diff;
using namespace pgfence::diff::testing;
using Role = MigrationFile::Role;

namespace {

constexpr const char* kToken = "ghs_1234567890_secret";
constexpr const char* kLogin =
    "Basic eC1hY2Nlc3MtdG9rZW46Z2hzXzEyMzQ1Njc4OTBfc2VjcmV0";  // printf x-access-token:TOKEN | base64

/// A server's repository "owner/name.git" as a pull request leaves it: main moved on after the branch, and GitHub's
/// test merge.
struct PullRequest {
    explicit PullRequest(const Folder& folder, int commits_between = 0)
        : repo(folder / "author"), bare(folder / "owner/name.git") {
        std::string noise(200'000, 'x');
        for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>('!' + i * i * 7919 % 90);
        repo.write("assets/large.txt", noise);
        repo.write("migrations/1.sql", "create table a();\n");
        fork = repo.commit("fork");
        repo.run("checkout -q -b feature");
        repo.empty_commits(commits_between);
        repo.write("migrations/2_mine.sql", "create table b();\n");
        repo.write("migrations/1.sql", "create table a();\n-- edited\n");
        head = repo.commit("head");
        repo.run("checkout -q main");
        repo.empty_commits(commits_between);
        repo.write("migrations/3_theirs.sql", "create table c();\n");
        repo.write(".pgfence.toml", "max-risk = 'low'\n");
        base = repo.commit("base");
        repo.run("checkout -q --detach");
        repo.run("merge -q --no-ff -m merge feature");
        merge = repo.run("rev-parse HEAD");
        fs::create_directories(bare.parent_path());
        git(folder.path(), "clone -q --bare author owner/name.git");
        git(bare, "update-ref refs/pull/1/head " + head);
        git(bare, "update-ref -d refs/heads/feature");
        git(bare, "config uploadpack.allowAnySHA1InWant true");  // as GitHub has it
        git(bare, "config uploadpack.allowFilter true");
        git(folder.path(), "--git-dir=" + for_shell(bare.string()) + " fetch -q author HEAD:refs/pull/1/merge");
    }
    Repo repo;
    fs::path bare;
    std::string fork, head, base, merge;
};

/// What actions/checkout runs for a pull_request event.
fs::path checkout(const Folder& folder, const PullRequest& pull, const std::string& options,
                  const std::string& what = {}) {
    const fs::path clone = folder / "workspace";
    fs::create_directories(clone);
    git(clone, "init -q");
    git(clone, "remote add origin " + for_shell("file://" + pull.bare.string()));
    git(clone, "fetch -q --no-tags --prune --no-recurse-submodules " + options + " origin +" +
                   (what.empty() ? pull.merge : what) + ":refs/remotes/pull/1/merge");
    git(clone, "checkout -q --force refs/remotes/pull/1/merge");
    return clone;
}

Request request_for(const fs::path& clone, const PullRequest& pull) {
    Request request;
    request.files.detect = extract::detect;
    request.repository_path = clone.string();
    request.base = pull.base;
    request.head = pull.head;
    return request;
}

Request over_http(Request request, const GitServer& server, const std::string& token = {}) {
    request.credentials = {Secret(token), server.url(), "owner/name.git", {}};
    return request;
}

std::string drawn(const Result<Change>& change) {
    if (!change) return change.error().message;
    std::string text;
    for (const MigrationFile& file : change->files)
        text += (file.role == Role::history ? "history " : "changed ") + file.path + "\n";
    return text;
}

/// What was merged meanwhile is there, whichever commit the change is compared from.
const std::string kShown =
    "history migrations/1.sql\nhistory migrations/3_theirs.sql\nchanged migrations/1.sql\nchanged "
    "migrations/2_mine.sql\n";

}  // namespace

TEST_CASE("each checkout shows the same change, and stays as it was") {
    struct Case {
        const char* options;
        std::string PullRequest::*what;
        bool from_fork;
    };
    const auto& [options, what, from_fork] = GENERATE(values<Case>({
        {"", &PullRequest::merge, true},            // fetch-depth: 0
        {"--depth=1", &PullRequest::merge, false},  // the default
        {"--depth=2", &PullRequest::merge, false},
        {"--depth=1", &PullRequest::head, true},            // ref: head.sha
        {"--depth=1", &PullRequest::base, true},            // pull_request_target's default
        {"--filter=blob:none", &PullRequest::merge, true},  // filter:, fetch-depth: 0
        {"--filter=blob:none --depth=1", &PullRequest::merge, false},
        {"--filter=tree:0", &PullRequest::merge, true},
    }));
    const bool http = GENERATE(false, true);
    const Folder folder;
    const PullRequest pull(folder);
    INFO(options << " of " << pull.*what << (http ? " over HTTP" : " over file://"));
    const auto clone = checkout(folder, pull, options, pull.*what);
    // In a container action the workspace is the runner's own user's, and the program is root.
    if (getuid() == 0) REQUIRE(std::system(("chown -R 1001:1001 " + for_shell(clone.string())).c_str()) == 0);
    const GitServer server(folder.path(), kLogin);
    auto request = request_for(clone, pull);
    if (http) request = over_http(request, server, kToken);
    const auto before = everything_in(clone);

    auto comparison = Comparison::open(request);
    INFO((comparison ? comparison->how() : comparison.error().message));
    REQUIRE(comparison);
    CHECK(drawn(comparison->changes({{}, {}, extract::detect})) == kShown);
    CHECK(comparison->base() == (from_fork ? pull.fork : pull.base));
    CHECK(comparison->file_at_base(".pgfence.toml").value() == "max-risk = 'low'\n");
    CHECK(everything_in(clone) == before);
}

TEST_CASE("a sparse checkout has all commits, whatever lies in the work tree") {
    const bool partial = GENERATE(false, true);
    const Folder folder;
    const PullRequest pull(folder);
    const auto clone = checkout(folder, pull, partial ? "--filter=blob:none" : "--depth=1");
    // As actions/checkout does it: the work tree's own configuration is switched on for it.
    git(clone, "sparse-checkout set assets");
    REQUIRE_FALSE(fs::exists(clone / "migrations"));
    const GitServer server(folder.path(), kLogin);
    const auto before = everything_in(clone);
    CHECK(drawn(changes(over_http(request_for(clone, pull), server, kToken))) == kShown);
    CHECK(everything_in(clone) == before);
}

TEST_CASE("the default checkout costs one commit's difference, not the files again") {
    const Folder folder;
    const PullRequest pull(folder);
    const auto clone = checkout(folder, pull, "--depth=1");
    GitServer server(folder.path());
    CHECK(drawn(changes(over_http(request_for(clone, pull), server))) == kShown);
    CHECK(server.sent() < 10'000);  // the large file has 200,000 bytes
}

TEST_CASE("a merge base far back is fetched deeper and deeper") {
    struct Case {
        const char* options;
        bool of_head, stale;
    };
    const auto& [options, of_head, stale] = GENERATE(values<Case>({
        {"--depth=1", true, false},
        {"--depth=50", true, false},  // ends where the first fetch ends: the server does not say so again
        {"--depth=1", false, true},   // the test merge of an earlier push
        {"--depth=50", false, true},
    }));
    INFO(options << (of_head ? " of the head" : "") << (stale ? ", stale" : ""));
    const Folder folder;
    const PullRequest pull(folder, 120);
    const auto clone = checkout(folder, pull, options, of_head ? pull.head : "");
    auto request = request_for(clone, pull);
    std::string expected = kShown;
    if (stale) {
        pull.repo.run("checkout -q feature");
        pull.repo.write("migrations/4_later.sql", "create table d();\n");
        request.head = pull.repo.commit("later");
        git(folder.path(), "--git-dir=" + for_shell(pull.bare.string()) + " fetch -q author feature:refs/pull/1/later");
        expected += "changed migrations/4_later.sql\n";
    }
    GitServer server(folder.path());
    const auto before = everything_in(clone);
    CHECK(drawn(changes(over_http(request, server))) == expected);
    CHECK(everything_in(clone) == before);
    const auto requests = server.requests();
    CHECK(std::count_if(requests.begin(), requests.end(), [](const auto& line) { return line.starts_with("GET"); }) ==
          2);  // 50, 500
}

TEST_CASE("a branch's name is enough") {
    const Folder folder;
    const PullRequest pull(folder);
    const auto clone = checkout(folder, pull, "--depth=1", pull.head);
    const GitServer server(folder.path());
    for (const std::string name : {"main", "origin/main", "refs/heads/main"}) {
        auto request = over_http(request_for(clone, pull), server);
        request.base = name;
        request.head = std::nullopt;
        CHECK(drawn(changes(request)) == kShown);
    }
    auto request = over_http(request_for(clone, pull), server);
    request.base = "trunk";
    CHECK(drawn(changes(request)).find("the server has no base 'trunk'") != std::string::npos);
}

TEST_CASE("nothing checked out: both sides are fetched, and the folder stays empty") {
    const Folder folder;
    const PullRequest pull(folder);
    const GitServer server(folder.path(), kLogin);
    const fs::path empty = folder / "workspace", scratch = folder / "scratch";
    fs::create_directories(empty);
    fs::create_directories(scratch);
    auto request = over_http(request_for(empty, pull), server, kToken);
    request.scratch_folder = scratch.string();
    {
        auto comparison = Comparison::open(request);
        INFO((comparison ? comparison->how() : comparison.error().message));
        REQUIRE(comparison);
        CHECK(comparison->how().starts_with("nothing is checked out: fetched base ("));
        CHECK(drawn(comparison->changes({{}, {}, extract::detect})) == kShown);
        CHECK(comparison->file_at_base(".pgfence.toml").value() == "max-risk = 'low'\n");
    }
    CHECK(fs::is_empty(empty));
    CHECK(fs::is_empty(scratch));

    request.base = "origin/main";
    CHECK(drawn(changes(request)) == kShown);

    request.credentials.token = {};
    CHECK(drawn(changes(request))
              .find("asks for a login and there is no token): give the token the permission "
                    "`contents: read`, or check out the repository") != std::string::npos);
    // On a developer's machine nobody says where the repository is.
    request.credentials = {};
    CHECK(drawn(changes(request)).find("is not inside a git repository") != std::string::npos);
}

TEST_CASE("what cannot be fetched ends in the workflow's line") {
    const Folder folder;
    const PullRequest pull(folder);
    const auto clone = checkout(folder, pull, "--depth=1");
    const auto refused = [&](const Request& request, const std::string& commit, std::string_view why) {
        const auto change = changes(request);
        REQUIRE_FALSE(change);
        const std::string& message = change.error().message;
        INFO(message);
        CHECK(change.error().kind == Error::Kind::failure);
        for (const std::string_view part :
             {std::string_view(commit), why,
              std::string_view("add the line `fetch-depth: 0` under `with:` of the actions/checkout step")})
            CHECK(message.find(part) != message.npos);
        CHECK(message.find(kToken) == message.npos);
        CHECK(message.find("eC1hY2Nlc3M") == message.npos);
    };
    auto request = request_for(clone, pull);

    SECTION("no remote") {
        git(clone, "remote remove origin");
        refused(request, pull.base, "no remote 'origin'");
    }
    SECTION("a remote that is gone") {
        fs::remove_all(pull.bare);
        refused(request, pull.base, "failed");
    }
    SECTION("a remote whose URL holds the secret") {
        git(clone,
            std::string("remote set-url origin http://x-access-token:") + kToken + "@127.0.0.1:1/owner/name.git");
        refused(request, pull.base, "http://***@127.0.0.1:1/owner/name.git");
        request.credentials.token = Secret(kToken);
        refused(request, pull.base, "http://***@127.0.0.1:1/owner/name.git");
    }
    SECTION("no token where one is wanted") {
        const GitServer server(folder.path(), kLogin);
        refused(over_http(request, server), pull.base, "asks for a login and there is no token");
    }
    SECTION("a token that is not taken") {
        GitServer server(folder.path(), "Basic other");
        refused(over_http(request, server, kToken), pull.base, "permission 'contents: read'");
        CHECK(server.requests().size() == 2);  // asked once, told once
    }
    SECTION("a commit that the server does not have") {
        const GitServer server(folder.path());
        request.base = std::string(40, 'b');
        request.head = std::string(40, 'c');
        refused(over_http(request, server), *request.base, "failed");
    }
    SECTION("a folder that cannot be written") {
        request.scratch_folder = (folder / "nowhere").string();
        refused(request, pull.base, "set TMPDIR");
    }
}

TEST_CASE("the token goes to its own server alone") {
    const Folder folder;
    const PullRequest pull(folder);
    const auto clone = checkout(folder, pull, "--depth=1");
    GitServer other(folder.path(), kLogin), own(folder.path(), kLogin);
    auto request = request_for(clone, pull);
    request.credentials.token = Secret(kToken);

    SECTION("an origin elsewhere") {
        git(clone, "remote set-url origin " + other.url("localhost") + "/owner/name.git");
    }
    SECTION("a redirect elsewhere") {
        own.redirect_to = other.url("localhost");
        request = over_http(request, own, kToken);
    }
    CHECK_FALSE(changes(request));
    for (const auto& line : other.requests()) CHECK(line.ends_with("| "));
}

TEST_CASE("nothing temporary is left behind") {
    const Folder folder;
    const PullRequest pull(folder);
    const auto clone = checkout(folder, pull, "--depth=1");
    auto request = request_for(clone, pull);
    request.scratch_folder = (folder / "scratch").string();
    fs::create_directories(request.scratch_folder);
    CHECK(drawn(changes(request)) == kShown);
    CHECK(fs::is_empty(request.scratch_folder));
    fs::remove_all(pull.bare);
    CHECK_FALSE(changes(request));
    CHECK(fs::is_empty(request.scratch_folder));
}

TEST_CASE("hosts and secrets in URLs") {
    CHECK(host_of("https://GitHub.com/a/b") == "github.com");
    CHECK(host_of("https://u:p@github.com:8443/a") == "github.com");
    CHECK(host_of("https://github.com@evil.example/a") == "evil.example");
    CHECK(host_of("/srv/git") == "");
    CHECK(without_secrets("x s3cret y s3crets3cret", Secret("s3cret")) == "x *** y ******");
    CHECK(without_secrets("https://u:p@h/x and ssh://git@h", {}) == "https://***@h/x and ssh://***@h");
    CHECK(without_secrets("https://h/x@y file:///a@b", {}) == "https://h/x@y file:///a@b");
    CHECK(without_secrets("Basic eC1hY2Nlc3MtdG9rZW46dA==", Secret("t0ken-not-in-it")) ==
          "Basic eC1hY2Nlc3MtdG9rZW46dA==");
    CHECK(without_secrets("Basic eC1hY2Nlc3MtdG9rZW46c2VjcmV0", Secret("secret")) == "Basic ***");
}
