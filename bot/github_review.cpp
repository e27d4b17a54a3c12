// Review comments on a pull request's lines. Threads, and whether they are resolved, are GraphQL's alone.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/github_api.h"
#include "bot/github_json.h"

namespace pgfence {
namespace {

using nlohmann::json;

// 3,000 files, which is where GitHub's own list ends; as many threads.
constexpr int kMostPagesOfReview = 30;

constexpr const char* kThreads = R"(query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        nodes { id isResolved comments(first: 1) { totalCount nodes { databaseId body viewerDidAuthor } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
})";
constexpr const char* kResolve =
    "mutation($thread: ID!) { resolveReviewThread(input: {threadId: $thread}) { thread { id } } }";

json comment_json(const ReviewComment& comment) {
    json value{{"path", comment.path}, {"body", comment.body}, {"line", comment.end_line}, {"side", "RIGHT"}};
    // GitHub refuses a start that is not above the end.
    if (comment.start_line < comment.end_line) {
        value["start_line"] = comment.start_line;
        value["start_side"] = "RIGHT";
    }
    return value;
}

}  // namespace

ApiResult<GraphqlData> GitHubClient::graphql(const std::string& query, const std::string& variables,
                                             const PullRequestHead* only_while) {
    const json body{{"query", query}, {"variables", json::parse(variables)}};
    const auto response = TRY(request("POST", settings_.graphql_path, dumped(body), nullptr, only_while));
    const json answer = parsed(response);
    const json& errors = list_at(answer, "errors");
    if (errors.empty()) return GraphqlData{object_at(answer, "data")};
    // GraphQL refuses with status 200.
    auto refused = error_of(response);
    if (text_at(errors.front(), "type") == "FORBIDDEN") refused.status = 403;
    refused.limited = text_at(errors.front(), "type") == "RATE_LIMITED";
    return tl::unexpected(refused);
}

ApiResult<std::vector<ReviewThread>> GitHubClient::own_review_threads(std::uint64_t pull_request) {
    const auto slash = settings_.repository.find('/');
    json variables{{"owner", settings_.repository.substr(0, slash)},
                   {"name", settings_.repository.substr(slash + 1)},
                   {"number", pull_request},
                   {"after", nullptr}};
    std::vector<ReviewThread> found;
    for (int page = 0; page < kMostPagesOfReview; ++page) {
        const auto data = TRY(graphql(kThreads, dumped(variables)));
        const json& threads = object_at(object_at(object_at(data.data, "repository"), "pullRequest"), "reviewThreads");
        // Not "none found", as below.
        if (!threads.contains("nodes"))
            return tl::unexpected(ApiError{0, "GitHub's answer about the review threads was not understood", false});
        for (const json& thread : list_at(threads, "nodes")) {
            const json& all = object_at(thread, "comments");
            const json& comments = list_at(all, "nodes");
            if (comments.empty() || !is_set_at(comments.front(), "viewerDidAuthor")) continue;
            found.push_back({text_at(thread, "id"), number_at(comments.front(), "databaseId"),
                             text_at(comments.front(), "body"), is_set_at(thread, "isResolved"),
                             number_at(all, "totalCount")});
        }
        const json& info = object_at(threads, "pageInfo");
        if (!is_set_at(info, "hasNextPage")) {
            std::stable_sort(found.begin(), found.end(),
                             [](const ReviewThread& a, const ReviewThread& b) { return a.comment < b.comment; });
            return found;
        }
        variables["after"] = text_at(info, "endCursor");
    }
    // Not "none found": the same comments would be made on every push.
    return tl::unexpected(ApiError{0, "the list of review threads did not end after 30 pages", false});
}

ApiResult<bool> GitHubClient::resolve_review_thread(const PullRequestHead& head, const std::string& thread) {
    TRY(graphql(kResolve, dumped(json{{"thread", thread}}), &head));
    return true;
}

ApiResult<bool> GitHubClient::update_review_comment(const PullRequestHead& head, std::uint64_t comment,
                                                    const std::string& body) {
    TRY(request("PATCH", repository_path("/pulls/comments/" + std::to_string(comment)), dumped(json{{"body", body}}),
                nullptr, &head));
    return true;
}

ApiResult<bool> GitHubClient::delete_review_comment(std::uint64_t comment) {
    const auto deleted = request("DELETE", repository_path("/pulls/comments/" + std::to_string(comment)), {}, nullptr);
    if (deleted || deleted.error().status == 404) return true;
    return tl::unexpected(deleted.error());
}

ApiResult<std::map<std::string, std::vector<Hunk>>> GitHubClient::changed_lines(std::uint64_t pull_request) {
    std::map<std::string, std::vector<Hunk>> found;
    std::optional<std::string> page = repository_path("/pulls/" + std::to_string(pull_request) + "/files?per_page=100");
    for (int pages = 0; page && pages < kMostPagesOfReview; ++pages) {
        const auto response = TRY(get(*page));
        const json list = parsed(response);
        if (!list.is_array()) return tl::unexpected(not_understood(response));
        for (const json& file : list) found[text_at(file, "filename")] = hunks_of(text_at(file, "patch"));
        page = next_page(response);
    }
    return found;
}

ApiResult<bool> GitHubClient::create_review(const PullRequestHead& head, const std::string& body,
                                            const std::vector<ReviewComment>& comments) {
    json review{{"commit_id", head.sha}, {"event", "COMMENT"}, {"body", body}, {"comments", json::array()}};
    for (const ReviewComment& comment : comments) review["comments"].push_back(comment_json(comment));
    TRY(request(
        "POST", repository_path("/pulls/" + std::to_string(head.number) + "/reviews"), dumped(review),
        [&] { return find_thread(head.number, comments.front().body); }, &head));
    return true;
}

ApiResult<bool> GitHubClient::create_review_comment(const PullRequestHead& head, const ReviewComment& comment) {
    json body = comment_json(comment);
    body["commit_id"] = head.sha;
    TRY(request(
        "POST", repository_path("/pulls/" + std::to_string(head.number) + "/comments"), dumped(body),
        [&] { return find_thread(head.number, comment.body); }, &head));
    return true;
}

ApiResult<std::optional<HttpResponse>> GitHubClient::find_thread(std::uint64_t pull_request, const std::string& body) {
    const auto threads = TRY(own_review_threads(pull_request));
    const auto marker = body.substr(0, body.find('\n'));
    for (const ReviewThread& thread : threads)
        if (thread.body.starts_with(marker)) return std::optional<HttpResponse>(HttpResponse{200, {}, "{}"});
    return std::optional<HttpResponse>();
}

}  // namespace pgfence
