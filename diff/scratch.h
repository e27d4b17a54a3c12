#pragma once
// A bare repository in a temporary folder, filled with the commits that the clone lacks. Never the clone itself:
// objects that root leaves in a workspace's .git break the steps that come after.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "diff/remote.h"

namespace pgfence::diff {

/// What is asked of the server, and the name under which it is kept here.
struct FetchRef {
    std::string source;  ///< a full commit id, or "refs/heads/main"
    std::string name;    ///< "base"
};

class TemporaryFolder {
public:
    /// `parent` empty: the system's folder for temporary files.
    static Result<TemporaryFolder> make(const std::string& parent);
    explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
    TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// A new bare repository in that folder.
Result<Repository> empty_repository(const std::filesystem::path& folder);

class Scratch {
public:
    /// `clone` lends its objects and must live as long.
    static Result<Scratch> make(git_repository* clone, Source source, const std::string& folder);

    /// depth 0: all history. A local source is always fetched whole.
    Result<void> fetch(const std::vector<FetchRef>& wants, int depth);

    /// From now on the clone's objects are found here, too; a fetch that succeeds does this itself.
    void lend_objects();

    /// The commit fetched under that name; nothing when the server had nothing of that name.
    std::optional<git_oid> fetched(const std::string& name) const;
    git_repository* repository() const { return repository_.get(); }
    const Source& source() const { return source_; }

private:
    Scratch(git_repository* clone, Source source, TemporaryFolder folder, Repository repository)
        : clone_(clone), source_(std::move(source)), folder_(std::move(folder)), repository_(std::move(repository)) {}
    Result<void> reopen();
    Result<void> start_anew();
    bool clone_is_whole_per_commit() const;

    git_repository* clone_;
    Source source_;
    TemporaryFolder folder_;
    Repository repository_;
};

/// The depth that asks for everything a shallow repository lacks.
constexpr int kUnshallow = GIT_FETCH_DEPTH_UNSHALLOW;

}  // namespace pgfence::diff
