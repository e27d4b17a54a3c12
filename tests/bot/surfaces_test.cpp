// What a team may add to the check run and the comment: suggestions on the lines themselves, and code scanning.
#include "bot/gzip.h"
#include "bot/patch.h"
#include "tests/bot/publishing.h"

using namespace pgfence;
using namespace pgfence::testing;

namespace {

constexpr const char* kPatch =
    "@@ -0,0 +1,4 @@\n+create table a();\n+create index on b (c);\n+alter table b\n+  add d int;\n\\ No newline at end "
    "of "
    "file";

std::string marker(const std::string& fingerprint) { return "<!-- pgfence-finding:pgfence:" + fingerprint + " -->"; }

ReviewComment suggestion(const std::string& fingerprint, std::uint32_t first, std::uint32_t last,
                         const std::string& lines) {
    return {"db/1.sql", first, last, lines, marker(fingerprint) + "\n```suggestion\nbetter\n```\n"};
}

Publication with_suggestions(std::vector<ReviewComment> comments) {
    auto what = publication(0);
    what.review = {"safer SQL", "Gone.", "<!-- pgfence-finding:pgfence:", std::move(comments), {}};
    for (const auto& comment : what.review.comments)
        what.review.standing.push_back(comment.body.substr(0, comment.body.find('\n')));
    return what;
}

const std::vector<pgfence::ReviewComment> kBoth{suggestion("a1", 2, 2, "create index on b (c);"),
                                                suggestion("a2", 3, 4, "alter table b\n  add d int;")};

Published suggest(FakeGitHub& github, const Publication& what) {
    Time time;
    return publish(github, what, time, pull_request_event(), [] { return false; }, {false, false, false, true});
}

Publication with_sarif(const std::string& ref = "refs/pull/7/head") {
    auto what = publication(0);
    what.sarif = R"({"version":"2.1.0","runs":[]})";
    what.sarif_commit = kHead;
    what.sarif_ref = ref;
    return what;
}

Published scan(FakeGitHub& github, const Publication& what, Time& time, const Event& event = pull_request_event()) {
    return publish(github, what, time, event, [] { return false; }, {false, false, true, false});
}

}  // namespace

TEST_CASE("a patch shows lines of the new side, hunk by hunk") {
    const auto hunks = hunks_of(
        "@@ -1,3 +1,3 @@ context\n one\n-two\n+TWO\n three\n@@ -10 +10,2 @@\n ten\n+eleven\n\\ No newline at end of "
        "file");
    REQUIRE(hunks.size() == 2);
    CHECK(shows(hunks, 1, "one\nTWO\nthree"));
    CHECK(shows(hunks, 2, "TWO"));
    CHECK(shows(hunks, 11, "eleven"));
    CHECK_FALSE(shows(hunks, 2, "two"));
    CHECK_FALSE(shows(hunks, 3, "three\nfour"));  // beyond the hunk
    CHECK_FALSE(shows(hunks, 3, "three\nten"));   // two hunks
    CHECK_FALSE(shows(hunks, 12, ""));
    CHECK_FALSE(shows(hunks, 4294967295u, "one"));
    for (const char* odd : {"", "@@", "@@ -1 +x @@\n a", "@@ -1,1 +99999999999999 @@\n a", " a\n@@ -1 +1 @@\n a"})
        CHECK(hunks_of(odd).empty());
}

TEST_CASE("suggestions are one review, told once and resolved when the finding is gone") {
    FakeGitHub github;
    github.add_file({"db/1.sql", kPatch});
    const auto first = suggest(github, with_suggestions(kBoth));
    CHECK(reasons(first).empty());
    CHECK(first.suggestions == 2);
    CHECK(github.count("POST", "/pulls/7/reviews") == 1);
    auto comments = github.review_comments();
    REQUIRE(comments.size() == 2);
    CHECK(comments[0].start_line == 2);
    CHECK(comments[0].line == 2);
    CHECK(comments[1].start_line == 3);
    CHECK(comments[1].line == 4);
    CHECK(comments[1].body.starts_with(marker("a2") + "\n```suggestion\n"));

    CHECK(suggest(github, with_suggestions(kBoth)).suggestions == 0);
    CHECK(github.review_comments().size() == 2);

    suggest(github, with_suggestions({kBoth[1]}));
    comments = github.review_comments();
    CHECK(comments.size() == 2);
    CHECK(comments[0].resolved);
    CHECK_FALSE(comments[1].resolved);
    // Somebody resolved it by hand, or it was, and is back: it is not told twice.
    CHECK(suggest(github, with_suggestions(kBoth)).suggestions == 0);
    CHECK(fake::contract_violations(github.requests()) == "");
}

TEST_CASE("threads of others, of people and of another check stay as they are") {
    FakeGitHub github;
    github.add_file({"db/1.sql", kPatch});
    github.add_review_comment({0, "db/1.sql", marker("a1") + "\npasted", 2, 2, false});
    github.add_review_comment({0, "db/1.sql", "<!-- pgfence-finding:billing:b1 -->\n", 2, 2});
    github.add_review_comment({0, "db/1.sql", "by our bot, for something else", 2, 2});
    for (int i = 0; i < 150; ++i) github.add_review_comment({0, "db/1.sql", "chatter", 1, 1, false});
    github.add_review_comment({0, "db/1.sql", marker("a9") + "\nold", 2, 2});
    CHECK(suggest(github, with_suggestions({kBoth[0]})).suggestions == 1);
    const auto comments = github.review_comments();
    CHECK(comments.size() == 155);
    for (std::size_t i = 0; i < comments.size(); ++i) CHECK(comments[i].resolved == (i == 153));
}

TEST_CASE("what the diff does not show is not suggested, and costs nothing else") {
    FakeGitHub github;
    github.add_file({"db/1.sql", kPatch});
    github.add_file({"db/huge.sql", ""});
    auto elsewhere = kBoth[0];
    elsewhere.path = "db/2.sql";
    auto huge = suggestion("a5", 1, 1, "create table a();");
    huge.path = "db/huge.sql";
    const auto other_text = suggestion("a6", 2, 2, "create index on b (c); -- edited since");
    const auto published = suggest(github, with_suggestions({elsewhere, huge, other_text, kBoth[1]}));
    CHECK(reasons(published).empty());
    CHECK(published.suggestions == 1);

    // A diff of more than 100 files comes in pages.
    FakeGitHub large;
    for (int i = 0; i < 120; ++i) large.add_file({"x/" + std::to_string(i), "@@ -0,0 +1 @@\n+x"});
    large.add_file({"db/1.sql", kPatch});
    CHECK(suggest(large, with_suggestions(kBoth)).suggestions == 2);
}

TEST_CASE("a review that GitHub refuses is sent comment by comment") {
    FakeGitHub github;
    github.add_file({"db/1.sql", kPatch});
    github.fail({"POST", "/pulls/7/reviews", 422, {}, R"({"message":"line must be part of the diff"})"});
    github.fail({"POST", "/pulls/7/comments", 422, {}, R"({"message":"line must be part of the diff"})"});
    const auto published = suggest(github, with_suggestions(kBoth));
    CHECK(published.suggestions == 1);
    CHECK(reasons(published) == "no suggestion in db/1.sql, line 2: line must be part of the diff\n");
    CHECK(github.review_comments().size() == 1);
    CHECK(fake::contract_violations(github.requests()) == "");
}

TEST_CASE("a review whose answer was lost is looked for before it is sent again") {
    for (const bool happened : {true, false}) {
        FakeGitHub github;
        github.add_file({"db/1.sql", kPatch});
        github.fail({"POST", "/pulls/7/reviews", 502, {}, "{}", happened});
        CHECK(reasons(suggest(github, with_suggestions(kBoth))).empty());
        CHECK(github.review_comments().size() == 2);
        CHECK(github.count("POST", "/pulls/7/reviews") == (happened ? 1 : 2));
    }
}

TEST_CASE("threads that cannot be read are not taken for none") {
    for (const char* body : {"", "<html>", "{}", R"({"data":{"repository":{"pullRequest":null}}})"}) {
        FakeGitHub github;
        github.add_file({"db/1.sql", kPatch});
        github.fail({"POST", "/graphql", 200, {}, body});
        CHECK(reasons(suggest(github, with_suggestions(kBoth))).find("was not understood") != std::string::npos);
        CHECK(github.review_comments().empty());
    }
}

TEST_CASE("a token that may not review says so once") {
    FakeGitHub github;
    github.add_file({"db/1.sql", kPatch});
    github.fail({"POST", "/pulls/7/reviews", 403, {}, R"({"message":"Resource not accessible by integration"})"});
    CHECK(reasons(suggest(github, with_suggestions(kBoth))) ==
          "no review comments: the token may not write there (403 Resource not accessible by integration); add "
          "\"pull-requests: write\" under \"permissions:\" in the workflow\n");
}

TEST_CASE("a comment whose thread may not be resolved says itself that its finding is gone") {
    const std::string forbidden =
        R"({"data":null,"errors":[{"type":"FORBIDDEN","message":"Resource not accessible by integration"}]})";
    FakeGitHub github;
    github.add_file({"db/1.sql", kPatch});
    suggest(github, with_suggestions(kBoth));
    github.forget_requests();
    github.fail({"POST", "/graphql", 200, {}, forbidden, false, 1, 1});
    CHECK(reasons(suggest(github, with_suggestions({}))).empty());
    CHECK(github.count("POST", "/graphql") == 2);  // the threads, and one that may not be resolved
    for (const auto& comment : github.review_comments()) CHECK(comment.body.ends_with(" -->\nGone."));
    CHECK(fake::contract_violations(github.requests()) == "");
    github.forget_requests();
    suggest(github, with_suggestions({}));
    CHECK(github.requests().size() == 1);
    // Back again, it is told again.
    CHECK(suggest(github, with_suggestions({kBoth[0]})).suggestions == 1);
    CHECK(github.review_comments().size() == 3);
}

TEST_CASE("a permission that two surfaces lack is named once") {
    FakeGitHub github;
    for (const char* method : {"GET", "POST"}) github.fail({method, "/issues/7/comments", 403});
    github.fail({"POST", "/graphql", 403});
    Time time;
    const auto published = publish(github, with_suggestions(kBoth), time, pull_request_event(), [] { return false; },
                                   {false, true, false, true});
    const auto said = reasons(published);
    CHECK(said.find("pull-requests: write") == said.rfind("pull-requests: write"));
    CHECK(said.starts_with("no pull request comment, no review comments: the token may not write there (403 "));
    CHECK(published.refusals.size() == 1);
}

TEST_CASE("code scanning gets the file under the right commit, and is asked what became of it") {
    FakeGitHub github;
    github.process_uploads(3, "complete");
    Time time;
    const auto published = scan(github, with_sarif(), time);
    CHECK(reasons(published).empty());
    REQUIRE(published.sarif);
    CHECK(published.sarif->processed);
    REQUIRE(github.uploads().size() == 1);
    CHECK(github.uploads()[0].sarif == with_sarif().sarif);
    CHECK(github.uploads()[0].ref == "refs/pull/7/head");
    CHECK(github.uploads()[0].commit_sha == kHead);
    CHECK(time.sleeps == std::vector<milliseconds>{milliseconds(5000), milliseconds(10000), milliseconds(20000)});
    CHECK(fake::contract_violations(github.requests()) == "");
}

TEST_CASE("code scanning that takes long, fails or refuses changes nothing else") {
    Time time;
    FakeGitHub slow;
    slow.process_uploads(99, "complete");
    const auto pending = scan(slow, with_sarif(), time);
    CHECK(reasons(pending).empty());
    REQUIRE(pending.sarif);
    CHECK_FALSE(pending.sarif->processed);
    CHECK(time.now <= std::chrono::minutes(2));

    FakeGitHub broken;
    broken.process_uploads(1, "failed", {"rejecting SARIF"});
    CHECK(reasons(scan(broken, with_sarif(), time)) == "code scanning could not use the upload: rejecting SARIF\n");

    FakeGitHub forbidden;
    forbidden.fail(
        {"POST", "/code-scanning/sarifs", 403, {}, R"({"message":"Resource not accessible by integration"})"});
    CHECK(reasons(scan(forbidden, with_sarif(), time)).find("add \"security-events: write\"") != std::string::npos);
    forbidden.fail(
        {"POST", "/code-scanning/sarifs", 403, {}, R"({"message":"Resource not accessible by integration"})"});
    auto fork = pull_request_event();
    fork.from_fork = true;
    CHECK(
        reasons(scan(forbidden, with_sarif(), time, fork)).find("a pull request from a fork gets a read-only token") !=
        std::string::npos);

    FakeGitHub unasked;
    CHECK(reasons(scan(unasked, with_sarif("main"), time)).find("names no branch") != std::string::npos);
    CHECK(unasked.requests().empty());
}

TEST_CASE("base64 and gzip are everybody's") {
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(gzipped(std::string(1'000'000, 'x')).size() < 2'000);
    for (const std::string bytes : {"", "f", "fo", "foo", "foob"}) CHECK(base64_decoded(base64(bytes)) == bytes);
    CHECK(base64_decoded("Zm9v\nYmFy\n") == "foobar");
    CHECK(base64_decoded(base64(std::string("\0\xFF", 2))) == std::string("\0\xFF", 2));
    CHECK_FALSE(base64_decoded("Zm9"));
    CHECK_FALSE(base64_decoded("Zm9*"));
    CHECK(gzipped("x").starts_with("\x1f\x8b\x08"));
}
