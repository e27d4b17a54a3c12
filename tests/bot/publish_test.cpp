// Publishing, against a GitHub in this process over real HTTP. Nothing sleeps: waits are recorded.
#include "tests/bot/publishing.h"

using namespace pgfence;
using namespace pgfence::testing;

TEST_CASE("a review becomes a check run and a comment, as GitHub's description wants them") {
    FakeGitHub github;
    Time time;
    const auto published = publish(github, publication(1), time);
    CHECK(reasons(published).empty());
    REQUIRE(github.check_runs().size() == 1);
    const auto run = github.check_runs()[0];
    CHECK(run.name == "pgfence");
    CHECK(run.head_sha == kHead);
    CHECK(run.status == "completed");
    CHECK(run.conclusion == "failure");
    CHECK(run.annotations == std::vector<std::string>{"message 0"});
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body == kMarker + "\nfirst\n");
    CHECK(published.check_run->id == run.id);
    CHECK(published.comment->id == github.comments()[0].id);
    // A second between the two that change something, and no other wait.
    CHECK(time.sleeps == std::vector<milliseconds>{milliseconds(1000)});
    for (const auto& request : github.requests()) {
        CHECK(request.headers.at("Authorization") == "Bearer " + kToken);
        CHECK(request.headers.at("User-Agent").starts_with("pgfence/"));
        CHECK(request.headers.at("Accept") == "application/vnd.github+json");
        CHECK(request.headers.at("X-GitHub-Api-Version") == "2022-11-28");
    }
}

TEST_CASE("a second push edits the comment and makes a new check run") {
    FakeGitHub github;
    publish(github, publication(1, "one finding"));
    publish(github, publication(0, "clean"));
    CHECK(github.check_runs().size() == 2);
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body == kMarker + "\nclean\n");
    github.forget_requests();
    publish(github, publication(0, "clean"));
    CHECK(github.count("PATCH", "/issues/comments/") == 0);
    CHECK(github.count("POST", "/issues/") == 0);
}

TEST_CASE("120 annotations take three requests, all of them arrive in order") {
    FakeGitHub github;
    const auto published = publish(github, publication(120));
    CHECK(published.refusals.empty());
    CHECK(github.count("POST", "/check-runs") == 1);
    CHECK(github.count("PATCH", "/check-runs/") == 2);
    REQUIRE(github.check_runs().size() == 1);
    const auto run = github.check_runs()[0];
    REQUIRE(run.annotations.size() == 120);
    for (std::size_t i = 0; i < 120; ++i) CHECK(run.annotations[i] == "message " + std::to_string(i));
    CHECK(run.status == "completed");
    CHECK(run.conclusion == "failure");
}

TEST_CASE("the comment is found on any page, by marker and author") {
    FakeGitHub github;
    github.add_comment({0, "I paste " + kMarker, "mona", "User"});
    github.add_comment({0, "another bot quotes " + kMarker, "echo[bot]", "Bot"});
    for (int i = 0; i < 230; ++i) github.add_comment({0, "chatter", "mona", "User"});
    github.add_comment({0, kMarker + "\nold"});
    publish(github, publication(0, "new"));
    const auto comments = github.comments();
    CHECK(comments.size() == 233);
    CHECK(comments.back().body == kMarker + "\nnew\n");
    CHECK(comments[0].body == "I paste " + kMarker);
    CHECK(comments[1].body == "another bot quotes " + kMarker);
    CHECK(github.count("GET", "/issues/7/comments") == 6);  // before it is edited, and after
}

TEST_CASE("duplicates are healed: the oldest stays") {
    FakeGitHub github;
    for (int i = 0; i < 3; ++i) github.add_comment({0, kMarker + "\nold " + std::to_string(i)});
    const auto oldest = github.comments()[0].id;
    publish(github, publication(0, "new"));
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].id == oldest);
    CHECK(github.comments()[0].body == kMarker + "\nnew\n");
}

TEST_CASE("a comment is written with its earlier text in sight") {
    FakeGitHub github;
    auto what = publication(1);
    what.comment = [](const std::string& earlier) { return kMarker + (earlier.empty() ? "" : "\nonce more"); };
    publish(github, what);
    CHECK(github.comments()[0].body == kMarker);
    publish(github, what);
    CHECK(github.comments()[0].body == kMarker + "\nonce more");
}

TEST_CASE("a clean review starts no comment when told so, and brings an old one up to date") {
    FakeGitHub github;
    auto clean = publication(0, "clean");
    clean.comment_when_absent = false;
    CHECK_FALSE(publish(github, clean).comment);
    CHECK(github.comments().empty());
    publish(github, publication(1, "finding"));
    publish(github, clean);
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body == kMarker + "\nclean\n");
}

TEST_CASE("each surface may be refused, and says what to add") {
    struct Case {
        Fault fault;
        bool check, comment;
        std::string reason;
    };
    const std::string forbidden = R"({"message":"Resource not accessible by integration"})";
    const Case cases[] = {
        {{"POST", "/check-runs", 403, {}, forbidden},
         false,
         true,
         "no check run: the token may not write there (403 Resource not accessible by integration); add \"checks: "
         "write\" "
         "under \"permissions:\" in the workflow"},
        {{"POST", "/issues/7/comments", 403, {}, forbidden},
         true,
         false,
         "no pull request comment: the token may not write there (403 Resource not accessible by integration); add "
         "\"pull-requests: write\" under \"permissions:\" in the workflow"},
        {{"GET", "/issues/7/comments", 404, {}, R"({"message":"Not Found"})"}, true, false, "\"pull-requests: write\""},
        {{"POST", "/check-runs", 401, {}, R"({"message":"Bad credentials"})"},
         false,
         true,
         "GitHub does not accept the token (401 Bad credentials)"},
        {{"POST", "/check-runs", 422, {}, R"({"message":"Invalid request","errors":[{"message":"no commit"}]})"},
         false,
         true,
         "GitHub answered 422: Invalid request: no commit"},
        {{"POST", "/check-runs", 503, {}, "<html>", false, 99}, false, true, "GitHub answered 503: no message"},
        {{"POST", "/check-runs", 0, {}, "", false, 99}, false, true, "broke off without an answer"},
        {{"POST", "/check-runs", 422, {}, R"({"message":"you sent )" + kToken + R"(\n::error::x"})"},
         false,
         true,
         "422: you sent *** ::error::x"},
    };
    for (const auto& expected : cases) {
        FakeGitHub github;
        github.fail(expected.fault);
        const auto published = publish(github, publication(1));
        INFO(reasons(published));
        CHECK(published.check_run.has_value() == expected.check);
        CHECK(published.comment.has_value() == expected.comment);
        REQUIRE(published.refusals.size() == 1);
        CHECK(published.refusals[0].reason.find(expected.reason) != std::string::npos);
        CHECK(published.refusals[0].reason.find(kToken) == std::string::npos);
    }
}

TEST_CASE("a fork's read-only token is no fault of the workflow") {
    FakeGitHub github;
    github.fail({"POST", "/check-runs", 403});
    github.fail({"POST", "/issues/", 403});
    auto event = pull_request_event();
    event.from_fork = true;
    Time time;
    const auto published = publish(github, publication(1), time, event);
    REQUIRE(published.refusals.size() == 1);
    CHECK(published.refusals[0].reason.starts_with(
        "no check run, no pull request comment: the token may not write there "));
    CHECK(published.refusals[0].reason.ends_with("a pull request from a fork gets a read-only token"));
}

TEST_CASE("limits are waited for as GitHub says") {
    FakeGitHub github;
    github.fail({"POST", "/check-runs", 429, {{"Retry-After", "7"}}});
    github.fail({"POST", "/issues/7/comments", 403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1060"}}});
    Time time;
    const auto published = publish(github, publication(1), time);
    CHECK(published.refusals.empty());
    // 7 s as told; a second between mutations; until 1060 from 1008, and one more.
    CHECK(time.sleeps == std::vector<milliseconds>{milliseconds(7000), milliseconds(1000), milliseconds(53000)});
    CHECK(github.check_runs().size() == 1);
    CHECK(github.comments().size() == 1);
}

TEST_CASE("a limit that lasts longer is called one, and nothing more is asked before it ends") {
    const std::map<std::string, std::string> limits[] = {
        {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "4600"}}, {{"Retry-After", "3601"}}};
    for (const auto& headers : limits) {
        FakeGitHub github;
        github.fail({"POST", "/check-runs", 403, headers, R"({"message":"API rate limit exceeded"})"});
        Time time;
        const auto published = publish(github, publication(120), time);
        CHECK(reasons(published) ==
              "no check run, no pull request comment: GitHub's rate limit lets this token ask again at 01:16:41 UTC\n");
        CHECK(github.requests().size() == 1);
        CHECK(time.sleeps.empty());
    }
    // The request that used it up was answered well.
    FakeGitHub last;
    last.fail({"POST",
               "/check-runs",
               201,
               {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "4600"}},
               R"({"id":1,"html_url":""})"});
    const auto published = publish(last, publication(1));
    CHECK(published.check_run);
    CHECK(reasons(published) ==
          "no pull request comment: GitHub's rate limit lets this token ask again at 01:16:41 UTC\n");
    CHECK(last.requests().size() == 1);
}

TEST_CASE("a limit that comes again and again ends in that sentence as well") {
    FakeGitHub github;
    github.fail({"POST", "/check-runs", 429, {{"Retry-After", "5"}}, "{}", false, 99});
    Time time;
    const auto published = publish(github, publication(1), time);
    CHECK(github.count("POST", "/check-runs") == 4);
    CHECK(reasons(published).starts_with("no check run: GitHub's rate limit lets this token ask again at "));
    CHECK(published.comment);
}

TEST_CASE("GraphQL's limit is its own, and told with status 200") {
    FakeGitHub github;
    github.add_comment({0, kMarker + "\nold"});
    github.fail({"POST",
                 "/graphql",
                 200,
                 {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "4600"}},
                 R"({"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]})"});
    Time time;
    const auto published =
        publish(github, publication(1), time, pull_request_event(), [] { return false; }, {true, true, false, true});
    CHECK(published.comment);  // GITHUB_TOKEN's author stands in for the one that is not told
    CHECK(github.count("POST", "/graphql") == 1);
    CHECK(reasons(published) == "no review comments: GitHub's rate limit lets this token ask again at 01:16:41 UTC\n");
}

TEST_CASE("a missing permission is the first that is said") {
    FakeGitHub github;
    github.fail({"POST", "/check-runs", 422, {}, R"({"message":"Invalid request"})"});
    github.fail({"POST", "/issues/", 403, {}, R"({"message":"Resource not accessible by integration"})"});
    const auto published = publish(github, publication(1));
    REQUIRE(published.refusals.size() == 2);
    CHECK(published.refusals[0].reason.find("\"pull-requests: write\"") != std::string::npos);
    CHECK(published.refusals[1].reason.find("422") != std::string::npos);
}

TEST_CASE("what may have happened is looked up before it is repeated") {
    for (const int status : {500, 502, 0}) {
        INFO("status " << status);
        FakeGitHub github;
        github.fail({"POST", "/check-runs", status, {}, "{}", true});
        github.fail({"PATCH", "/check-runs/", status, {}, "{}", true});
        github.fail({"POST", "/issues/7/comments", status, {}, "{}", true});
        const auto published = publish(github, publication(120));
        CHECK(reasons(published).empty());
        REQUIRE(github.check_runs().size() == 1);
        CHECK(github.check_runs()[0].annotations.size() == 120);
        CHECK(github.check_runs()[0].status == "completed");
        CHECK(github.comments().size() == 1);
        CHECK(github.count("POST", "/check-runs") == 1);
        CHECK(published.check_run->id == github.check_runs()[0].id);
    }
}

TEST_CASE("an answer that cannot be read is looked up, not asked for twice") {
    for (const char* body : {"", "<html>", "[]", R"({"id":"x"})"}) {
        INFO(body);
        FakeGitHub github;
        github.fail({"POST", "/check-runs", 201, {}, body, true});
        github.fail({"POST", "/issues/7/comments", 201, {}, body, true});
        const auto published = publish(github, publication(60));
        CHECK(reasons(published).empty());
        REQUIRE(github.check_runs().size() == 1);
        CHECK(published.check_run->id == github.check_runs()[0].id);
        CHECK(github.check_runs()[0].annotations.size() == 60);
        REQUIRE(github.comments().size() == 1);
        CHECK(published.comment->id == github.comments()[0].id);
        github.fail({"PATCH", "/issues/comments/", 200, {}, body, true});
        CHECK(publish(github, publication(0, "second")).comment);
        CHECK(github.comments()[0].body == kMarker + "\nsecond\n");
        // What is there already is not known: nothing is made a second time.
        github.fail({"GET", "/issues/7/comments", 200, {}, body[0] == '[' ? "{}" : body, false, 99});
        CHECK(reasons(publish(github, publication(0, "third"))).find("was not understood") != std::string::npos);
        CHECK(github.comments().size() == 1);
    }
}

TEST_CASE("what did not happen is repeated") {
    for (const int status : {500, 503, 0}) {
        INFO("status " << status);
        FakeGitHub github;
        github.fail({"POST", "/check-runs", status, {}, "{}", false, 2});
        github.fail({"PATCH", "/check-runs/", status});
        github.fail({"GET", "/issues/7/comments", status});
        github.fail({"POST", "/issues/7/comments", status});
        const auto published = publish(github, publication(60));
        CHECK(reasons(published).empty());
        REQUIRE(github.check_runs().size() == 1);
        CHECK(github.check_runs()[0].annotations.size() == 60);
        CHECK(github.comments().size() == 1);
    }
}

TEST_CASE("annotations that are refused half way leave a finished check run") {
    FakeGitHub github;
    github.fail({"PATCH", "/check-runs/", 422, {}, R"({"message":"bad"})"});
    const auto published = publish(github, publication(120));
    REQUIRE(published.check_run);
    REQUIRE(published.refusals.size() == 1);
    CHECK(published.refusals[0].reason == "the check run has 50 of 120 annotations: bad");
    CHECK(github.check_runs()[0].status == "completed");
    CHECK(github.check_runs()[0].conclusion == "failure");
}

TEST_CASE("a check run is concluded by the request that makes it, whatever comes after") {
    for (const int status : {401, 403, 404, 422, 429, 500, 503, 0}) {
        INFO("status " << status);
        FakeGitHub github;
        github.fail({"PATCH", "/check-runs/", status, {{"Retry-After", "3600"}}, R"({"message":"no"})", false, 99});
        const auto published = publish(github, publication(120));
        REQUIRE(published.check_run);
        REQUIRE(github.check_runs().size() == 1);
        CHECK(github.check_runs()[0].status == "completed");
        CHECK(github.check_runs()[0].conclusion == "failure");
        CHECK(reasons(published).find("the check run has 50 of 120 annotations: ") != std::string::npos);
        for (const auto& request : github.requests())
            if (request.path.find("/check-runs") != std::string::npos)
                CHECK(request.body.find("in_progress") == std::string::npos);
    }
}

TEST_CASE("a cancelled job leaves a concluded check run and touches no comment") {
    FakeGitHub github;
    Time time;
    bool cancelled = false;
    time.while_sleeping = [&] { cancelled = true; };  // in the pause before the first PATCH
    const auto published = publish(github, publication(120), time, pull_request_event(), [&] { return cancelled; });
    CHECK(published.cancelled);
    REQUIRE(github.check_runs().size() == 1);
    CHECK(github.check_runs()[0].status == "completed");
    CHECK(github.check_runs()[0].conclusion == "failure");
    CHECK(github.comments().empty());
}

TEST_CASE("a renamed repository is followed, another host is not") {
    FakeGitHub github;
    github.rename_repository();
    CHECK(publish(github, publication(60)).refusals.empty());
    CHECK(github.check_runs()[0].annotations.size() == 60);
    CHECK(github.comments().size() == 1);

    FakeGitHub elsewhere, thief;
    elsewhere.fail({"POST", "/check-runs", 307, {{"Location", thief.url() + "/repos/octo/app/check-runs"}}});
    const auto published = publish(elsewhere, publication(1));
    CHECK(reasons(published).find("redirected to another server") != std::string::npos);
    CHECK(thief.requests().empty());

    FakeGitHub circle;
    circle.fail({"POST", "/check-runs", 307, {{"Location", "/repos/octo/app/check-runs"}}, "{}", false, 99});
    CHECK(reasons(publish(circle, publication(1))).find("in a circle") != std::string::npos);
}

TEST_CASE("GitHub Enterprise Server has its API under a path") {
    FakeGitHub github("/api/v3");
    publish(github, publication(1));
    publish(github, publication(1, "second"));
    CHECK(github.check_runs().size() == 2);
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body == kMarker + "\nsecond\n");
    CHECK(github.count("POST", "/api/graphql") == 2);
}

TEST_CASE("every kind of request keeps GitHub's contract") {
    FakeGitHub github;
    github.fail({"POST", "/check-runs", 500, {}, "{}", true});
    github.fail({"PATCH", "/check-runs/", 500, {}, "{}", true});
    publish(github, publication(120));
    github.add_comment({0, kMarker + "\nduplicate"});
    publish(github, publication(0, "second"));
    for (const auto& [method, path] :
         std::initializer_list<std::pair<const char*, const char*>>{{"POST", "/check-runs"},
                                                                    {"PATCH", "/check-runs/"},
                                                                    {"GET", "/check-runs/"},
                                                                    {"GET", "/commits/"},
                                                                    {"GET", "/issues/7/comments"},
                                                                    {"POST", "/issues/7/comments"},
                                                                    {"PATCH", "/issues/comments/"},
                                                                    {"DELETE", "/issues/comments/"}})
        CHECK(github.count(method, path) > 0);
    CHECK(fake::contract_violations(github.requests()) == "");

    // The judge can say no.
    const auto good = github.requests()[0];
    auto wrong = good;
    wrong.body.replace(wrong.body.find("\"annotation_level\":\"failure\""), 28, "\"annotation_level\":\"fatal\"");
    CHECK(fake::contract_violations({wrong}).find("annotation_level") != std::string::npos);
    wrong = good;
    wrong.body.replace(wrong.body.find("\"external_id\""), 13, "\"externalid\"");
    CHECK(fake::contract_violations({wrong}).find("externalid is unknown") != std::string::npos);
    wrong = good;
    wrong.path = "/repos/octo/app/check-run";
    CHECK(fake::contract_violations({wrong}).find("no such operation") != std::string::npos);
}

TEST_CASE("the token is sent in the clear to nobody") {
    CHECK_FALSE(connect_to_api({{{"GITHUB_API_URL", "http://github.example.com/api/v3"}}}));
    CHECK_FALSE(connect_to_api({{{"GITHUB_API_URL", "github.example.com"}}}));
    CHECK(connect_to_api({}));
}

TEST_CASE("a server that is not there is a reason, not a crash") {
    std::string url;
    { url = FakeGitHub().url(); }
    auto transport = connect_to_api({{{"GITHUB_API_URL", url}, {"NO_PROXY", "*"}}});
    REQUIRE(transport);
    Time time;
    GitHubClient client(**transport, time.clock(),
                        {"octo/app", "", "/graphql", url, Secret(kToken), [] { return false; }});
    const auto published = publish_to_github(publication(1), pull_request_event(), {}, "run", client);
    CHECK(published.refusals.size() == 2);
    CHECK(reasons(published).find("no connection to " + url) != std::string::npos);
}
