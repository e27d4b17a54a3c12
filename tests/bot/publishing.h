#pragma once
// One run of the action as far as GitHub sees it, over real HTTP. Nothing sleeps: waits are recorded.

#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "bot/github_api.h"
#include "bot/https_transport.h"
#include "bot/publish.h"
#include "bot/url.h"
#include "tests/bot/fake_github.h"

namespace pgfence::testing {

using fake::FakeGitHub;
using fake::Fault;
using std::chrono::milliseconds;

inline const std::string kHead(40, 'b');
inline const std::string kMarker = "<!-- pgfence: review -->";
inline const std::string kToken = "ghs_42_eyJhbGciOiJSUzI1NiJ9.secret";

struct Time {
    milliseconds now{0};
    std::vector<milliseconds> sleeps;
    std::function<void()> while_sleeping = [] {};

    Clock clock() {
        return {[this] { return now; }, [this] { return std::int64_t{1000} + now.count() / 1000; },
                [this](milliseconds wait) {
                    sleeps.push_back(wait);
                    now += wait;
                    while_sleeping();
                },
                [] { return 0.5; }};
    }
};

inline Event pull_request_event() {
    Event event;
    event.kind = Event::Kind::pull_request;
    event.repository = "octo/app";
    event.head_sha = kHead;
    event.pull_request = 7;
    return event;
}

inline Publication publication(std::size_t annotations, const std::string& comment = "first") {
    Publication value;
    value.head_sha = kHead;
    value.check = {"pgfence", annotations ? "failure" : "success", "title", "summary", "text", {}};
    for (std::size_t i = 0; i < annotations; ++i) {
        PublishedAnnotation annotation;
        annotation.path = "db/1.sql";
        annotation.start_line = annotation.end_line = static_cast<std::uint32_t>(i + 1);
        annotation.start_column = 1;
        annotation.end_column = 9;
        annotation.level = "failure";
        annotation.title = "rule";
        annotation.message = "message " + std::to_string(i);
        value.check.annotations.push_back(annotation);
    }
    value.comment = [comment](const std::string&) { return kMarker + "\n" + comment + "\n"; };
    value.comment_marker = kMarker;
    return value;
}

/// One run of the action, as far as GitHub sees it.
inline Published publish(
    FakeGitHub& github, const Publication& what, Time& time, const Event& event = pull_request_event(),
    std::function<bool()> cancelled = [] { return false; }, const Surfaces& surfaces = {}) {
    static int run = 0;
    auto transport = connect_to_api({{{"GITHUB_API_URL", github.url()}, {"NO_PROXY", "*"}}});
    REQUIRE(transport);
    const auto api = *parse_url("GITHUB_API_URL", github.url());
    ApiSettings settings{"octo/app",   api.path,       parse_url("", github.graphql_url())->path,
                         api.origin(), Secret(kToken), std::move(cancelled)};
    GitHubClient client(**transport, time.clock(), settings);
    return publish_to_github(what, event, surfaces, "run-" + std::to_string(++run), client);
}

inline Published publish(FakeGitHub& github, const Publication& what) {
    Time time;
    return publish(github, what, time);
}

inline std::string reasons(const Published& published) {
    std::string all;
    for (const auto& refusal : published.refusals) all += refusal.reason + "\n";
    return all;
}

}  // namespace pgfence::testing
