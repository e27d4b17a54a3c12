#include "bot/publish.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "bot/publish_review.h"

namespace pgfence {
namespace {

constexpr std::string_view kCheckRun = "check run";
constexpr std::string_view kComment = "pull request comment";
constexpr std::string_view kReview = "review comments";
constexpr std::string_view kCodeScanning = "code scanning upload";

// The author of what GITHUB_TOKEN posts, for when GitHub does not say whose token ours is.
constexpr std::string_view kActionsBot = "github-actions";

// GitHub may hand a text back with other line ends or without the blanks at its end.
std::string as_stored(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (const char c : text)
        if (c != '\r') plain += c;
    while (!plain.empty() && (plain.back() == '\n' || plain.back() == ' ')) plain.pop_back();
    return plain;
}

// Anybody can paste our marker into a comment, so the author must be us: the same login, and a bot where we are one.
std::vector<IssueComment> own(const std::vector<IssueComment>& marked, GitHubClient& client) {
    std::vector<IssueComment> ours;
    if (marked.empty()) return ours;
    const auto viewer = client.viewer_login();
    for (const IssueComment& comment : marked) {
        const bool mine = viewer ? comment.author == (comment.author_is_bot ? *viewer + "[bot]" : *viewer)
                                 : comment.author_is_bot && comment.author == std::string(kActionsBot) + "[bot]";
        if (mine) ours.push_back(comment);
    }
    return ours;
}

ApiResult<std::optional<IssueComment>> bring_up_to_date(const Publication& publication, std::uint64_t pull_request,
                                                        GitHubClient& client) {
    const auto marked = TRY(client.comments_with(pull_request, publication.comment_marker));
    const auto ours = own(marked, client);
    if (ours.empty()) {
        if (!publication.comment_when_absent) return std::optional<IssueComment>();
        return TRY(client.create_comment(pull_request, publication.comment(""), publication.comment_marker));
    }
    IssueComment kept = ours.front();
    if (const auto body = publication.comment(kept.body); as_stored(kept.body) != as_stored(body)) {
        kept = TRY(client.update_comment(kept.id, body));
    }
    // Two jobs that ran at once may both have found none. The oldest stays: links to it are the oldest too.
    for (std::size_t i = 1; i < ours.size(); ++i) TRY(client.delete_comment(ours[i].id));
    return std::optional<IssueComment>(kept);
}

/// On pull_request the token of a fork's run is read-only whatever the workflow asks for; pull_request_target's is not.
bool has_read_only_token(const Event& event) {
    return event.kind == Event::Kind::pull_request && (event.from_fork || event.from_dependabot);
}

/// What the token may not do is said once for all places that it keeps us from.
class Refusals {
public:
    Refusals(const Event& event, Published& published) : event_(event), published_(published) {}

    void add(std::string_view surface, const std::string& permission, const ApiError& error) {
        published_.cancelled = published_.cancelled || error.cancelled;
        const bool forbidden = error.status == 403 || error.status == 404;
        auto& all = published_.refusals;
        std::size_t place = all.size();
        if (forbidden) place = said_.try_emplace(has_read_only_token(event_) ? "" : permission, place).first->second;
        if (place == all.size()) all.emplace_back();
        all[place].surface += (all[place].surface.empty() ? "" : ", no ") + std::string(surface);
        all[place].reason = reason_of(error, all[place].surface, permission, event_);
    }

private:
    const Event& event_;
    Published& published_;
    std::map<std::string, std::size_t> said_;  ///< where what a permission is missing for stands
};

}  // namespace

std::string reason_of(const ApiError& error, const std::string& surface, const std::string& permission,
                      const Event& event) {
    const auto answer = std::to_string(error.status) + " " + error.message;
    if (error.cancelled) return "no " + surface + ": the job was cancelled";
    if (error.status == 0) return "no " + surface + ": " + error.message;
    if (error.status == 401) return "no " + surface + ": GitHub does not accept the token (" + answer + ")";
    if (error.status != 403 && error.status != 404) return "no " + surface + ": GitHub answered " + answer;
    const auto refused = "no " + surface + ": the token may not write there (" + answer + ")";
    if (has_read_only_token(event))
        return refused + (event.from_fork ? "; a pull request from a fork gets a read-only token"
                                          : "; Dependabot's pull requests get a read-only token");
    return refused + "; add \"" + permission + "\" under \"permissions:\" in the workflow";
}

Published publish_to_github(const Publication& publication, const Event& event, const Surfaces& surfaces,
                            const std::string& external_id, GitHubClient& client) {
    Published published;
    Refusals refusals(event, published);
    if (surfaces.check_run) {
        const auto run = client.publish_check_run(publication.head_sha, external_id, publication.check);
        if (run)
            published.check_run = *run;
        else
            refusals.add(kCheckRun, "checks: write", run.error());
        if (run && run->incomplete) {
            published.cancelled = published.cancelled || run->incomplete->cancelled;
            published.refusals.push_back(
                {std::string(kCheckRun), "the check run has " + std::to_string(run->annotations) + " of " +
                                             std::to_string(publication.check.annotations.size()) +
                                             " annotations: " + run->incomplete->message});
        }
    }
    if (surfaces.comment && event.pull_request != 0 && !published.cancelled) {
        const auto comment = bring_up_to_date(publication, event.pull_request, client);
        if (comment)
            published.comment = *comment;
        else
            refusals.add(kComment, "pull-requests: write", comment.error());
    }
    if (surfaces.suggestions && event.pull_request != 0 && !published.cancelled) {
        const auto review = publish_review(publication.review, publication.head_sha, event.pull_request, client);
        if (review)
            published.suggestions = review->posted;
        else
            refusals.add(kReview, "pull-requests: write", review.error());
        for (const auto& reason : review ? review->reasons : std::vector<std::string>())
            published.refusals.push_back({std::string(kReview), reason});
    }
    if (surfaces.code_scanning && !published.cancelled) {
        const auto upload = client.upload_sarif(publication.sarif_commit, publication.sarif_ref, publication.sarif);
        if (upload)
            published.sarif = *upload;
        else
            refusals.add(kCodeScanning, "security-events: write", upload.error());
        for (const auto& error : upload ? upload->errors : std::vector<std::string>())
            published.refusals.push_back(
                {std::string(kCodeScanning), "code scanning could not use the upload: " + error});
    }
    return published;
}

}  // namespace pgfence
