#include "bot/publish_review.h"

#include <algorithm>

namespace pgfence {
namespace {

// Each sends a notification; the rest is in the comment all the same.
constexpr std::size_t kMostComments = 30;

bool begins_with_any(const std::string& text, const std::vector<std::string>& markers) {
    return std::any_of(markers.begin(), markers.end(), [&](const auto& marker) { return text.starts_with(marker); });
}

std::string first_line(const std::string& text) { return text.substr(0, text.find_first_of("\r\n")); }

bool was_told(const ReviewComment& comment, const PublishedReview& review, const std::vector<ReviewThread>& threads) {
    const auto marker = first_line(comment.body);
    return std::any_of(threads.begin(), threads.end(), [&](const ReviewThread& thread) {
        return thread.body.starts_with(marker) && !thread.body.ends_with(review.gone);
    });
}

ApiResult<std::vector<ReviewComment>> to_post(const PublishedReview& review, const std::vector<ReviewThread>& threads,
                                              std::uint64_t pull_request, GitHubClient& client) {
    std::vector<ReviewComment> comments;
    std::copy_if(review.comments.begin(), review.comments.end(), std::back_inserter(comments),
                 [&](const ReviewComment& comment) { return !was_told(comment, review, threads); });
    if (comments.empty()) return comments;
    const auto files = TRY(client.changed_lines(pull_request));
    std::erase_if(comments, [&](const ReviewComment& comment) {
        const auto file = files.find(comment.path);
        return file == files.end() || !shows(file->second, comment.start_line, comment.lines);
    });
    if (comments.size() > kMostComments) comments.resize(kMostComments);
    return comments;
}

ApiResult<bool> post(const std::vector<ReviewComment>& comments, const std::string& body, const std::string& head_sha,
                     std::uint64_t pull_request, GitHubClient& client, Reviewed& reviewed) {
    const auto together = client.create_review(pull_request, head_sha, body, comments);
    if (together) reviewed.posted = comments.size();
    if (together || together.error().status != 422) return together;
    for (const ReviewComment& comment : comments) {
        const auto alone = client.create_review_comment(pull_request, head_sha, comment);
        if (alone) ++reviewed.posted;
        if (!alone && alone.error().status != 422) return alone;
        if (!alone)
            reviewed.reasons.push_back("no suggestion in " + comment.path + ", line " +
                                       std::to_string(comment.end_line) + ": " + alone.error().message);
    }
    return true;
}

/// GitHub wants contents: write of a token that resolves threads, which nobody should give for this: where it refuses,
/// the comment says so itself.
ApiResult<bool> close_what_is_gone(const PublishedReview& review, const std::vector<ReviewThread>& threads,
                                   GitHubClient& client) {
    bool may_resolve = true;
    for (const ReviewThread& thread : threads) {
        const bool ours = thread.body.starts_with(review.marker_prefix) && !thread.body.ends_with(review.gone);
        if (!ours || thread.resolved || begins_with_any(thread.body, review.standing)) continue;
        if (may_resolve) {
            const auto resolved = client.resolve_review_thread(thread.id);
            if (resolved) continue;
            if (resolved.error().cancelled) return resolved;
            may_resolve = false;
        }
        const auto told = client.update_review_comment(thread.comment, first_line(thread.body) + "\n" + review.gone);
        if (!told) return told;
    }
    return true;
}

}  // namespace

ApiResult<Reviewed> publish_review(const PublishedReview& review, const std::string& head_sha,
                                   std::uint64_t pull_request, GitHubClient& client) {
    const auto threads = TRY(client.own_review_threads(pull_request));
    const auto comments = TRY(to_post(review, threads, pull_request, client));
    Reviewed reviewed;
    if (!comments.empty()) TRY(post(comments, review.body, head_sha, pull_request, client, reviewed));
    TRY(close_what_is_gone(review, threads, client));
    return reviewed;
}

}  // namespace pgfence
