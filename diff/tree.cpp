#include "diff/tree.h"

#include <algorithm>

namespace pgfence::diff {
namespace {

constexpr std::size_t kMostEntries = 2'000'000;
constexpr std::size_t kDeepest = 500;
constexpr std::size_t kLargestText = 5'000'000;
constexpr std::size_t kMostPathBytes = 512 << 20;

tl::unexpected<Unreadable> unreadable(int code, const std::string& what) {
    return tl::unexpected(Unreadable{code == GIT_ENOTFOUND, "could not read " + what + ": " + last_error()});
}

struct Level {
    Tree tree;
    std::size_t next = 0;
    std::size_t prefix;  // bytes of the path that lead here
};

Read<Tree> root_of(git_repository* repository, const git_oid& id) {
    const std::string what = "commit " + to_string(id);
    git_commit* found = nullptr;
    if (const int code = git_commit_lookup(&found, repository, &id); code != 0) return unreadable(code, what);
    const Commit commit(found);
    git_tree* tree = nullptr;
    if (const int code = git_commit_tree(&tree, commit.get()); code != 0)
        return unreadable(code, "the tree of " + what);
    return Tree(tree);
}

/// An own stack in place of git_tree_walk, which recurses: how deep is for whoever wrote the tree to say.
class Walk {
public:
    Walk(git_repository* repository, Tree root) : repository_(repository) {
        levels_.push_back({std::move(root), 0, 0});
    }

    Read<std::vector<TreeFile>> run() {
        while (!levels_.empty()) {
            Level& level = levels_.back();
            path_.resize(level.prefix);
            if (level.next == git_tree_entrycount(level.tree.get())) {
                levels_.pop_back();
                continue;
            }
            if (++seen_ > kMostEntries || path_bytes_ > kMostPathBytes)
                return tl::unexpected(
                    Unreadable{false, "the commit holds more than two million files, or half a gigabyte of paths"});
            const git_tree_entry* entry = git_tree_entry_byindex(level.tree.get(), level.next++);
            TRY(visit(*entry));
        }
        std::sort(files_.begin(), files_.end(), [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
        return std::move(files_);
    }

private:
    Read<void> visit(const git_tree_entry& entry) {
        path_ += git_tree_entry_name(&entry);
        const git_filemode_t mode = git_tree_entry_filemode(&entry);
        if (mode == GIT_FILEMODE_TREE) return enter(entry);
        path_bytes_ += path_.size();
        files_.push_back({path_, *git_tree_entry_id(&entry), mode == GIT_FILEMODE_LINK, mode == GIT_FILEMODE_COMMIT});
        return {};
    }

    Read<void> enter(const git_tree_entry& entry) {
        if (levels_.size() >= kDeepest)
            return tl::unexpected(Unreadable{false, "folders are nested deeper than 500 at '" + path_ + "'"});
        git_tree* tree = nullptr;
        if (const int code = git_tree_lookup(&tree, repository_, git_tree_entry_id(&entry)); code != 0)
            return unreadable(code, "folder '" + path_ + "'");
        path_ += '/';
        levels_.push_back({Tree(tree), 0, path_.size()});
        return {};
    }

    git_repository* repository_;
    std::vector<Level> levels_;
    std::string path_;
    std::vector<TreeFile> files_;
    std::size_t seen_ = 0, path_bytes_ = 0;
};

}  // namespace

Read<std::vector<TreeFile>> files_of(git_repository* repository, const git_oid& commit) {
    auto root = TRY(root_of(repository, commit));
    return Walk(repository, std::move(root)).run();
}

const TreeFile* find(const std::vector<TreeFile>& files, std::string_view path) {
    const auto at = std::lower_bound(files.begin(), files.end(), path,
                                     [](const TreeFile& file, std::string_view wanted) { return file.path < wanted; });
    return at != files.end() && at->path == path ? &*at : nullptr;
}

Read<std::size_t> size_of(git_repository* repository, const git_oid& blob) {
    git_odb* found = nullptr;
    if (const int code = git_repository_odb(&found, repository); code != 0)
        return unreadable(code, "the object database");
    const Odb odb(found);
    std::size_t size = 0;
    git_object_t type{};
    if (const int code = git_odb_read_header(&size, &type, odb.get(), &blob); code != 0)
        return unreadable(code, "blob " + to_string(blob));
    return size;
}

Read<std::string> text_of(git_repository* repository, const git_oid& id) {
    git_blob* found = nullptr;
    if (const int code = git_blob_lookup(&found, repository, &id); code != 0)
        return unreadable(code, "blob " + to_string(id));
    const Blob blob(found);
    return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                       static_cast<std::size_t>(git_blob_rawsize(blob.get())));
}

Read<bool> has_file(git_repository* repository, const git_oid& commit, const std::string& path) {
    auto root = TRY(root_of(repository, commit));
    for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        git_tree_entry* found = nullptr;
        const int code = git_tree_entry_bypath(&found, root.get(), part.c_str());
        if (code == GIT_ENOTFOUND) return false;
        if (code != 0) return unreadable(code, "'" + part + "' of commit " + to_string(commit));
        const TreeEntry entry(found);
        if (git_tree_entry_filemode(entry.get()) != GIT_FILEMODE_TREE) return true;
        if (end == path.npos) return false;
    }
}

Read<std::optional<std::string>> text_at(git_repository* repository, const git_oid& commit, const std::string& path) {
    auto root = TRY(root_of(repository, commit));
    git_tree_entry* found = nullptr;
    const int code = git_tree_entry_bypath(&found, root.get(), path.c_str());
    if (code == GIT_ENOTFOUND) return std::nullopt;
    if (code != 0) return unreadable(code, "'" + path + "' of commit " + to_string(commit));
    const TreeEntry entry(found);
    const git_filemode_t mode = git_tree_entry_filemode(entry.get());
    if (git_tree_entry_type(entry.get()) != GIT_OBJECT_BLOB || mode == GIT_FILEMODE_LINK) return std::nullopt;
    const auto size = TRY(size_of(repository, *git_tree_entry_id(entry.get())));
    if (size > kLargestText)
        return tl::unexpected(
            Unreadable{false, "'" + path + "' of commit " + to_string(commit) + " has more than 5 MB"});
    return TRY(text_of(repository, *git_tree_entry_id(entry.get())));
}

}  // namespace pgfence::diff
