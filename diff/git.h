#pragma once
// libgit2, fenced: owning handles, one start, its last error as text. Private to diff/.

#include <git2.h>
#include <git2/sys/errors.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace pgfence::diff {

template <class T, void (*Free)(T*)>
struct Deleter {
    void operator()(T* object) const { Free(object); }
};
template <class T, void (*Free)(T*)>
using Handle = std::unique_ptr<T, Deleter<T, Free>>;

using Repository = Handle<git_repository, git_repository_free>;
using Object = Handle<git_object, git_object_free>;
using Commit = Handle<git_commit, git_commit_free>;
using Tree = Handle<git_tree, git_tree_free>;
using TreeEntry = Handle<git_tree_entry, git_tree_entry_free>;
using Blob = Handle<git_blob, git_blob_free>;
using Odb = Handle<git_odb, git_odb_free>;
using Remote = Handle<git_remote, git_remote_free>;
using Reference = Handle<git_reference, git_reference_free>;
using Config = Handle<git_config, git_config_free>;

/// Idempotent; every public function of diff/ calls it before it touches libgit2.
void start_libgit2();

/// What libgit2 said about its last failure on this thread; never empty.
std::string last_error();

std::string to_string(const git_oid& id);
/// Full hexadecimal ids only.
std::optional<git_oid> parse_id(std::string_view text);
inline bool same(const git_oid& a, const git_oid& b) { return git_oid_equal(&a, &b) != 0; }

/// The repository that `path` is in, at any depth of its work tree.
Result<Repository> open_repository(const std::string& path);

/// nullptr when the commit is not among the repository's objects.
Commit find_commit(git_repository* repository, const git_oid& id);

/// The commit that a revision names, as git rev-parse has it; a full id need not be in the repository.
std::optional<git_oid> find_revision(git_repository* repository, const std::string& revision);

/// Where the base branch is when nobody names it: origin/HEAD, else main or master, the remote's first.
struct NamedCommit {
    std::string name;
    git_oid commit;
};
std::optional<NamedCommit> usual_base(git_repository* repository);

/// As the commit names them: git_commit_parent_id has none for a commit where a shallow clone ends.
std::vector<git_oid> written_parents(const git_commit* commit);

}  // namespace pgfence::diff
