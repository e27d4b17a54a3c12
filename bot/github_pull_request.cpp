// The pull request's side of the client: which one it is, its comments, and whose they are.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/github_api.h"
#include "bot/github_json.h"
#include "bot/url.h"
#include "bot/workflow_text.h"

namespace pgfence {
namespace {

using nlohmann::json;

// 10,000 comments; a list that goes on has to be something else.
constexpr int kMostPagesOfComments = 100;

std::optional<IssueComment> comment_of(const json& value) {
    IssueComment comment;
    comment.id = number_at(value, "id");
    comment.url = text_at(value, "html_url");
    comment.body = text_at(value, "body");
    // "user" is null once the account has been deleted.
    const json& user = object_at(value, "user");
    comment.author = text_at(user, "login");
    comment.author_is_bot = text_at(user, "type") == "Bot";
    if (comment.id == 0) return std::nullopt;
    return comment;
}

ApiResult<IssueComment> comment_of(const HttpResponse& response) {
    const auto comment = comment_of(parsed(response));
    if (!comment) return tl::unexpected(not_understood(response));
    return *comment;
}

std::string without_bot_suffix(std::string login) {
    if (login.ends_with("[bot]")) login.resize(login.size() - 5);
    return login;
}

}  // namespace

// ---- pull requests -------------------------------------------------------------------------------------------------

ApiResult<std::vector<PullRequestRef>> GitHubClient::pull_requests_of(const std::string& head_repository,
                                                                      const std::string& head_branch,
                                                                      const std::string& head_sha) {
    const auto owner = head_repository.substr(0, head_repository.find('/'));
    const auto response = TRY(get(repository_path("/pulls?state=open&sort=created&direction=asc&per_page=100&head=" +
                                                  percent_encoded(owner + ":" + head_branch))));
    const json list = parsed(response);
    if (!list.is_array()) return tl::unexpected(not_understood(response));
    std::vector<PullRequestRef> found;
    for (const json& pull : list) {
        PullRequestRef ref{number_at(pull, "number"), text_at(object_at(pull, "base"), "sha"),
                           text_at(object_at(pull, "user"), "login")};
        // An owner may have two forks with a branch of that name.
        const json& head = object_at(pull, "head");
        const bool same =
            text_at(head, "sha") == head_sha && text_at(object_at(head, "repo"), "full_name") == head_repository;
        if (same && ref.number != 0 && !ref.base_sha.empty()) found.push_back(std::move(ref));
    }
    return found;
}

ApiResult<void> GitHubClient::expect(const PullRequestHead& head) {
    const auto number = std::to_string(head.number);
    const auto response = TRY(get(repository_path("/pulls/" + number)));
    const auto now = text_at(object_at(parsed(response), "head"), "sha");
    if (now.empty()) return tl::unexpected(not_understood(response));
    if (now == head.sha) return {};
    return tl::unexpected(ApiError{0,
                                   "commit " + head.sha.substr(0, 12) + " is not the head of pull request " + number +
                                       " any more, so that the review of " + as_log_text(now.substr(0, 12)) +
                                       " is left as it is",
                                   false, false, true});
}

// ---- comments ------------------------------------------------------------------------------------------------------

ApiResult<std::vector<IssueComment>> GitHubClient::comments_with(std::uint64_t pull_request,
                                                                 const std::string& marker) {
    std::vector<IssueComment> found;
    std::optional<std::string> page =
        repository_path("/issues/" + std::to_string(pull_request) + "/comments?per_page=100");
    for (int pages = 0; page; ++pages) {
        // Not "none found": a second comment would be started on every push.
        if (pages == kMostPagesOfComments)
            return tl::unexpected(ApiError{0, "the list of comments did not end after 100 pages", false});
        const auto response = TRY(get(*page));
        const json list = parsed(response);
        if (!list.is_array()) return tl::unexpected(not_understood(response));
        for (const json& value : list)
            if (auto comment = comment_of(value); comment && comment->body.find(marker) != std::string::npos)
                found.push_back(std::move(*comment));
        page = next_page(response);
    }
    std::sort(found.begin(), found.end(), [](const IssueComment& a, const IssueComment& b) { return a.id < b.id; });
    return found;
}

ApiResult<std::optional<IssueComment>> GitHubClient::comment(std::uint64_t id) {
    const auto response = get(repository_path("/issues/comments/" + std::to_string(id)));
    if (!response && response.error().status == 404) return std::optional<IssueComment>();
    if (!response) return tl::unexpected(response.error());
    return std::optional<IssueComment>(TRY(comment_of(*response)));
}

ApiResult<IssueComment> GitHubClient::create_comment(const PullRequestHead& head, const std::string& body,
                                                     const std::string& marker) {
    const auto created = TRY(request(
        "POST", repository_path("/issues/" + std::to_string(head.number) + "/comments"), dumped(json{{"body", body}}),
        [&] { return find_comment(head.number, body, marker); }, &head));
    if (const auto comment = comment_of(created)) return comment;
    // It was made, and how it is called was lost on the way.
    const auto found = TRY(find_comment(head.number, body, marker));
    return comment_of(found.value_or(created));
}

ApiResult<std::optional<HttpResponse>> GitHubClient::find_comment(std::uint64_t pull_request, const std::string& body,
                                                                  const std::string& marker) {
    const auto comments = TRY(comments_with(pull_request, marker));
    for (const auto& comment : comments)
        if (comment.body == body) {
            const json value{{"id", comment.id},
                             {"html_url", comment.url},
                             {"body", comment.body},
                             {"user", {{"login", comment.author}}}};
            return std::optional<HttpResponse>(HttpResponse{200, {}, dumped(value)});
        }
    return std::optional<HttpResponse>();
}

ApiResult<IssueComment> GitHubClient::update_comment(const PullRequestHead& head, std::uint64_t comment,
                                                     const std::string& body) {
    const auto updated = TRY(request("PATCH", repository_path("/issues/comments/" + std::to_string(comment)),
                                     dumped(json{{"body", body}}), nullptr, &head));
    if (const auto edited = comment_of(updated)) return edited;
    const auto found = TRY(this->comment(comment));
    if (!found) return tl::unexpected(not_understood(updated));
    return *found;
}

ApiResult<bool> GitHubClient::delete_comment(std::uint64_t comment) {
    const auto deleted = request("DELETE", repository_path("/issues/comments/" + std::to_string(comment)), {}, nullptr);
    if (deleted || deleted.error().status == 404) return true;
    return tl::unexpected(deleted.error());
}

ApiResult<std::string> GitHubClient::viewer_login() {
    if (viewer_) return *viewer_;
    // GraphQL, because REST's /user refuses installation tokens, GITHUB_TOKEN among them.
    const auto response =
        TRY(request("POST", settings_.graphql_path, R"({"query":"query { viewer { login } }"})", nullptr));
    const json answer = parsed(response);
    const auto login = text_at(object_at(object_at(answer, "data"), "viewer"), "login");
    if (login.empty()) return tl::unexpected(not_understood(response));
    viewer_ = without_bot_suffix(login);
    return *viewer_;
}

}  // namespace pgfence
