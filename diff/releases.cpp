#include "diff/releases.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/number_text.h"
#include "core/path_text.h"
#include "core/text.h"
#include "diff/changed_lines.h"

namespace pgfence::diff {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t kDay = 24 * 60 * 60;
// What lay in the base for that long may have been deployed by other ways than releases.
constexpr std::int64_t kSettled = 14 * kDay;
// Who deploys the base has deployed what it has had for that long.
constexpr std::int64_t kDeployed = 30 * kDay;
// Who made no release for longer than that may have given up making them.
constexpr std::int64_t kReleasesGoOn = 90 * kDay;
// Who made none for a year has: some release twice a year.
constexpr std::int64_t kReleases = 365 * kDay;
constexpr std::size_t kAgainAndAgain = 2;
constexpr std::size_t kMostTags = 5'000, kMostTagsTried = 50, kMostSteps = 50'000;

using RevWalk = Handle<git_revwalk, git_revwalk_free>;

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

bool is_like(const TreeFile& other, const TreeFile& file) {
    return same(other.id, file.id) || told_apart_by(other.path) == told_apart_by(file.path);
}

/// "pkg-b" of pkg-b-v1.2, pkg-b/1.2 and @org/pkg-b@1.2; empty for v1.2.
std::string_view package_of(std::string_view tag) {
    std::size_t end = tag.size();
    for (std::size_t i = 1; i + 1 < tag.size() && end == tag.size(); ++i) {
        const bool parts = tag[i] == '@' || tag[i] == '/' || tag[i] == '-' || tag[i] == '_';
        const std::size_t number = tag[i + 1] == 'v' ? i + 2 : i + 1;
        if (parts && number < tag.size() && is_digit(tag[number])) end = i;
    }
    return end == tag.size() ? std::string_view() : last_part(tag.substr(0, end));
}

std::string_view name_of_tag(std::string_view ref) {
    constexpr std::string_view kFolder = "refs/tags/";
    return ref.starts_with(kFolder) ? ref.substr(kFolder.size()) : ref;
}

/// The first of the name that has a dot: "2.16.0" of 0190_2.16.0_schema.up.sql and of v2.16.0-rc1. Empty: none.
std::string_view version_in(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (!is_digit(name[i])) continue;
        std::size_t end = i;
        while (end < name.size() &&
               (is_digit(name[end]) || (name[end] == '.' && end + 1 < name.size() && is_digit(name[end + 1]))))
            ++end;
        const std::string_view version = name.substr(i, end - i);
        if (version.find('.') != version.npos) return version;
        i = end;
    }
    return {};
}

}  // namespace

Releases::Releases(git_repository* repository, const git_oid& base, const git_oid& head)
    : repository_(repository), base_(base), shallow_(git_repository_is_shallow(repository) != 0) {
    if (shallow_) return;
    now_ = std::max(time_of(find_commit(repository, base)), time_of(find_commit(repository, head)));
    find_tags();
    leave_out_releases_of(head);
    find_latest(base);
    settled_ = base_before(base, kSettled);
    deployed_ = base_before(base, kDeployed);
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

void Releases::leave_out_releases_of(const git_oid& head) {
    const auto is_later = [&](const Tag& tag) { return tag.time >= now_; };
    git_revwalk* walk = nullptr;
    if (std::none_of(tags_.begin(), tags_.end(), is_later) || git_revwalk_new(&walk, repository_) != 0) return;
    const RevWalk since(walk);
    git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
    for (const Tag& tag : tags_)
        if (is_later(tag)) git_revwalk_push(walk, &tag.commit);
    git_revwalk_hide(walk, &head);
    std::set<std::string> with_it{to_string(head)};
    git_oid at;
    for (std::size_t steps = 0; git_revwalk_next(&at, walk) == 0; ++steps) {
        const Commit commit = find_commit(repository_, at);
        if (!commit || steps == kMostSteps) return;
        const auto parents = written_parents(commit.get());
        if (std::any_of(parents.begin(), parents.end(),
                        [&](const git_oid& parent) { return with_it.contains(to_string(parent)); }))
            with_it.insert(to_string(at));
    }
    std::erase_if(tags_, [&](const Tag& tag) { return with_it.contains(to_string(tag.commit)); });
}

void Releases::find_latest(const git_oid& base) {
    std::size_t tried = 0;
    for (const Tag& tag : tags_) {
        if (tag.time < now_ - kReleases || ++tried > kMostTagsTried) return;
        if (!same(tag.commit, base) && git_graph_descendant_of(repository_, &base, &tag.commit) != 1) continue;
        latest_ = name_of_tag(tag.name);
        latest_commit_ = tag.commit;
        latest_time_ = tag.time;
        return;
    }
}

/// By first parents: when a branch came to the base counts, not when its commits were made.
Releases::Earlier Releases::base_before(const git_oid& base, std::int64_t age) const {
    git_oid at = base;
    for (std::size_t steps = 0; steps < kMostSteps; ++steps) {
        const Commit commit = find_commit(repository_, at);
        if (!commit) return {};
        if (time_of(commit) <= now_ - age) return {true, at};
        if (git_commit_parentcount(commit.get()) == 0) return {true, std::nullopt};
        at = *git_commit_parent_id(commit.get(), 0);
    }
    return {};
}

/// Nothing when nobody can tell.
std::optional<bool> Releases::holds(const git_oid& id, const TreeFile& file) const {
    const Commit commit = find_commit(repository_, id);
    git_tree* root = nullptr;
    if (!commit || git_commit_tree(&root, commit.get()) != 0) return std::nullopt;
    const Tree tree(root);
    git_tree_entry* found = nullptr;
    const int code = git_tree_entry_bypath(&found, tree.get(), file.path.c_str());
    const TreeEntry entry(found);
    if (code == 0) return true;
    if (code != GIT_ENOTFOUND) return std::nullopt;
    // A folder that a partial clone lacks is "not found", too.
    for (std::string_view folder = folder_of(file.path); !folder.empty(); folder = folder_of(folder)) {
        git_tree_entry* above = nullptr;
        if (git_tree_entry_bypath(&above, tree.get(), std::string(folder).c_str()) != 0) continue;
        const TreeEntry there(above);
        git_object* inside = nullptr;
        if (git_tree_entry_type(there.get()) != GIT_OBJECT_TREE) return false;
        if (git_tree_entry_to_object(&inside, repository_, there.get()) != 0) return std::nullopt;
        const Object readable(inside);
        return false;
    }
    return false;
}

/// The file's text as that commit has it; nothing when it has none, or nobody can tell.
std::optional<git_oid> Releases::text_in(const git_oid& id, const TreeFile& file) const {
    const Commit commit = find_commit(repository_, id);
    git_tree* root = nullptr;
    if (!commit || git_commit_tree(&root, commit.get()) != 0) return std::nullopt;
    const Tree tree(root);
    git_tree_entry* found = nullptr;
    if (git_tree_entry_bypath(&found, tree.get(), file.path.c_str()) != 0) return std::nullopt;
    const TreeEntry entry(found);
    return *git_tree_entry_id(entry.get());
}

std::optional<bool> Releases::has_of_latest(const std::function<bool(const TreeFile&)>& is_it) {
    if (latest_.empty()) return false;
    if (!of_latest_) {
        auto files = files_of(repository_, latest_commit_);
        if (!files) return std::nullopt;
        of_latest_ = std::move(*files);
    }
    return std::any_of(of_latest_->begin(), of_latest_->end(), is_it);
}

/// It was moved since, or renamed.
bool Releases::latest_has_it_elsewhere(const TreeFile& file) {
    return has_of_latest([&](const TreeFile& other) { return is_like(other, file); }).value_or(true);
}

/// One that has its name from a folder, and from none that the file lies in.
bool Releases::is_of_other_package(const Tag& tag, const TreeFile& file) {
    const std::string_view package = package_of(name_of_tag(tag.name));
    if (package.empty()) return false;
    const auto around = split(folder_of(file.path), "/");
    if (std::find(around.begin(), around.end(), package) != around.end()) return false;
    if (!folders_) {
        folders_.emplace();
        for (const TreeFile& other : files_of(repository_, tag.commit).value_or(std::vector<TreeFile>()))
            for (const std::string_view folder : split(folder_of(other.path), "/")) folders_->emplace(folder);
    }
    return folders_->contains(package);
}

/// It lay elsewhere then, where the base has nothing any more.
bool Releases::moved_since_latest(const TreeFile& file) {
    const auto was_moved = [&](const TreeFile& other) {
        return is_like(other, file) && !holds(base_, other).value_or(true);
    };
    return has_of_latest(was_moved).value_or(false);
}

bool Releases::is_released(const TreeFile& file) {
    return std::any_of(tags_.begin(), tags_.end(), [&](const Tag& tag) {
        return holds(tag.commit, file).value_or(false) && !is_of_other_package(tag, file);
    });
}

std::set<std::string_view> Releases::versions_of_tags(const TreeFile& file) {
    std::set<std::string_view> versions;
    for (const Tag& tag : tags_)
        if (!is_of_other_package(tag, file)) versions.insert(version_in(name_of_tag(tag.name)));
    versions.erase("");
    return versions;
}

bool Releases::is_of_release_to_come(const TreeFile& file) {
    const std::string_view own = version_in(last_part(file.path));
    if (own.empty()) return false;
    const auto released = versions_of_tags(file);
    if (released.empty() || std::any_of(released.begin(), released.end(),
                                        [&](std::string_view one) { return !is_version_before(one, own); }))
        return false;
    const auto files = files_of(repository_, base_);
    const bool called_as_releases = files && std::any_of(files->begin(), files->end(), [&](const TreeFile& other) {
                                        return folder_of(other.path) == folder_of(file.path) &&
                                               released.contains(version_in(last_part(other.path)));
                                    });
    if (!called_as_releases ||
        std::any_of(tags_.begin(), tags_.end(), [&](const Tag& tag) { return holds(tag.commit, file).value_or(true); }))
        return false;
    const auto highest = std::max_element(tags_.begin(), tags_.end(), [](const Tag& a, const Tag& b) {
        return is_version_before(version_in(name_of_tag(a.name)), version_in(name_of_tag(b.name)));
    });
    highest_ = name_of_tag(highest->name);
    return true;
}

bool Releases::lack(const TreeFile& file) {
    if (is_of_release_to_come(file)) return true;
    if (latest_.empty() || latest_time_ < now_ - kReleasesGoOn || !settled_.known) return false;
    if (settled_.commit && holds(*settled_.commit, file).value_or(true)) return false;
    return !latest_has_it_elsewhere(file) && std::none_of(tags_.begin(), tags_.end(), [&](const Tag& tag) {
        return holds(tag.commit, file).value_or(true);
    });
}

/// Lines that are only added may be a migration of their own: a changelog's next change set.
bool Releases::takes_lines_out(const git_oid& before, const git_oid& now) const {
    const auto was = text_of(repository_, before), is = text_of(repository_, now);
    return was && is && diff::takes_lines_out(*was, *is);
}

bool Releases::show_none(const TreeFile& file) { return !shallow_ && !is_released(file) && !moved_since_latest(file); }

/// Behind the base, or on a branch that left it for a release not long ago.
bool Releases::is_of_this_line(const Tag& tag) const {
    git_oid shared;
    if (git_merge_base(&shared, repository_, &base_, &tag.commit) != 0) return false;
    return time_of(find_commit(repository_, shared)) >= now_ - kReleases;
}

std::string Releases::latest_without(const TreeFile& file) {
    if (!show_none(file)) return {};
    std::size_t tried = 0;
    for (const Tag& tag : tags_) {
        if (tag.time > now_) continue;
        if (tag.time < now_ - kReleasesGoOn || ++tried > kMostTagsTried) break;
        if (!is_of_other_package(tag, file) && is_of_this_line(tag)) return std::string(name_of_tag(tag.name));
    }
    return {};
}

bool Releases::edited_again(const TreeFile& file) const {
    std::size_t edits = 0;
    git_oid at = base_, text = file.id;
    for (std::size_t steps = 0; steps < kMostSteps; ++steps) {
        const Commit commit = find_commit(repository_, at);
        if (!commit || time_of(commit) < now_ - kReleasesGoOn || git_commit_parentcount(commit.get()) == 0)
            return false;
        at = *git_commit_parent_id(commit.get(), 0);
        const auto before = text_in(at, file);
        if (!before) return false;
        if (same(*before, text)) continue;
        if (takes_lines_out(*before, text) && ++edits == kAgainAndAgain) return true;
        text = *before;
    }
    return false;
}

std::optional<std::string> Releases::doubt(const TreeFile& file) {
    if (shallow_)
        return "the clone is shallow, and tells neither releases nor since when the base has it (`fetch-depth: 0`)";
    if (is_released(file) || moved_since_latest(file)) return std::nullopt;
    const std::string latest = latest_.empty() ? latest_without(file) : latest_;
    if (!latest.empty()) return "no release has it (the latest tag is " + latest + ")";
    if (!deployed_.known) return "the clone does not tell since when the base has it";
    if (deployed_.commit && holds(*deployed_.commit, file).value_or(false)) return std::nullopt;
    return "no release was made in the last year, and the base has it for less than 30 days";
}

}  // namespace pgfence::diff
