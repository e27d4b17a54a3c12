#include "bot/publish_review.h"

#include <algorithm>
#include <set>

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
                                              const PullRequestHead& head, GitHubClient& client) {
    std::vector<ReviewComment> comments;
    std::copy_if(review.comments.begin(), review.comments.end(), std::back_inserter(comments),
                 [&](const ReviewComment& comment) { return !was_told(comment, review, threads); });
    if (comments.empty()) return comments;
    const auto files = TRY(client.changed_lines(head.number));
    std::erase_if(comments, [&](const ReviewComment& comment) {
        const auto file = files.find(comment.path);
        return file == files.end() || !shows(file->second, comment.start_line, comment.lines);
    });
    if (comments.size() > kMostComments) comments.resize(kMostComments);
    return comments;
}

ApiResult<bool> post(const std::vector<ReviewComment>& comments, const std::string& body, const PullRequestHead& head,
                     GitHubClient& client, Reviewed& reviewed) {
    const auto together = client.create_review(head, body, comments);
    if (together) reviewed.posted = comments.size();
    if (together || together.error().status != 422) return together;
    for (const ReviewComment& comment : comments) {
        const auto alone = client.create_review_comment(head, comment);
        if (alone) ++reviewed.posted;
        if (!alone && alone.error().status != 422) return alone;
        if (!alone)
            reviewed.reasons.push_back("no suggestion in " + comment.path + ", line " +
                                       std::to_string(comment.end_line) + ": " + alone.error().message);
    }
    return true;
}

/// Another run may have posted the same meanwhile. Whoever sees it takes the newer away, so that the older stays for
/// all; a thread that somebody has answered in stays as well.
ApiResult<std::vector<ReviewThread>> without_duplicates(const PublishedReview& review, const PullRequestHead& head,
                                                        GitHubClient& client) {
    std::vector<ReviewThread> kept;
    std::set<std::string> told;
    for (ReviewThread& thread : TRY(client.own_review_threads(head.number))) {
        const bool ours = thread.body.starts_with(review.marker_prefix) && !thread.body.ends_with(review.gone);
        const bool again = ours && !told.insert(first_line(thread.body)).second;
        if (again && thread.comments == 1)
            TRY(client.delete_review_comment(thread.comment));
        else
            kept.push_back(std::move(thread));
    }
    return kept;
}

/// GitHub wants contents: write of a token that resolves threads, which nobody should give for this: where it refuses,
/// the comment says so itself.
ApiResult<bool> close_what_is_gone(const PublishedReview& review, const std::vector<ReviewThread>& threads,
                                   const PullRequestHead& head, GitHubClient& client) {
    bool may_resolve = true;
    for (const ReviewThread& thread : threads) {
        const bool ours = thread.body.starts_with(review.marker_prefix) && !thread.body.ends_with(review.gone);
        if (!ours || thread.resolved || begins_with_any(thread.body, review.standing)) continue;
        if (may_resolve) {
            const auto resolved = client.resolve_review_thread(head, thread.id);
            if (resolved) continue;
            if (resolved.error().cancelled || resolved.error().outdated) return resolved;
            may_resolve = false;
        }
        const auto told =
            client.update_review_comment(head, thread.comment, first_line(thread.body) + "\n" + review.gone);
        if (!told) return told;
    }
    return true;
}

}  // namespace

ApiResult<Reviewed> publish_review(const PublishedReview& review, const PullRequestHead& head, GitHubClient& client) {
    auto threads = TRY(client.own_review_threads(head.number));
    const auto comments = TRY(to_post(review, threads, head, client));
    Reviewed reviewed;
    if (!comments.empty()) {
        TRY(post(comments, review.body, head, client, reviewed));
        threads = TRY(without_duplicates(review, head, client));
    }
    TRY(close_what_is_gone(review, threads, head, client));
    return reviewed;
}

}  // namespace pgfence
