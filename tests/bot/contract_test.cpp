// Every kind of request that pgfence sends, against a mock of GitHub that GitHub did not write and we did not.
#include <set>

#include "bot/github_commits.h"
#include "tests/bot/publishing.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::testing;

namespace {

std::string marker(const std::string& number) { return "<!-- pgfence-finding:pgfence:" + number + " -->"; }

Publication on_every_surface() {
    auto what = publication(51);
    what.comment = [](const std::string& earlier) { return kMarker + "\n" + (earlier.empty() ? "first" : "second"); };
    what.review = {"safer SQL", "Gone.", "<!-- pgfence-finding:pgfence:", {}, {marker("1")}};
    what.review.comments.push_back({"db/1.sql", 1, 2, "create table a();\nselect 1;", marker("1") + "\nbetter"});
    what.sarif = R"({"version":"2.1.0","runs":[]})";
    what.sarif_commit = kHead;
    what.sarif_ref = "refs/pull/7/head";
    return what;
}

GitHubClient client_of(FakeGitHub& github, HttpTransport& transport, Time& time) {
    return {transport, time.clock(), {"octo/app", "", "/graphql", github.url(), Secret(kToken), [] { return false; }}};
}

/// "POST /repos/octo/app/check-runs": what names one thing is "*".
std::string kind_of(const fake::Recorded& request) {
    std::string kind = request.method + " ";
    std::istringstream parts(request.path.substr(1, request.path.find('?') - 1));
    for (std::string part; std::getline(parts, part, '/');) {
        const bool names_one = part.find_first_of("0123456789") != part.npos || part.size() >= 36;
        kind += "/" + (names_one ? "*" : part);
    }
    return kind;
}

}  // namespace

TEST_CASE("every kind of request is one that GitHub's description has, says Prism") {
    FakeGitHub github;
    github.process_uploads(1, "complete");
    github.add_file({"db/1.sql", "@@ -0,0 +1,2 @@\n+create table a();\n+select 1;"});
    const auto publish_again = [&](const Publication& what) {
        Time time;
        return publish(github, what, time, pull_request_event(), [] { return false; }, {true, true, true, true});
    };
    github.fail({"POST", "/pulls/7/reviews", 422, {}, R"({"message":"line must be part of the diff"})"});
    CHECK(reasons(publish_again(on_every_surface())).empty());  // a review comment by itself
    CHECK(reasons(publish_again(on_every_surface())).empty());  // the comment is edited
    github.add_comment({900, kMarker + "\ntwice"});             // a second of ours is deleted
    auto gone = on_every_surface();
    gone.review.comments.clear();
    gone.review.standing.clear();
    github.fail({"POST", "/graphql", 200, {}, R"({"data":null,"errors":[{"message":"no"}]})", false, 1, 2});
    publish_again(gone);
    publish_again(on_every_surface());  // a review

    diff::testing::Folder folder;
    diff::testing::Repo author(folder / "author");
    author.write("migrations/1.sql", "create table a();\n");
    const auto commit = author.commit();
    github.serve_commits_of(author.path().string());
    auto transport = connect_to_api({{{"GITHUB_API_URL", github.url()}, {"NO_PROXY", "*"}}});
    REQUIRE(transport);
    Time time;
    auto client = client_of(github, **transport, time);
    GitHubCommits commits(client);
    CHECK(commits.merge_base("main", commit));
    CHECK(commits.tree_of("main"));
    CHECK(commits.tree_of(commit));
    CHECK(commits.blob(author.run("rev-parse HEAD:migrations/1.sql")));
    CHECK(client.pull_requests_of("octo/app", "feature", kHead));
    CHECK(client.comment(900));
    CHECK(client.delete_review_comment(900));

    // One of each kind: Prism checks no state.
    std::vector<fake::Recorded> one_of_each;
    std::set<std::string> kinds;
    for (const auto& request : github.requests())
        if (kinds.insert(kind_of(request)).second) one_of_each.push_back(request);
    for (const char* kind :
         {"POST /repos/octo/app/check-runs", "PATCH /repos/octo/app/check-runs/*",
          "POST /repos/octo/app/issues/*/comments", "PATCH /repos/octo/app/issues/comments/*",
          "DELETE /repos/octo/app/issues/comments/*", "POST /repos/octo/app/pulls/*/reviews",
          "POST /repos/octo/app/pulls/*/comments", "GET /repos/octo/app/pulls/*/files", "GET /repos/octo/app/pulls/*",
          "DELETE /repos/octo/app/pulls/comments/*", "GET /repos/octo/app/issues/comments/*",
          "POST /repos/octo/app/code-scanning/sarifs", "GET /repos/octo/app/git/blobs/*",
          "GET /repos/octo/app/git/trees/*", "GET /repos/octo/app/git/commits/*", "GET /repos/octo/app/commits/main"}) {
        INFO(kind);
        CHECK(kinds.contains(kind));
    }
    CHECK(fake::prism_violations(one_of_each) == "");
    CHECK(fake::prism_violations({{"POST", "/repos/octo/app/check-runs", R"({"head_sha":"x"})"}}) != "");
}
