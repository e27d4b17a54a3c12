#include "bot/sticky_comment.h"

#include <algorithm>
#include <string_view>

namespace pgfence {
namespace {

// The author of what GITHUB_TOKEN posts, for when GitHub does not say whose token ours is.
constexpr std::string_view kActionsBot = "github-actions";

// A run that is not the head's any more writes once at most, so that this many of them may end while we write.
constexpr int kMostRounds = 5;

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

class StickyComment {
public:
    StickyComment(const Publication& publication, const PullRequestHead& head, GitHubClient& client)
        : publication_(publication), head_(head), client_(client) {}

    ApiResult<std::optional<IssueComment>> keep_one() {
        for (int round = 0; round < kMostRounds; ++round) {
            const auto there = ours();
            // What was written stands, seen or not.
            if (!there && latest_ && !there.error().cancelled) return latest_;
            if (!there) return tl::unexpected(there.error());
            if (there->empty() && !publication_.comment_when_absent) return std::optional<IssueComment>();
            if (!there->empty() && is_said_by(there->front())) return TRY(alone(*there));
            const auto written = there->empty() ? start() : edit(there->front());
            // Somebody took it away since it was listed.
            if (!written && written.error().status == 404 && !there->empty() && round + 1 < kMostRounds) continue;
            if (!written && written.error().outdated) TRY(take_back(*there));
            if (!written) return tl::unexpected(written.error());
            latest_ = *written;
        }
        return latest_;
    }

private:
    /// Oldest first. A list may lag behind what was made a moment ago, which would be made twice.
    ApiResult<std::vector<IssueComment>> ours() {
        auto found = own(TRY(client_.comments_with(head_.number, publication_.comment_marker)), client_);
        const auto is_made = [&](const IssueComment& comment) { return comment.id == made_; };
        if (made_ == 0 || std::any_of(found.begin(), found.end(), is_made)) return found;
        if (auto made = TRY(client_.comment(made_))) found.push_back(std::move(*made));
        return found;
    }

    bool is_said_by(const IssueComment& comment) const {
        const auto stored = as_stored(comment.body);
        return stored == said_ || stored == as_stored(publication_.comment(comment.body));
    }

    ApiResult<IssueComment> start() {
        const auto body = publication_.comment("");
        const auto created = TRY(client_.create_comment(head_, body, publication_.comment_marker));
        made_ = created.id;
        said_ = as_stored(body);
        return created;
    }

    ApiResult<IssueComment> edit(const IssueComment& comment) {
        const auto body = publication_.comment(comment.body);
        const auto updated = TRY(client_.update_comment(head_, comment.id, body));
        said_ = as_stored(body);
        return updated;
    }

    ApiResult<std::optional<IssueComment>> alone(const std::vector<IssueComment>& there) {
        for (std::size_t i = 1; i < there.size(); ++i) TRY(client_.delete_comment(there[i].id));
        return std::optional<IssueComment>(there.front());
    }

    /// The head has moved on while this run made a comment: that of the run which was first stays.
    ApiResult<void> take_back(const std::vector<IssueComment>& there) {
        if (made_ != 0 && !there.empty() && there.front().id != made_) TRY(client_.delete_comment(made_));
        return {};
    }

    const Publication& publication_;
    const PullRequestHead& head_;
    GitHubClient& client_;
    std::optional<IssueComment> latest_;  ///< as this run has written it
    std::uint64_t made_ = 0;              ///< by this run; 0: none
    std::string said_;                    ///< by this run, when it wrote
};

}  // namespace

ApiResult<std::optional<IssueComment>> keep_one_comment(const Publication& publication, const PullRequestHead& head,
                                                        GitHubClient& client) {
    return StickyComment(publication, head, client).keep_one();
}

}  // namespace pgfence
