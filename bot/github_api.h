#pragma once
// The few requests pgfence makes to GitHub's REST API, made as its documentation asks: one after the other, a second
// between changes, limits obeyed, and nothing repeated that may have happened already.
// Source: GitHub's OpenAPI description (npm @octokit/openapi), REST guides "best practices" and "rate limits".

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bot/api_result.h"
#include "bot/clock.h"
#include "bot/http.h"
#include "bot/patch.h"
#include "bot/publication.h"
#include "core/result.h"

namespace pgfence {

struct ApiSettings {
    std::string repository;                 ///< "owner/name"
    std::string rest_path;                  ///< before every REST path: "", "/api/v3" on GitHub Enterprise Server
    std::string graphql_path = "/graphql";  ///< "/api/graphql" there
    std::string origin;  ///< "https://host:port" of both; links and redirects elsewhere are not followed
    Secret token;
    std::function<bool()> cancelled = [] { return false; };  ///< asked before every request and after every wait
};

struct CheckRunRef {
    std::uint64_t id = 0;
    std::string url;  ///< for people
    std::size_t annotations = 0;
    std::optional<ApiError> incomplete;  ///< why not all annotations arrived
};

struct IssueComment {
    std::uint64_t id = 0;
    std::string url, body, author;
    bool author_is_bot = false;
};

struct PullRequestRef {
    std::uint64_t number = 0;
    std::string base_sha, author;
};

/// What a review speaks of. Whoever writes for it asks just before whether it is the pull request's head still: a run
/// that began earlier may end later, and an old one may be started again.
struct PullRequestHead {
    std::uint64_t number = 0;
    std::string sha;
};

struct ReviewThread {
    std::string id;
    std::uint64_t comment = 0;  ///< its first
    std::string body;           ///< of that
    bool resolved = false;
    std::uint64_t comments = 1;  ///< with the answers to it
};

struct SarifUpload {
    std::string id;
    bool processed = false;           ///< false: GitHub was still at it when we stopped looking, or did not say
    std::vector<std::string> errors;  ///< why GitHub could not use it
};

struct GraphqlData;

class GitHubClient {
public:
    GitHubClient(HttpTransport& transport, const Clock& clock, ApiSettings settings);

    ApiResult<HttpResponse> get(const std::string& path);
    std::string repository_path(const std::string& rest) const {
        return settings_.rest_path + "/repos/" + settings_.repository + rest;
    }

    /// Creates the run with its conclusion and the first 50 annotations, and appends the rest by PATCH.
    /// `external_id` must be this run's alone: by it a run whose answer was lost is found again.
    ApiResult<CheckRunRef> publish_check_run(const std::string& head_sha, const std::string& external_id,
                                             const PublishedCheck& check);

    /// The open pull requests whose head is that commit of that branch, oldest first.
    ApiResult<std::vector<PullRequestRef>> pull_requests_of(const std::string& head_repository,
                                                            const std::string& head_branch,
                                                            const std::string& head_sha);

    /// The pull request's timeline comments that hold the marker, oldest first, through all pages.
    ApiResult<std::vector<IssueComment>> comments_with(std::uint64_t pull_request, const std::string& marker);
    /// Nothing when there is none any more.
    ApiResult<std::optional<IssueComment>> comment(std::uint64_t id);
    ApiResult<IssueComment> create_comment(const PullRequestHead& head, const std::string& body,
                                           const std::string& marker);
    ApiResult<IssueComment> update_comment(const PullRequestHead& head, std::uint64_t comment, const std::string& body);
    /// True also when it was gone already. Whatever the head is: only for what should never have been there.
    ApiResult<bool> delete_comment(std::uint64_t comment);

    /// Those that this token's owner began, resolved ones too, oldest first.
    ApiResult<std::vector<ReviewThread>> own_review_threads(std::uint64_t pull_request);
    ApiResult<bool> resolve_review_thread(const PullRequestHead& head, const std::string& thread);
    ApiResult<bool> update_review_comment(const PullRequestHead& head, std::uint64_t comment, const std::string& body);
    /// As delete_comment.
    ApiResult<bool> delete_review_comment(std::uint64_t comment);
    /// What the pull request's diff shows of the new side, by path. A file too large for GitHub shows nothing.
    ApiResult<std::map<std::string, std::vector<Hunk>>> changed_lines(std::uint64_t pull_request);
    /// At least one comment; GitHub takes all of them or none (422).
    ApiResult<bool> create_review(const PullRequestHead& head, const std::string& body,
                                  const std::vector<ReviewComment>& comments);
    ApiResult<bool> create_review_comment(const PullRequestHead& head, const ReviewComment& comment);

    /// Gives the file to code scanning and looks for a while what becomes of it. `head`: null where the change is no
    /// pull request.
    ApiResult<SarifUpload> upload_sarif(const std::string& commit_sha, const std::string& ref, const std::string& sarif,
                                        const PullRequestHead* head = nullptr);

    /// Whose token this is, without "[bot]". Known after the first call.
    ApiResult<std::string> viewer_login();

private:
    /// After a lost answer: the answer that the request would have got, when it did take effect.
    using FindEffect = std::function<ApiResult<std::optional<HttpResponse>>()>;

    /// `only_while`: sent only while that is the pull request's head; null: in any case.
    ApiResult<HttpResponse> request(const std::string& method, const std::string& path, std::string body,
                                    const FindEffect& find_effect, const PullRequestHead* only_while = nullptr);
    ApiResult<GraphqlData> graphql(const std::string& query, const std::string& variables,
                                   const PullRequestHead* only_while = nullptr);
    ApiResult<HttpResponse> perform(const HttpRequest& request, const FindEffect& find_effect,
                                    const PullRequestHead* only_while);
    ApiResult<void> expect(const PullRequestHead& head);
    tl::expected<HttpResponse, HttpFailure> exchange(HttpRequest request);
    bool wait(std::chrono::milliseconds duration);
    ApiResult<void> wait_for_limit(const HttpRequest& request);
    void note_limit(const HttpRequest& request, const HttpResponse& answer, int attempt);
    void keep_distance(const HttpRequest& request);
    ApiError error_of(const HttpResponse& response) const;
    ApiError cancelled_error() const;
    ApiError limit_error(std::int64_t until) const;
    bool is_graphql(const HttpRequest& request) const;

    ApiResult<std::optional<HttpResponse>> find_check_run(const std::string& head_sha, const std::string& name,
                                                          const std::string& external_id);
    ApiResult<std::optional<HttpResponse>> find_comment(std::uint64_t pull_request, const std::string& body,
                                                        const std::string& marker);
    ApiResult<std::optional<HttpResponse>> find_thread(std::uint64_t pull_request, const std::string& body);
    ApiResult<std::optional<HttpResponse>> check_run_holding(std::uint64_t id, std::size_t annotations);
    ApiResult<std::size_t> append_annotations(CheckRunRef& run, const PublishedCheck& check);
    std::optional<std::string> next_page(const HttpResponse& response) const;

    HttpTransport& transport_;
    Clock clock_;
    ApiSettings settings_;
    std::optional<std::chrono::milliseconds> last_mutation_;
    std::chrono::milliseconds patience_;  ///< what is left of the time this run may spend waiting
    std::optional<std::string> viewer_;
    std::map<bool, std::int64_t> limited_until_;  ///< of GraphQL (true) and REST, which GitHub counts apart
};

}  // namespace pgfence
