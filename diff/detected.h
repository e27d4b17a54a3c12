#pragma once
// The files of a commit, offered to whoever tells migrations from the rest.

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/tree.h"
#include "diff/tree.h"

namespace pgfence::diff {

/// Views into `files`. Files over kMostMigrationBytes and symbolic links are offered without their text, and so is what
/// cannot be read: `unreadable` then says why. Texts are offered in UTF-8.
class OfferedFiles {
public:
    OfferedFiles(git_repository* repository, const std::vector<TreeFile>& files);
    OfferedFiles(const OfferedFiles&) = delete;
    OfferedFiles& operator=(const OfferedFiles&) = delete;

    const FileTree& tree() const { return tree_; }
    /// What is detected here goes by what was found there; both must live as long.
    void agree_with(const AgreedTree& agreed) { tree_.agreed = &agreed; }
    std::optional<Unreadable> unreadable;

private:
    std::optional<std::string> text(std::string_view path);

    git_repository* repository_;
    const std::vector<TreeFile>& files_;
    FileTree tree_;
};

}  // namespace pgfence::diff
