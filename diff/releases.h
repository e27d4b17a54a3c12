#pragma once
// Which files no release of the repository holds, as its tags tell: an edit of such a file is an edit of one that has
// not run yet.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diff/tree.h"

namespace pgfence::diff {

/// Nobody but the tags says what was released, and many projects deploy whatever is merged. So a file counts as not
/// released only where the project makes releases (a tag among the base's ancestors, not long before the change), where
/// no tag at all holds the file, under this name or another, and where it came to the base not long before the change.
/// In a shallow clone, one without tags, or one that lacks folders, everything may have been released.
class Releases {
public:
    /// The change meets `base` and ends in `head`.
    Releases(git_repository* repository, const git_oid& base, const git_oid& head);

    /// A file of the base.
    bool lack(const TreeFile& file);
    /// The name of the latest tag that the base has; empty when releases are not known.
    const std::string& latest() const { return latest_; }

private:
    struct Tag {
        std::string name;
        git_oid commit;
        std::int64_t time = 0;
    };
    void find_tags();
    void find_latest(const git_oid& base);
    void find_earlier(const git_oid& base);
    bool holds(const git_oid& commit, const TreeFile& file) const;
    bool latest_has_it_elsewhere(const TreeFile& file);

    git_repository* repository_;
    std::int64_t now_ = 0;
    std::vector<Tag> tags_;  ///< latest first
    std::string latest_;
    git_oid latest_commit_{};
    std::optional<std::vector<TreeFile>> of_latest_;
    std::optional<git_oid> earlier_;  ///< the base as it was `kSettled` before the change; none: it is younger
};

}  // namespace pgfence::diff
