#pragma once
// Suggestions as review comments: each finding is told once, in its place, and closed when it is gone.

#include <cstdint>
#include <string>
#include <vector>

#include "bot/github_api.h"
#include "bot/publication.h"

namespace pgfence {

struct Reviewed {
    std::size_t posted = 0;
    std::vector<std::string> reasons;  ///< what was left out and why
};

/// A suggestion outside the diff is no error: the comment on the pull request has it. GitHub refuses a review as a
/// whole, so after a refusal each comment is sent by itself.
ApiResult<Reviewed> publish_review(const PublishedReview& review, const PullRequestHead& head, GitHubClient& client);

}  // namespace pgfence
