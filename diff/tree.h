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
    bool is_link = false;       ///< symbolic link: its blob holds a path, not a migration
    bool is_submodule = false;  ///< its id is another repository's commit
};

/// Why objects could not be read. `missing` is apart because a partial clone can be completed by a fetch.
struct Unreadable {
    bool missing = false;
    std::string message;
};
template <class T>
using Read = tl::expected<T, Unreadable>;

/// Blobs, symbolic links and submodules of a commit, sorted by path (bytes). At most two million entries
/// and 500 folders deep: a tree of a few objects can name more files than there are atoms.
Read<std::vector<TreeFile>> files_of(git_repository* repository, const git_oid& commit);

/// The one at that path; null when there is none. Of files sorted by path.
const TreeFile* find(const std::vector<TreeFile>& files, std::string_view path);

/// Most bytes of migrations that one review takes in, whatever files they are in: judging them takes a multiple in
/// memory.
inline constexpr std::size_t kMostMigrationBytes = 64'000'000;

/// Size in bytes, without reading the content.
Read<std::size_t> size_of(git_repository* repository, const git_oid& blob);
Read<std::string> text_of(git_repository* repository, const git_oid& blob);

/// A file, a link or a submodule is at that path of a commit, or one of the folders on the way is a link or a
/// submodule.
Read<bool> has_file(git_repository* repository, const git_oid& commit, const std::string& path);

/// The file at one path of a commit; nothing when the path is absent or no regular file. At most 5 MB.
Read<std::optional<std::string>> text_at(git_repository* repository, const git_oid& commit, const std::string& path);

}  // namespace pgfence::diff
