// Several runs of the action on one pull request, request by request in every order that a seed says. GitHub's side is
// a state machine: what it holds after each request is what the next one finds, whosever it is.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <random>
#include <set>
#include <thread>

#include "tests/bot/publishing.h"

using namespace pgfence;
using namespace pgfence::testing;

namespace {

/// Lets one of several threads make one step at a time; which, its seed decides and nothing else.
class Turns {
public:
    Turns(unsigned seed, std::size_t threads, int most_passed_over)
        : random_(seed), waits_(threads), passed_over_(threads), most_passed_over_(most_passed_over), all_(threads) {}

    void wait_for(std::size_t who) {
        std::unique_lock lock(mutex_);
        waits_[who] = true;
        choose();
        changed_.wait(lock, [&] { return chosen_ == who; });
        chosen_ = kNobody;
        waits_[who] = false;
    }
    void end() {
        const std::lock_guard lock(mutex_);
        --all_;
        choose();
    }

private:
    static constexpr std::size_t kNobody = SIZE_MAX;

    /// Once all that still run have said what they do next.
    void choose() {
        const auto waiting = static_cast<std::size_t>(std::count(waits_.begin(), waits_.end(), true));
        if (chosen_ != kNobody || waiting == 0 || waiting < all_) return;
        std::vector<std::size_t> candidates;
        for (std::size_t i = 0; i < waits_.size(); ++i)
            if (waits_[i]) candidates.push_back(i);
        const auto starved = std::find_if(candidates.begin(), candidates.end(),
                                          [&](std::size_t i) { return passed_over_[i] >= most_passed_over_; });
        const auto next = starved != candidates.end() ? *starved : candidates[random_() % candidates.size()];
        for (const std::size_t i : candidates) ++passed_over_[i];
        passed_over_[next] = 0;
        chosen_ = next;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::mt19937 random_;
    std::vector<bool> waits_;
    std::vector<int> passed_over_;
    int most_passed_over_;
    std::size_t all_, chosen_ = kNobody;
};

class InTurns : public HttpTransport {
public:
    InTurns(FakeGitHub& github, Turns& turns, std::size_t who) : github_(github), turns_(turns), who_(who) {}
    tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) override {
        turns_.wait_for(who_);
        return github_.answer(request);
    }

private:
    FakeGitHub& github_;
    Turns& turns_;
    std::size_t who_;
};

std::string head_of(char digit) { return std::string(40, digit); }
std::string text_of(const std::string& run, const std::string& head) { return kMarker + "\n" + run + " of " + head; }
std::string marker(const std::string& fingerprint) { return "<!-- pgfence-finding:pgfence:" + fingerprint + " -->"; }

/// `line`s 2 and 3 of the file have findings in every head.
Publication review_of(const std::string& run, const std::string& head) {
    auto what = publication(0);
    what.head_sha = head;
    what.comment = [=](const std::string&) { return text_of(run, head); };
    what.review = {"safer SQL", "Gone.", "<!-- pgfence-finding:pgfence:", {}, {}};
    for (const std::uint32_t line : {2u, 3u}) {
        const auto mark = marker(std::to_string(line));
        what.review.comments.push_back({"db/1.sql", line, line, "line " + std::to_string(line), mark + "\nbetter\n"});
        what.review.standing.push_back(mark);
    }
    return what;
}

struct Run {
    std::string name;
    char head;
    /// Which push it follows, 0 the pull request's beginning; so many requests long its runner starts and reviews.
    int push = 0, steps_before = 0;
    Published published = {};
};

struct Story {
    FakeGitHub github;
    std::vector<Run> runs;
    std::string pushes;  ///< the heads that come one after the other

    /// `most_passed_over`: so many requests of others are answered, at most, while one of a run's is under way.
    void happen(unsigned seed, int most_passed_over) {
        github.add_file({"db/1.sql", "@@ -0,0 +1,4 @@\n+line 1\n+line 2\n+line 3\n+line 4"});
        Turns turns(seed, runs.size() + 1, most_passed_over);
        std::vector<std::thread> threads;
        std::atomic<int> pushed{0};
        threads.emplace_back([&] {
            for (const char head : pushes) {
                for (int i = 0; i < 4; ++i) turns.wait_for(0);
                github.push(head_of(head));
                ++pushed;
            }
            turns.end();
        });
        for (std::size_t i = 0; i < runs.size(); ++i)
            threads.emplace_back([&, i] {
                while (true) {
                    turns.wait_for(i + 1);
                    if (pushed >= runs[i].push) break;
                }
                for (int step = 0; step < runs[i].steps_before; ++step) turns.wait_for(i + 1);
                publish(runs[i], turns, i + 1);
                turns.end();
            });
        for (std::thread& thread : threads) thread.join();
    }

    void publish(Run& run, Turns& turns, std::size_t who) {
        InTurns transport(github, turns, who);
        Time time;
        GitHubClient client(transport, time.clock(),
                            {"octo/app", "", "/graphql", github.url(), Secret(kToken), [] { return false; }});
        auto event = pull_request_event();
        event.head_sha = head_of(run.head);
        const auto what = review_of(run.name, event.head_sha);
        run.published = publish_to_github(what, event, {false, true, false, true}, run.name, client);
    }

    /// One comment, of one of the runs that are the head's; each suggestion once.
    void check(char head) {
        const auto comments = github.comments();
        REQUIRE(comments.size() == 1);
        CHECK(comments[0].body.ends_with(" of " + head_of(head)));
        std::vector<std::string> told;
        for (const auto& comment : github.review_comments())
            told.push_back(comment.body.substr(0, comment.body.find('\n')));
        std::sort(told.begin(), told.end());
        CHECK(told == std::vector<std::string>{marker("2"), marker("3")});
        for (const Run& run : runs)
            if (run.head == head) {
                INFO(run.name << ": " << reasons(run.published));
                CHECK(run.published.refusals.empty());
            }
    }
};

constexpr int kUnbounded = 1 << 20;

}  // namespace

TEST_CASE("two and three runs at once for one head leave one comment and each suggestion once") {
    for (unsigned seed = 0; seed < 60; ++seed)
        for (const std::size_t runs : {2u, 3u}) {
            INFO(runs << " runs, seed " << seed);
            Story story;
            for (std::size_t i = 0; i < runs; ++i) story.runs.push_back({"run " + std::to_string(i), 'b'});
            story.happen(seed, kUnbounded);
            story.check('b');
        }
}

TEST_CASE("the review of the newest head is what stays, whenever the runs of older ones end") {
    // A run needs longer to begin, review and look again than another one's request takes: see most_passed_over.
    std::size_t stepped_back = 0;
    for (unsigned seed = 0; seed < 120; ++seed) {
        INFO("seed " << seed);
        Story story;
        story.pushes = seed % 2 == 0 ? "c" : "cd";
        story.runs = {{"first", 'b'}, {"second", 'c', 1, 4}};
        if (story.pushes.size() == 2) story.runs.push_back({"third", 'd', 2, 4});
        story.happen(seed, 3);
        story.check(story.pushes.back());
        for (const Run& run : story.runs)
            stepped_back +=
                reasons(run.published).find("is not the head of pull request 7 any more") != std::string::npos;
    }
    CHECK(stepped_back > 20);
}

TEST_CASE("an old run that ends last, or is started again, changes nothing and says so in one line") {
    FakeGitHub github;
    github.add_file({"db/1.sql", "@@ -0,0 +1,4 @@\n+line 1\n+line 2\n+line 3\n+line 4"});
    const auto run = [&](const std::string& name, char head) {
        auto event = pull_request_event();
        event.head_sha = head_of(head);
        auto what = review_of(name, event.head_sha);
        what.sarif = R"({"version":"2.1.0","runs":[]})";
        what.sarif_commit = event.head_sha;
        what.sarif_ref = "refs/pull/7/head";
        Time time;
        return publish(github, what, time, event, [] { return false; }, {true, true, true, true});
    };
    run("first", 'b');
    github.push(head_of('c'));
    CHECK(run("second", 'c').refusals.empty());
    const auto comments = github.comments();
    const auto suggestions = github.review_comments();
    github.forget_requests();
    const auto again = run("first once more", 'b');
    CHECK(reasons(again) ==
          "no pull request comment, no code scanning upload: commit bbbbbbbbbbbb is not the head of "
          "pull request 7 any more, so that the review of cccccccccccc is left as it is\n");
    CHECK(again.check_run);  // of its own commit, which no newer one speaks of
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body == comments[0].body);
    CHECK(github.review_comments().size() == suggestions.size());
    for (const char* method : {"PATCH", "DELETE"}) CHECK(github.count(method, "/") == 0);
    CHECK(github.count("POST", "/issues/") + github.count("POST", "/pulls/") + github.count("POST", "/sarifs") == 0);
}

TEST_CASE("a comment that is deleted while it is edited is made anew") {
    FakeGitHub github;
    publish(github, publication(0, "first"));
    github.fail({"PATCH", "/issues/comments/", 404, {}, R"({"message":"Not Found"})"});
    CHECK(reasons(publish(github, publication(0, "second"))).empty());
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body == kMarker + "\nsecond\n");
    // Gone for good, and never there: that is said.
    github.fail({"PATCH", "/issues/comments/", 404, {}, R"({"message":"Not Found"})", false, 99});
    CHECK(reasons(publish(github, publication(0, "third"))).find("404 Not Found") != std::string::npos);
}

TEST_CASE("a second thread of one finding goes, one with an answer stays") {
    FakeGitHub github;
    github.add_file({"db/1.sql", "@@ -0,0 +1,4 @@\n+line 1\n+line 2\n+line 3\n+line 4"});
    for (const std::size_t answers : {0u, 0u, 1u})
        github.add_review_comment({0, "db/1.sql", marker("2") + "\nbetter\n", 2, 2, true, false, answers});
    Time time;
    publish(github, review_of("run", kHead), time, pull_request_event(), [] { return false; },
            {false, false, false, true});
    std::vector<std::uint64_t> left;
    for (const auto& comment : github.review_comments()) left.push_back(comment.id);
    CHECK(left == std::vector<std::uint64_t>{1, 3, 4});
}
