#pragma once
// Which files of the base have run, as the repository's tags tell, which have not, and of which nobody can tell: an
// edit of one that ran runs nowhere, an edit of any other may be the first that runs.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "diff/tree.h"

namespace pgfence::diff {

/// Nobody but the tags says what was released, and many projects deploy whatever is merged. So a file is known
///  - not to have run where the project makes releases (a tag among the base's ancestors, not long before the change),
///    no tag at all holds the file, under this name or another, and it came to the base not long before the change;
///  - not to have run, either, where its name has the version of a release that is not out: no tag holds the file, each
///    has a lower version, and files beside it are called as releases are;
///  - to have run where a tag holds it: users have that release. A tag of another package of the repository says
///    nothing. Where nobody makes releases the base is what is deployed: what it has had for long has run.
/// A tag that has the change itself, as when what is long merged is looked at again, says nothing of what ran before
/// it. Of all others nobody can tell. Nor in a shallow clone, which knows neither tags nor since when the base has a
/// file.
class Releases {
public:
    /// The change meets `base` and ends in `head`.
    Releases(git_repository* repository, const git_oid& base, const git_oid& head);

    /// A file of the base: it is known not to have run.
    bool lack(const TreeFile& file);
    /// Why it is not known whether it has run, one phrase; nothing: it has.
    std::optional<std::string> doubt(const TreeFile& file);
    /// No release is seen to have it, under this name or another.
    bool show_none(const TreeFile& file);
    /// The latest release of the last months, of the base or of a branch that left it for releases, where no release at
    /// all has the file; empty: there is none, or one has it.
    std::string latest_without(const TreeFile& file);
    /// The base edited it in place again and again of late.
    bool edited_again(const TreeFile& file) const;
    /// The name of the latest tag that the base has, else of the one with the highest version; empty when there is
    /// none.
    const std::string& latest() const { return latest_.empty() ? highest_ : latest_; }

private:
    struct Tag {
        std::string name;
        git_oid commit;
        std::int64_t time = 0;
    };
    void find_tags();
    void leave_out_releases_of(const git_oid& head);
    void find_latest(const git_oid& base);
    std::optional<bool> holds(const git_oid& commit, const TreeFile& file) const;
    std::optional<git_oid> text_in(const git_oid& commit, const TreeFile& file) const;
    bool takes_lines_out(const git_oid& before, const git_oid& now) const;
    std::optional<bool> has_of_latest(const std::function<bool(const TreeFile&)>& is_it);
    bool latest_has_it_elsewhere(const TreeFile& file);
    bool moved_since_latest(const TreeFile& file);
    bool is_of_this_line(const Tag& tag) const;
    bool is_of_other_package(const Tag& tag, const TreeFile& file);
    bool is_released(const TreeFile& file);
    bool is_of_release_to_come(const TreeFile& file);
    std::set<std::string_view> versions_of_tags(const TreeFile& file);

    /// The base as it was some time before the change.
    struct Earlier {
        bool known = false;             ///< false: what the clone has does not reach back so far
        std::optional<git_oid> commit;  ///< none: the repository is younger
    };
    Earlier base_before(const git_oid& base, std::int64_t age) const;

    git_repository* repository_;
    git_oid base_;
    bool shallow_;
    std::int64_t now_ = 0;
    std::vector<Tag> tags_;  ///< latest first
    std::string latest_, highest_;
    git_oid latest_commit_{};
    std::int64_t latest_time_ = 0;
    std::optional<std::vector<TreeFile>> of_latest_;
    Earlier settled_, deployed_;
    std::optional<std::set<std::string, std::less<>>> folders_;  ///< names of all folders of the latest release
};

}  // namespace pgfence::diff
