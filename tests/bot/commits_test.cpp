// The last way to what changed: GitHub's API, asked commit by commit and file by file.
#include "bot/github_commits.h"
#include "diff/changes.h"
#include "extract/detect.h"
#include "tests/bot/publishing.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::testing;
using namespace pgfence::diff::testing;

namespace {

/// A pull request whose repository nobody can fetch from.
struct Unreachable {
    Folder folder;
    Repo author{folder / "author"};
    std::string fork, base, head;
    FakeGitHub github;
    Time time;

    Unreachable() {
        author.write("migrations/1.sql", "create table a();\n");
        author.write("migrations/sub.d/x.sql", "select 1;\n");
        author.write("migrations/sub/x.sql", "select 2;\n");
        author.write("migrations/sub-x.sql", "select 3;\n");
        author.write("app/main.py", "print('a')\n");
        author.write("app/odd \xC3\xA9 name.txt", std::string("\0\xFF\n", 3));
        fork = author.commit();
        author.run("checkout -q -b feature");
        author.write("migrations/1.sql", "create table a();\n-- edited\n");
        author.write("migrations/2.sql", "create table b();\n");
        head = author.commit();
        author.run("checkout -q main");
        author.write("migrations/3.sql", "create table c();\n");
        author.write(".pgfence.toml", "max-risk = 'low'\n");
        base = author.commit();
        github.serve_commits_of(author.path());
        fs::create_directories(folder / "workspace");
    }

    template <class Use>
    void with_comparison(const std::string& base_name, Use use) {
        auto transport = connect_to_api({{{"GITHUB_API_URL", github.url()}, {"NO_PROXY", "*"}}});
        REQUIRE(transport);
        GitHubClient client(**transport, time.clock(),
                            {"octo/app", "", "/graphql", github.url(), Secret(kToken), [] { return false; }});
        GitHubCommits commits(client);
        diff::Request request;
        request.repository_path = (folder / "workspace").string();
        request.base = base_name;
        request.head = head;
        request.credentials = {Secret(kToken), "http://127.0.0.1:1", "octo/app", {}};
        request.commits = &commits;
        use(diff::Comparison::open(request));
    }

    std::string refusal(const std::string& base_name) {
        std::string said;
        with_comparison(base_name, [&](Result<diff::Comparison> comparison) {
            if (!comparison) {
                said = comparison.error().message;
                return;
            }
            const auto change = comparison->changes({{}, {}, extract::detect});
            said = change ? "" : change.error().message;
        });
        return said;
    }
};

std::string drawn(const Result<diff::Change>& change) {
    if (!change) return change.error().message;
    std::string text;
    for (const MigrationFile& file : change->files)
        text += (file.role == MigrationFile::Role::history ? "history " : "changed ") + file.path + ": " + file.text;
    return text;
}

}  // namespace

TEST_CASE("what cannot be fetched is asked for, and proven by git's own ids") {
    Unreachable pull;
    for (const std::string& base : {pull.base, std::string("origin/main")})
        pull.with_comparison(base, [&](Result<diff::Comparison> comparison) {
            INFO((comparison ? comparison->how() : comparison.error().message));
            REQUIRE(comparison);
            CHECK(comparison->how().starts_with("asked the API file by file, as fetching failed ("));
            CHECK(comparison->how().ends_with("compared head " + pull.head + " with base " + pull.base +
                                              " from their merge base " + pull.fork));
            CHECK(comparison->base() == pull.fork);
            CHECK(comparison->head() == pull.head);
            CHECK(comparison->file_at_base(".pgfence.toml").value() == "max-risk = 'low'\n");
            const auto change = comparison->changes({{}, {}, extract::detect});
            // As a clone has it, order and bytes.
            diff::Request local;
            local.repository_path = pull.author.path().string();
            local.base = pull.base;
            local.head = pull.head;
            local.files.detect = extract::detect;
            CHECK(drawn(change) == drawn(diff::changes(local)));
            REQUIRE(change);
            CHECK(change->base == pull.fork);
            CHECK(change->paths == diff::changes(local)->paths);
        });
    CHECK(fs::is_empty(pull.folder / "workspace"));
    CHECK(fake::contract_violations(pull.github.requests()) == "");
}

TEST_CASE("a partial clone's missing files are asked for where they cannot be fetched") {
    Unreachable pull;
    pull.author.run("config uploadpack.allowFilter true");
    pull.author.run("config uploadpack.allowAnySHA1InWant true");
    for (const std::string filter : {"blob:none", "tree:0"}) {
        INFO(filter);
        const auto clone = pull.folder / "workspace";
        fs::remove_all(clone);
        git(pull.folder.path(), "clone -q --no-checkout --filter=" + filter + " file://" +
                                    for_shell((pull.folder / "author").string()) + " workspace");
        const auto before = everything_in(clone);
        pull.with_comparison(pull.base, [&](Result<diff::Comparison> comparison) {
            INFO((comparison ? comparison->how() : comparison.error().message));
            REQUIRE(comparison);
            const auto change = comparison->changes({{}, {}, extract::detect});
            diff::Request local;
            local.repository_path = pull.author.path().string();
            local.base = pull.base;
            local.head = pull.head;
            local.files.detect = extract::detect;
            CHECK(drawn(change) == drawn(diff::changes(local)));
            CHECK(comparison->file_at_base(".pgfence.toml").value() == "max-risk = 'low'\n");
            REQUIRE(change);
            CHECK(change->how.find("the API was asked for the files that the clone lacks") != std::string::npos);
        });
        for (const auto& [path, content] : everything_in(clone)) {
            INFO(path);
            CHECK(before.contains(path));
            if (before.contains(path)) CHECK(before.at(path) == content);
        }
    }
    pull.github.fail({"GET", "/git/commits/", 404, {}, R"({"message":"Not Found"})", false, 99});
    const auto said = pull.refusal(pull.base);
    INFO(said);
    CHECK(said.find("404 Not Found") != std::string::npos);
    CHECK(said.find("leave out `filter:`") != std::string::npos);
}

TEST_CASE("files that are only looked through are not asked for") {
    Unreachable pull;
    pull.with_comparison(pull.base, [&](Result<diff::Comparison> comparison) {
        REQUIRE(comparison);
        REQUIRE(comparison->changes({{}, {}, extract::detect}));
        pull.github.forget_requests();
        const auto found = comparison->search_base({{{"print"}, {}}}, {});
        REQUIRE(found);
        CHECK_FALSE(found->whole);
        CHECK(pull.github.requests().empty());
    });
}

TEST_CASE("what the API does not tell, or tells wrongly, is never taken for no change") {
    Unreachable pull;
    const auto says = [&](fake::Fault fault, const std::string& expected) {
        pull.github.fail(std::move(fault));
        const auto said = pull.refusal(pull.base);
        INFO(said);
        CHECK(said.find(expected) != std::string::npos);
        CHECK(said.find(kToken) == std::string::npos);
    };
    says({"GET", "/compare/", 404, {}, R"({"message":"Not Found"})"},
         "GitHub does not tell the merge base of " + pull.base);
    says({"GET", "/git/commits/", 403, {}, R"({"message":"Resource not accessible"})"}, "403 Resource not accessible");
    says({"GET", "/git/trees/", 200, {}, R"({"tree":[],"truncated":true})"}, "more files than GitHub lists at once");
    // An empty listing has an id of its own.
    says({"GET", "/git/trees/", 200, {}, R"({"tree":[],"truncated":false})"}, "is not what it holds: folder ''");
    says({"GET", "/git/trees/", 200, {}, R"({"tree":[{"path":"a","mode":"100644","sha":"x"}]})"}, "without an id");
    says({"GET", "/git/blobs/", 200, {}, R"({"content":"c2VsZWN0IDE=","encoding":"base64"})"}, "could not read blob");
    says({"GET", "/git/blobs/", 200, {}, R"({"content":"","encoding":"none"})"}, "was not understood");
    says({"GET", "/git/blobs/", 404, {}, R"({"message":"Not Found"})"}, "404 Not Found");
    says({"GET", "/git/blobs/", 0, {}, "", false, 99}, "broke off without an answer");
}
