#include "diff/releases.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/path_text.h"

namespace pgfence::diff {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t kDay = 24 * 60 * 60;
// What lay in the base for that long may have been deployed by other ways than releases.
constexpr std::int64_t kSettled = 14 * kDay;
// Who made no release for longer than that may have given up making them.
constexpr std::int64_t kReleasesGoOn = 90 * kDay;
constexpr std::size_t kMostTags = 5'000, kMostTagsTried = 50, kMostSteps = 50'000;

std::int64_t time_of(const Commit& commit) { return commit ? git_commit_time(commit.get()) : 0; }

std::optional<git_oid> commit_of(git_repository* repository, const git_oid& tag) {
    git_object* found = nullptr;
    if (git_object_lookup(&found, repository, &tag, GIT_OBJECT_ANY) != 0) return std::nullopt;
    const Object object(found);
    git_object* peeled = nullptr;
    if (git_object_peel(&peeled, object.get(), GIT_OBJECT_COMMIT) != 0) return std::nullopt;
    const Object commit(peeled);
    return *git_object_id(commit.get());
}

/// Its own name, or that of its folder as well where all files have one name.
std::string_view told_apart_by(std::string_view path) {
    constexpr std::array kOfEveryFolder{"up.sql"sv, "down.sql"sv, "migration.sql"sv};
    const std::string_view name = last_part(path);
    if (std::find(kOfEveryFolder.begin(), kOfEveryFolder.end(), name) == kOfEveryFolder.end()) return name;
    const std::size_t folder = last_part(folder_of(path)).size();
    return path.substr(path.size() - std::min(path.size(), name.size() + 1 + folder));
}

}  // namespace

Releases::Releases(git_repository* repository, const git_oid& base, const git_oid& head) : repository_(repository) {
    if (git_repository_is_shallow(repository) != 0) return;
    now_ = std::max(time_of(find_commit(repository, base)), time_of(find_commit(repository, head)));
    find_tags();
    find_latest(base);
    if (!latest_.empty()) find_earlier(base);
}

void Releases::find_tags() {
    std::vector<std::pair<std::string, git_oid>> named;
    git_tag_foreach(
        repository_,
        [](const char* name, git_oid* id, void* into) {
            static_cast<decltype(named)*>(into)->emplace_back(name, *id);
            return 0;
        },
        &named);
    if (named.size() > kMostTags) return;
    for (auto& [name, id] : named)
        if (const auto commit = commit_of(repository_, id))
            tags_.push_back({std::move(name), *commit, time_of(find_commit(repository_, *commit))});
    std::stable_sort(tags_.begin(), tags_.end(), [](const Tag& a, const Tag& b) { return a.time > b.time; });
}

void Releases::find_latest(const git_oid& base) {
    std::size_t tried = 0;
    for (const Tag& tag : tags_) {
        if (tag.time < now_ - kReleasesGoOn || ++tried > kMostTagsTried) return;
        if (!same(tag.commit, base) && git_graph_descendant_of(repository_, &base, &tag.commit) != 1) continue;
        constexpr std::string_view kFolder = "refs/tags/";
        latest_ = tag.name.starts_with(kFolder) ? tag.name.substr(kFolder.size()) : tag.name;
        latest_commit_ = tag.commit;
        return;
    }
}

/// By first parents: when a branch came to the base counts, not when its commits were made.
void Releases::find_earlier(const git_oid& base) {
    git_oid at = base;
    for (std::size_t steps = 0;; ++steps) {
        const Commit commit = find_commit(repository_, at);
        if (!commit || steps == kMostSteps) return latest_.clear();
        if (time_of(commit) <= now_ - kSettled) {
            earlier_ = at;
            return;
        }
        if (git_commit_parentcount(commit.get()) == 0) return;
        at = *git_commit_parent_id(commit.get(), 0);
    }
}

/// True, too, when nobody can tell.
bool Releases::holds(const git_oid& id, const TreeFile& file) const {
    const Commit commit = find_commit(repository_, id);
    git_tree* root = nullptr;
    if (!commit || git_commit_tree(&root, commit.get()) != 0) return true;
    const Tree tree(root);
    git_tree_entry* found = nullptr;
    const int code = git_tree_entry_bypath(&found, tree.get(), file.path.c_str());
    const TreeEntry entry(found);
    if (code != GIT_ENOTFOUND) return true;
    // A folder that a partial clone lacks is "not found", too.
    for (std::string_view folder = folder_of(file.path); !folder.empty(); folder = folder_of(folder)) {
        git_tree_entry* above = nullptr;
        if (git_tree_entry_bypath(&above, tree.get(), std::string(folder).c_str()) != 0) continue;
        const TreeEntry there(above);
        git_object* inside = nullptr;
        if (git_tree_entry_type(there.get()) != GIT_OBJECT_TREE) return false;
        if (git_tree_entry_to_object(&inside, repository_, there.get()) != 0) return true;
        const Object readable(inside);
        return false;
    }
    return false;
}

/// It was moved since, or renamed.
bool Releases::latest_has_it_elsewhere(const TreeFile& file) {
    if (!of_latest_) {
        auto files = files_of(repository_, latest_commit_);
        if (!files) return true;
        of_latest_ = std::move(*files);
    }
    return std::any_of(of_latest_->begin(), of_latest_->end(), [&](const TreeFile& other) {
        return same(other.id, file.id) || told_apart_by(other.path) == told_apart_by(file.path);
    });
}

bool Releases::lack(const TreeFile& file) {
    if (latest_.empty() || (earlier_ && holds(*earlier_, file))) return false;
    if (latest_has_it_elsewhere(file)) return false;
    return std::none_of(tags_.begin(), tags_.end(), [&](const Tag& tag) { return holds(tag.commit, file); });
}

}  // namespace pgfence::diff
