#pragma once
// From what was asked for (revisions, or commits that the clone may lack) to the two commits to compare.

#include <map>
#include <optional>
#include <string>

#include "diff/asked.h"
#include "diff/request.h"
#include "diff/scratch.h"

namespace pgfence::diff {

class Sides {
public:
    static Result<Sides> find(const Request& request);

    git_oid old_side{};  ///< compared from: the merge base, or the first parent of a test merge
    git_oid new_side{};
    git_oid base_tip{};  ///< the base branch's commit, which may be ahead of old_side
    std::string how;

    /// Holds the objects of both sides.
    git_repository* repository() const { return scratch_ ? scratch_->repository() : clone_.get(); }
    /// For partial clones, whose commits lack files: fetches both sides with all of theirs, or asks the API for them.
    /// Tried once; later calls answer the same.
    Result<void> complete();
    /// What the objects that are at hand hold is enough from now on.
    void ask_no_more();

    /// The ids of the commits compared, which have others here when they were asked for.
    std::string old_id() const { return named(old_side); }
    std::string new_id() const { return named(new_side); }

private:
    explicit Sides(const Request& request, Repository clone) : request_(request), clone_(std::move(clone)) {}
    struct Revision;
    static Result<Sides> without_checkout(const Request& request);
    Result<Revision> head_revision() const;
    Result<Revision> base_revision() const;
    bool found_in_clone(const Revision& base, const Revision& head);
    bool found_as_test_merge(const Revision& base, const Revision& head);
    Result<void> fetch_first_parent();
    Result<void> fetch_both(const Revision& base, const Revision& head);
    Result<void> ask_for_both(const Revision& base, const Revision& head, const std::string& why);
    Result<void> fetch_or_ask_for_files();
    Result<void> fetch_files();
    Result<void> ask_for_files();
    Result<void> need_scratch();
    std::optional<git_oid> first_fetched(const std::vector<FetchRef>& wants) const;
    /// Who reads the errors: of a workflow, which gives its inputs and mends its checkout, or at a terminal.
    bool in_a_workflow() const { return !request_.credentials.repository.empty(); }
    std::string named(const git_oid& commit) const;

    Request request_;
    std::optional<TemporaryFolder> stand_in_;  ///< holds clone_ when nothing was checked out
    Repository clone_;
    std::optional<Scratch> scratch_;
    std::optional<Asked> asked_;
    std::optional<Result<void>> completed_;
    std::map<std::string, std::string> stands_for_;  ///< ids of stand-ins, and of the commits they stand for
};

}  // namespace pgfence::diff
