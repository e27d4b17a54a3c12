#pragma once
// Commits that are neither in the clone nor to be fetched, put into the scratch repository from what a CommitSource
// says of them. Trees are rebuilt at once, files are asked for when they are read; git's ids prove that both are what
// the commit has.

#include <memory>
#include <string>

#include "core/commit_source.h"
#include "diff/git.h"

namespace pgfence::diff {

class Asked {
public:
    /// Both must live as long as objects are read from the repository.
    static Result<Asked> make(git_repository* repository, CommitSource& source);

    /// A commit with the tree of that revision. Its own id is another: neither its author nor its parents are known.
    struct StandIn {
        git_oid commit;
        std::string stands_for;  ///< full id
    };
    Result<StandIn> commit(const std::string& revision);

    /// From now on, what was not read yet is missing.
    void stop();

private:
    struct Backend;
    Asked(git_repository* repository, CommitSource& source, std::shared_ptr<bool> asking)
        : repository_(repository), source_(&source), asking_(std::move(asking)) {}

    git_repository* repository_;
    CommitSource* source_;
    std::shared_ptr<bool> asking_;
};

}  // namespace pgfence::diff
