#include "bot/github_api.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bot/github_json.h"
#include "bot/retry.h"
#include "bot/url.h"
#include "bot/workflow_text.h"

namespace pgfence {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// "Only 50 annotations are allowed per request": OpenAPI checks/create, maxItems.
constexpr std::size_t kAnnotationsPerRequest = 50;
constexpr int kMostRedirects = 5;
// Five minutes over all requests: runner time is the user's money.
constexpr milliseconds kPatience{300'000};

json annotation_json(const PublishedAnnotation& annotation) {
    json value{{"path", annotation.path},
               {"start_line", annotation.start_line},
               {"end_line", annotation.end_line},
               {"annotation_level", annotation.level},
               {"message", annotation.message}};
    if (!annotation.title.empty()) value["title"] = annotation.title;
    if (!annotation.raw_details.empty()) value["raw_details"] = annotation.raw_details;
    if (annotation.start_line == annotation.end_line && annotation.start_column && annotation.end_column) {
        value["start_column"] = *annotation.start_column;
        value["end_column"] = *annotation.end_column;
    }
    return value;
}

json check_part(const PublishedCheck& check, std::size_t begin, std::size_t end) {
    json output{{"title", check.title}, {"summary", check.summary}};
    if (!check.text.empty()) output["text"] = check.text;
    if (begin < end) {
        json& annotations = output["annotations"] = json::array();
        for (std::size_t i = begin; i < end; ++i) annotations.push_back(annotation_json(check.annotations[i]));
    }
    return {{"output", std::move(output)}};
}

std::string time_of_day(std::int64_t unix_seconds) {
    const auto time = static_cast<std::time_t>(unix_seconds);
    std::tm utc{};
    gmtime_r(&time, &utc);
    std::array<char, 16> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &utc)};
}

CheckRunRef check_run_of(const HttpResponse& response) {
    const json answer = parsed(response);
    CheckRunRef run;
    run.id = number_at(answer, "id");
    run.url = text_at(answer, "html_url");
    return run;
}

std::size_t part_end(const PublishedCheck& check, std::size_t begin) {
    return std::min(begin + kAnnotationsPerRequest, check.annotations.size());
}

}  // namespace

GitHubClient::GitHubClient(HttpTransport& transport, const Clock& clock, ApiSettings settings)
    : transport_(transport), clock_(clock), settings_(std::move(settings)), patience_(kPatience) {}

// ---- one request ---------------------------------------------------------------------------------------------------

ApiResult<HttpResponse> GitHubClient::request(const std::string& method, const std::string& path, std::string body,
                                              const FindEffect& find_effect, const PullRequestHead* only_while) {
    HttpRequest request{method, path, {}, std::move(body), settings_.token};
    request.headers = {{"User-Agent", "pgfence/" PGFENCE_VERSION},
                       {"Accept", "application/vnd.github+json"},
                       {"X-GitHub-Api-Version", "2022-11-28"}};
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    return perform(request, find_effect, only_while);
}

ApiResult<HttpResponse> GitHubClient::get(const std::string& path) { return request("GET", path, {}, nullptr); }

ApiResult<HttpResponse> GitHubClient::perform(const HttpRequest& request, const FindEffect& find_effect,
                                              const PullRequestHead* only_while) {
    for (int attempt = 1;; ++attempt) {
        if (settings_.cancelled()) return tl::unexpected(cancelled_error());
        TRY(wait_for_limit(request));
        keep_distance(request);
        if (settings_.cancelled()) return tl::unexpected(cancelled_error());
        // After every wait, so that hardly anything can happen between the question and the write.
        if (only_while) TRY(expect(*only_while));
        const auto answer = exchange(request);
        if (answer) note_limit(request, *answer, attempt);
        if (answer && answer->status >= 200 && answer->status < 300) return *answer;
        if (answer && is_rate_limited(*answer)) {
            if (attempt < kMostAttempts) continue;
            return tl::unexpected(limit_error(limited_until_[is_graphql(request)]));
        }
        if (answer && !is_server_error(*answer)) return tl::unexpected(error_of(*answer));

        const ApiError error =
            answer ? error_of(*answer) : ApiError{0, settings_.token.mask(as_log_text(answer.error().what)), false};
        if (!answer && answer.error().kind == HttpFailure::Kind::hopeless) return tl::unexpected(error);
        const auto pause = wait_for_server(attempt, clock_.chance());
        if (!pause || !wait(*pause)) return tl::unexpected(settings_.cancelled() ? cancelled_error() : error);

        const bool may_have_happened = answer || answer.error().kind == HttpFailure::Kind::maybe_done;
        if (!may_have_happened || !find_effect) continue;
        const auto effect = find_effect();
        // Without knowing, a second try could double what is there.
        if (!effect) return tl::unexpected(error);
        if (*effect) return **effect;
    }
}

// A renamed repository answers 301, 302, 307 or 308; GitHub asks for the same method and body at the new place.
tl::expected<HttpResponse, HttpFailure> GitHubClient::exchange(HttpRequest request) {
    for (int hop = 0; hop <= kMostRedirects; ++hop) {
        auto answer = transport_.send(request);
        if (!answer) return answer;
        if (answer->status != 301 && answer->status != 302 && answer->status != 307 && answer->status != 308)
            return answer;
        auto location = answer->header("location");
        if (location.starts_with("/")) location.insert(0, settings_.origin);
        const auto url = parse_url("the redirect", location);
        // The token goes to the API's host and nowhere else.
        if (!url || url->origin() != settings_.origin || !is_request_target(url->path))
            return tl::unexpected(HttpFailure{HttpFailure::Kind::hopeless,
                                              "GitHub redirected to another server, which was not followed"});
        request.target = url->path;
    }
    return tl::unexpected(HttpFailure{HttpFailure::Kind::hopeless, "GitHub redirected in a circle"});
}

void GitHubClient::keep_distance(const HttpRequest& request) {
    const bool reads =
        request.method == "GET" || (is_graphql(request) && request.body.find("mutation(") == std::string::npos);
    if (reads) return;
    if (last_mutation_) {
        const auto rest = *last_mutation_ + kBetweenMutations - clock_.now();
        if (rest > milliseconds(0)) clock_.sleep(rest);
    }
    last_mutation_ = clock_.now();
}

bool GitHubClient::is_graphql(const HttpRequest& request) const { return request.target == settings_.graphql_path; }

void GitHubClient::note_limit(const HttpRequest& request, const HttpResponse& answer, int attempt) {
    std::optional<std::int64_t> end = used_up_until(answer);
    if (is_rate_limited(answer)) end = end_of_limit(attempt, answer, clock_.unix_seconds());
    if (end) limited_until_[is_graphql(request)] = *end;
}

/// GitHub counts what is asked in spite of a limit against whoever asks, up to a ban.
ApiResult<void> GitHubClient::wait_for_limit(const HttpRequest& request) {
    const auto limit = limited_until_.find(is_graphql(request));
    if (limit == limited_until_.end() || limit->second <= clock_.unix_seconds()) return {};
    const auto pause = wait_until(limit->second, clock_.unix_seconds());
    if (pause && wait(*pause)) return {};
    return tl::unexpected(settings_.cancelled() ? cancelled_error() : limit_error(limit->second));
}

/// False when it would exceed this run's patience, or the job was cancelled meanwhile.
bool GitHubClient::wait(milliseconds duration) {
    if (duration > patience_) return false;
    patience_ -= duration;
    clock_.sleep(duration);
    return !settings_.cancelled();
}

ApiError GitHubClient::error_of(const HttpResponse& response) const {
    const json body = parsed(response);
    auto message = text_at(body, "message");
    // 422 says what was wrong in `errors`, as texts or as objects with a message.
    for (const json& error : list_at(body, "errors")) {
        const auto detail = error.is_string() ? error.get<std::string>() : text_at(error, "message");
        if (!detail.empty() && message.size() < 500) message += (message.empty() ? "" : ": ") + detail;
    }
    if (message.empty()) message = "no message";
    return {response.status, as_log_text(settings_.token.mask(message)), false};
}

ApiError GitHubClient::cancelled_error() const { return {0, "the job was cancelled", true}; }

ApiError GitHubClient::limit_error(std::int64_t until) const {
    return {0, "GitHub's rate limit lets this token ask again at " + time_of_day(until) + " UTC", false, true};
}

std::optional<std::string> GitHubClient::next_page(const HttpResponse& response) const {
    // Link: <https://api.github.com/repositories/1/issues/2/comments?page=2>; rel="next", <...>; rel="last"
    const auto links = response.header("link");
    const auto rel = links.find("rel=\"next\"");
    if (rel == std::string::npos) return std::nullopt;
    const auto open = links.rfind('<', rel), close = links.rfind('>', rel);
    if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
    const auto url = parse_url("the Link header", links.substr(open + 1, close - open - 1));
    if (!url || url->origin() != settings_.origin || !is_request_target(url->path)) return std::nullopt;
    return url->path;
}

// ---- check runs ----------------------------------------------------------------------------------------------------

ApiResult<CheckRunRef> GitHubClient::publish_check_run(const std::string& head_sha, const std::string& external_id,
                                                       const PublishedCheck& check) {
    json body = check_part(check, 0, part_end(check, 0));
    // Complete from the first request on: branch protection waits for ever for a run that was left in progress.
    body["status"] = "completed";
    body["conclusion"] = check.conclusion;
    body["name"] = check.name;
    body["head_sha"] = head_sha;
    body["external_id"] = external_id;
    const auto created = TRY(request("POST", repository_path("/check-runs"), dumped(body),
                                     [&] { return find_check_run(head_sha, check.name, external_id); }));
    auto run = check_run_of(created);
    // It was made, and how it is called was lost on the way.
    if (run.id == 0)
        if (const auto found = TRY(find_check_run(head_sha, check.name, external_id))) run = check_run_of(*found);
    if (run.id == 0) return tl::unexpected(not_understood(created));
    run.annotations = part_end(check, 0);
    if (const auto appended = append_annotations(run, check); !appended) run.incomplete = appended.error();
    return run;
}

ApiResult<std::size_t> GitHubClient::append_annotations(CheckRunRef& run, const PublishedCheck& check) {
    while (run.annotations < check.annotations.size()) {
        const auto end = part_end(check, run.annotations);
        const auto body = dumped(check_part(check, run.annotations, end));
        // Each PATCH appends: repeating one that took effect would double its annotations.
        TRY(request("PATCH", repository_path("/check-runs/" + std::to_string(run.id)), body,
                    [&] { return check_run_holding(run.id, end); }));
        run.annotations = end;
    }
    return run.annotations;
}

ApiResult<std::optional<HttpResponse>> GitHubClient::find_check_run(const std::string& head_sha,
                                                                    const std::string& name,
                                                                    const std::string& external_id) {
    const auto list = TRY(get(repository_path(
        "/commits/" + head_sha + "/check-runs?filter=all&per_page=100&check_name=" + percent_encoded(name))));
    const json body = parsed(list);
    if (!body.is_object() || !body.contains("check_runs") || !body["check_runs"].is_array())
        return tl::unexpected(not_understood(list));
    for (const json& run : body["check_runs"])
        if (text_at(run, "external_id") == external_id)
            return std::optional<HttpResponse>(HttpResponse{200, {}, dumped(run)});
    return std::optional<HttpResponse>();
}

ApiResult<std::optional<HttpResponse>> GitHubClient::check_run_holding(std::uint64_t id, std::size_t annotations) {
    const auto run = TRY(get(repository_path("/check-runs/" + std::to_string(id))));
    const json body = parsed(run);
    if (number_at(object_at(body, "output"), "annotations_count") >= annotations)
        return std::optional<HttpResponse>(run);
    return std::optional<HttpResponse>();
}

}  // namespace pgfence
