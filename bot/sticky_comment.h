#pragma once
// The one comment of a pull request, edited in place.

#include <optional>

#include "bot/github_api.h"
#include "bot/publication.h"

namespace pgfence {

/// The comment as it stands now; nothing when there is none and none was to be started. GitHub has neither a lock nor a
/// conditional write, and two runs may write at the same time. So each run reads the comments again after writing: of
/// several the oldest stays, for all runs the same one, and it says what the pull request's head is told.
ApiResult<std::optional<IssueComment>> keep_one_comment(const Publication& publication, const PullRequestHead& head,
                                                        GitHubClient& client);

}  // namespace pgfence
