#pragma once
// What commits hold, by GitHub's REST API: the last way to them, for where git's own protocol is kept from the runner.

#include "bot/github_api.h"
#include "core/commit_source.h"

namespace pgfence {

class GitHubCommits : public CommitSource {
public:
    explicit GitHubCommits(GitHubClient& client) : client_(client) {}
    Result<std::string> merge_base(const std::string& base, const std::string& head) override;
    Result<CommitTree> tree_of(const std::string& revision) override;
    /// At most 700 of them: GitHub gives a workflow 1,000 requests an hour and repository.
    Result<std::string> blob(const std::string& id) override;

private:
    Result<std::string> ask(const std::string& path, const std::string& what);

    GitHubClient& client_;
    int blobs_ = 0;
};

}  // namespace pgfence
