#include "diff/git.h"

#include <algorithm>

namespace pgfence::diff {
namespace {

class Library {
public:
    Library() {
        git_libgit2_init();
        // In a container action root reads a workspace that uid 1001 owns. The check protects people from programs that
        // a foreign .git/config names; libgit2 runs none of them, and we only read.
        git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
        // Written by `git clone --filter` and `git worktree`; neither changes how the objects that are there are read.
        const char* extensions[] = {"partialclone", "relativeworktrees"};
        git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
        git_libgit2_opts(GIT_OPT_SET_SERVER_CONNECT_TIMEOUT, kConnectTimeout);
        git_libgit2_opts(GIT_OPT_SET_SERVER_TIMEOUT, kServerTimeout);
    }
    ~Library() { git_libgit2_shutdown(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

private:
    static constexpr int kConnectTimeout = 30'000;  // milliseconds
    static constexpr int kServerTimeout =
        120'000;  // milliseconds without a byte; packing a large history takes a while
};

}  // namespace

void start_libgit2() { static const Library library; }

std::string last_error() {
    const git_error* error = git_error_last();
    return error && error->message && *error->message ? error->message : "libgit2 gives no reason";
}

std::string to_string(const git_oid& id) {
    char text[GIT_OID_MAX_HEXSIZE + 1];
    return git_oid_tostr(text, sizeof text, &id);
}

std::optional<git_oid> parse_id(std::string_view text) {
    git_oid id;
    if (text.size() != GIT_OID_SHA1_HEXSIZE || git_oid_fromstrn(&id, text.data(), text.size()) != 0)
        return std::nullopt;
    return id;
}

Result<Repository> open_repository(const std::string& path) {
    start_libgit2();
    git_repository* opened = nullptr;
    const int code = git_repository_open_ext(&opened, path.c_str(), 0, nullptr);
    if (code == GIT_ENOTFOUND)
        return usage_error(
            "'" + path +
            "' is not inside a git repository: check out the repository first (actions/checkout), or name its folder");
    if (code != 0) return failure("could not open the git repository at '" + path + "': " + last_error());
    return Repository(opened);
}

Commit find_commit(git_repository* repository, const git_oid& id) {
    git_commit* found = nullptr;
    return git_commit_lookup(&found, repository, &id) == 0 ? Commit(found) : Commit();
}

std::optional<git_oid> find_revision(git_repository* repository, const std::string& revision) {
    git_object* found = nullptr;
    if (git_revparse_single(&found, repository, revision.c_str()) != 0) return parse_id(revision);
    const Object object(found);
    git_object* peeled = nullptr;
    if (git_object_peel(&peeled, object.get(), GIT_OBJECT_COMMIT) != 0) return std::nullopt;
    const Object commit(peeled);
    return *git_object_id(commit.get());
}

std::optional<NamedCommit> usual_base(git_repository* repository) {
    for (const char* name : {"refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master",
                             "refs/heads/main", "refs/heads/master"})
        if (const auto id = find_revision(repository, name); id && find_commit(repository, *id))
            return NamedCommit{name, *id};
    return std::nullopt;
}

std::vector<git_oid> written_parents(const git_commit* commit) {
    constexpr std::string_view key = "parent ";
    std::vector<git_oid> parents;
    std::string_view header = git_commit_raw_header(commit);
    while (!header.empty()) {
        const auto end = header.find('\n');
        const auto line = header.substr(0, end);
        if (line.starts_with(key))
            if (const auto id = parse_id(line.substr(key.size()))) parents.push_back(*id);
        header = end == header.npos ? std::string_view() : header.substr(end + 1);
    }
    return parents;
}

}  // namespace pgfence::diff
