#pragma once
// The files of a commit, offered to whoever tells migrations from the rest.

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/tree.h"
#include "diff/tree.h"

namespace pgfence::diff {

/// Views into `files`. Files over 5 MB and symbolic links are offered without their text, and so is what cannot be
/// read: `unreadable` then says why.
class OfferedFiles {
public:
    OfferedFiles(git_repository* repository, const std::vector<TreeFile>& files);
    OfferedFiles(const OfferedFiles&) = delete;
    OfferedFiles& operator=(const OfferedFiles&) = delete;

    const FileTree& tree() const { return tree_; }
    std::optional<Unreadable> unreadable;

private:
    std::optional<std::string> text(std::string_view path);

    git_repository* repository_;
    const std::vector<TreeFile>& files_;
    FileTree tree_;
};

}  // namespace pgfence::diff
