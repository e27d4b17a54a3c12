#pragma once
// The files of a commit and their bytes, read from objects and never from the work tree.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/git.h"

namespace pgfence::diff {

struct TreeFile {
    std::string path;
    git_oid id;
    bool is_link = false;  ///< symbolic link: its blob holds a path, not a migration
};

/// Why objects could not be read. `missing` is apart because a partial clone can be completed by a fetch.
struct Unreadable {
    bool missing = false;
    std::string message;
};
template <class T>
using Read = tl::expected<T, Unreadable>;

/// Blobs and symbolic links of a commit, sorted by path (bytes). Submodules are no files. At most two million entries
/// and 500 folders deep: a tree of a few objects can name more files than there are atoms.
Read<std::vector<TreeFile>> files_of(git_repository* repository, const git_oid& commit);

/// Size in bytes, without reading the content.
Read<std::size_t> size_of(git_repository* repository, const git_oid& blob);
Read<std::string> text_of(git_repository* repository, const git_oid& blob);

/// The file at one path of a commit; nothing when the path is absent or no regular file. At most 5 MB.
Read<std::optional<std::string>> text_at(git_repository* repository, const git_oid& commit, const std::string& path);

}  // namespace pgfence::diff
