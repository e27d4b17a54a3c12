#include "diff/late_before.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace pgfence::diff {
namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;
/// How old the bases are with which today's is compared.
constexpr std::array<std::int64_t, 4> kAges{30 * kDay, 90 * kDay, 365 * kDay, 3 * 365 * kDay};
constexpr std::size_t kMostSteps = 50'000, kSeveral = 2;

Tree tree_of(const Commit& commit) {
    git_tree* tree = nullptr;
    return Tree(git_commit_tree(&tree, commit.get()) == 0 ? tree : nullptr);
}

bool has(const Tree& tree, std::string_view path) {
    git_tree_entry* found = nullptr;
    const bool is_there = git_tree_entry_bypath(&found, tree.get(), std::string(path).c_str()) == 0;
    const TreeEntry entry(found);
    return is_there;
}

/// In front of the last of those that were there.
std::vector<std::string_view> missing_among(const Tree& tree, const std::vector<std::string_view>& sequence) {
    std::vector<std::string_view> missing;
    std::size_t in_front = 0;
    for (const std::string_view path : sequence)
        if (has(tree, path))
            in_front = missing.size();
        else
            missing.push_back(path);
    missing.resize(in_front);
    return missing;
}

}  // namespace

std::optional<std::string> came_late(git_repository* repository, const git_oid& base,
                                     const std::vector<std::string_view>& sequence) {
    git_oid at = base;
    std::int64_t now = 0;
    auto age = kAges.begin();
    for (std::size_t steps = 0; steps < kMostSteps && age != kAges.end(); ++steps) {
        const Commit commit = find_commit(repository, at);
        if (!commit) return std::nullopt;
        const std::int64_t time = git_commit_time(commit.get());
        if (steps == 0) now = time;
        if (time <= now - *age) {
            const Tree tree = tree_of(commit);
            const auto late = tree ? missing_among(tree, sequence) : std::vector<std::string_view>();
            if (late.size() >= kSeveral) return std::string(late.back());
            age = std::find_if(age, kAges.end(), [&](std::int64_t one) { return time > now - one; });
        }
        if (git_commit_parentcount(commit.get()) == 0) return std::nullopt;
        at = *git_commit_parent_id(commit.get(), 0);
    }
    return std::nullopt;
}

}  // namespace pgfence::diff
