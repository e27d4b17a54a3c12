#pragma once
// Which files of a commit are its migrations, in the order in which their runner takes them.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/tree.h"

namespace pgfence::locate {

struct Selection {
    std::vector<std::string> include;  ///< globs (core/glob.h); empty: what is detected
    std::vector<std::string> exclude;  ///< globs; wins over include and over what is detected
    Detect detect;  ///< what is known of the tree's migrations, all chosen by `include` where that says which
};

/// The files among `paths` that the globs of `include` choose, whatever they are called, except the down half of an
/// up/down pair: it is not what a deployment runs.
std::vector<std::string_view> by_globs(const std::vector<std::string_view>& paths, const Selection& selection);

/// The migrations of a tree that run forward.
struct Chosen {
    std::vector<std::string_view> migrations;                      ///< in the order in which they run
    std::unordered_map<std::string_view, WrittenPlace> written;    ///< of those that have a rank: Located::written
    std::unordered_map<std::string_view, std::string> unreadable;  ///< why, of those of which nothing can be judged
    std::unordered_set<std::string_view> by_version;               ///< Located::by_version

    /// What was detected: also what looks like a migration and is none for PostgreSQL.
    Detection detection;

    WrittenPlace written_of(std::string_view path) const;
};
Chosen choose(const FileTree& tree, const Selection& selection);

/// Items that have a rank take each other's places, in its order; all others stay where they are.
template <class Item, class RankOf>
void put_in_ranks(std::vector<Item>& items, RankOf rank_of) {
    std::vector<std::size_t> places;
    std::vector<std::pair<std::size_t, Item>> ranked;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (const std::size_t rank = rank_of(items[i]); rank > 0) {
            places.push_back(i);
            ranked.emplace_back(rank, items[i]);
        }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < places.size(); ++i) items[places[i]] = ranked[i].second;
}

/// Without those that `exclude` names, in the order in which their runner takes them.
std::vector<std::string_view> in_order(std::vector<std::string_view> found, const Selection& selection);

/// The order of in_order: by folder, there by version (1.2 before 1.10), repeatable migrations (R__) last, Flyway's
/// callbacks where their event comes. A strict weak order; equal only for equal paths.
bool runs_before(std::string_view a, std::string_view b);

/// Under its new name the runner takes it for another migration, and runs it. `by_version`: Located::by_version.
bool runs_again_as(std::string_view before, std::string_view now, bool by_version);

/// A runner that goes by the numbers in names takes one for the other: both have one, the same, in one sequence.
bool have_one_version(std::string_view a, std::string_view b);

/// One file that a deployment runs.
struct DeployedFile {
    std::string_view path;
    bool left_alone;  ///< the change has nothing to do with it
};
/// What a deployment of the change runs, in order: its own files, and those of Flyway's callbacks that run with every
/// deployment of their location.
std::vector<DeployedFile> with_callbacks(const std::vector<std::string_view>& change,
                                         const std::vector<std::string_view>& left_alone);

bool is_callback(std::string_view path);
/// Flyway's R__ and callbacks: runs again whenever it was edited, or with every deployment.
bool is_repeatable(std::string_view path);
/// The version in a file's name as its runner compares it, "1.10" of V01_10__x.sql; empty: it has none.
std::string version_in(std::string_view path);
/// The folder whose numbered migrations run one after the other, each once: of db/migrations/0001_a.sql, and of
/// migrations/0001_a/up.sql as well. Nothing for a file without a number.
std::optional<std::string_view> sequence_of(std::string_view path);

}  // namespace pgfence::locate
