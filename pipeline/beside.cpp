#include "pipeline/beside.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "core/path_text.h"
#include "extract/detect.h"
#include "extract/formats/format.h"
#include "extract/listed.h"
#include "locate/layout.h"
#include "locate/order.h"
#include "pipeline/settings.h"
#include "pipeline/world.h"

namespace pgfence::pipeline {
namespace {

namespace fs = std::filesystem;
using Change = MigrationFile::Change;
using Role = MigrationFile::Role;

constexpr std::size_t kMostFiles = 10'000;
constexpr std::size_t kMostBytes = 256'000'000;
constexpr std::size_t kNamedInANote = 3;

bool is_on_disk(const std::string& path) {
    std::error_code failed;
    return fs::is_regular_file(path, failed);
}

std::vector<std::string_view> paths_of(const std::vector<MigrationFile>& files) {
    std::vector<std::string_view> paths;
    for (const MigrationFile& file : files) paths.emplace_back(file.path);
    return paths;
}

/// A shell's *.sql names both halves of each pair.
void leave_out_ways_back(std::vector<MigrationFile>& files, std::vector<std::string>& notes) {
    const locate::Twins twins(paths_of(files));
    std::vector<std::string> left_out;
    std::erase_if(files, [&](const MigrationFile& file) {
        if (!twins.back_by_name(file.path)) return false;
        left_out.push_back(file.path);
        return true;
    });
    if (!left_out.empty())
        notes.push_back(fmt::format("not analyzed, as no deployment runs them (down scripts of other files): {}",
                                    joined_up_to(kNamedInANote, left_out)));
}

/// Files of a folder, and of the folders in it: diesel and Prisma give each migration one.
std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> found;
    std::error_code failed;
    fs::recursive_directory_iterator at(folder.empty() ? "." : folder, fs::directory_options::skip_permission_denied,
                                        failed);
    for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
        if (at.depth() > 0) at.disable_recursion_pending();
        std::error_code ignored;
        if (!at->is_regular_file(ignored)) continue;
        const std::string path = at->path().generic_string();
        found.push_back(folder.empty() ? path.substr(2) : path);
    }
    return found;
}

/// They must live as long.
FileTree tree_of(const std::vector<std::string>& paths) {
    FileTree tree;
    tree.paths.assign(paths.begin(), paths.end());
    std::sort(tree.paths.begin(), tree.paths.end());
    tree.read = [](std::string_view path) {
        auto text = read_file(std::string(path));
        return text ? std::optional(std::move(*text)) : std::nullopt;
    };
    return tree;
}

/// The places of a folder's migrations where those say themselves behind which they run (Alembic's and Django's).
using Ranks = std::map<std::string, std::size_t, std::less<>>;

Ranks ranks_in(const std::string& folder) {
    std::vector<std::string> programs = files_in(folder);
    std::erase_if(programs, [](const std::string& path) { return !path.ends_with(".py"); });
    const FileTree tree = tree_of(programs);
    Ranks ranks;
    for (const Located& one : extract::detect(tree).migrations)
        if (one.written.rank > 0) ranks.emplace(one.path, one.written.rank);
    return ranks;
}

/// The folder in which the file is one of many that run one behind the other: by their numbers, or by what they say.
std::optional<std::string_view> sequence_of(std::string_view path) {
    const auto by_number = locate::sequence_of(path);
    return by_number || !path.ends_with(".py") ? by_number : std::optional(folder_of(path));
}

std::size_t rank_in(const Ranks& ranks, std::string_view path) {
    const auto found = ranks.find(path);
    return found == ranks.end() ? 0 : found->second;
}

bool runs_before(const Ranks& ranks, std::string_view a, std::string_view b) {
    const std::size_t rank_a = rank_in(ranks, a), rank_b = rank_in(ranks, b);
    return rank_a > 0 && rank_b > 0 ? rank_a < rank_b : locate::runs_before(a, b);
}

/// Those of one folder take each other's places; a file without a number stays where it was named.
void put_in_order(std::vector<MigrationFile>& files) {
    std::map<std::string, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (const auto sequence = sequence_of(files[i].path); sequence && files[i].role == Role::changed)
            places[std::string(*sequence)].push_back(i);
    for (const auto& [folder, own] : places) {
        std::vector<MigrationFile> sorted;
        for (const std::size_t i : own) sorted.push_back(std::move(files[i]));
        std::stable_sort(sorted.begin(), sorted.end(), [](const MigrationFile& a, const MigrationFile& b) {
            return locate::runs_before(a.path, b.path);
        });
        const Ranks ranks = ranks_in(folder);
        locate::put_in_ranks(sorted, [&](const MigrationFile& file) { return rank_in(ranks, file.path); });
        for (std::size_t i = 0; i < own.size(); ++i) files[own[i]] = std::move(sorted[i]);
    }
}

class Earlier {
public:
    explicit Earlier(const std::vector<MigrationFile>& named) {
        for (const MigrationFile& file : named) {
            named_.insert(file.path);
            const auto sequence = sequence_of(file.path);
            if (!sequence || file.role != Role::changed || !is_on_disk(file.path)) continue;
            const auto [last, first] = last_.try_emplace(std::string(*sequence), file.path);
            if (first) ranks_.emplace(*sequence, ranks_in(std::string(*sequence)));
            if (!first && runs_before(ranks_.at(last->first), last->second, file.path)) last->second = file.path;
        }
    }

    std::vector<MigrationFile> read(std::vector<std::string>& notes) const {
        std::vector<std::string> paths;
        for (const auto& [folder, last] : last_) add_from(folder, last, paths);
        std::vector<std::string_view> in_order = locate::in_order({paths.begin(), paths.end()}, {});
        for (const auto& [folder, ranks] : ranks_)
            locate::put_in_ranks(in_order, [&own = ranks](std::string_view path) { return rank_in(own, path); });
        std::vector<GivenFile> found;
        std::size_t bytes = 0, left = in_order.size();
        for (; left > 0 && found.size() < kMostFiles && bytes < kMostBytes; --left) {
            auto text = read_file(std::string(in_order[left - 1]));
            if (!text) continue;
            bytes += text->size();
            found.push_back({std::string(in_order[left - 1]), std::move(*text), Role::history});
        }
        if (left > 0)
            notes.push_back(
                fmt::format("the oldest {} earlier migrations were not replayed: what they created is unknown", left));
        std::reverse(found.begin(), found.end());
        return as_migrations(std::move(found));
    }

private:
    void add_from(const std::string& folder, const std::string& last, std::vector<std::string>& paths) const {
        const std::vector<std::string> all = files_in(folder);
        const locate::Twins twins({all.begin(), all.end()});
        const FileTree tree = tree_of(all);
        extract::Lists lists(tree);
        for (const std::string& path : all) {
            if (!extract::is_sql_name(path) && !extract::is_code_name(path)) continue;
            // What may lead back proves nothing of what is there.
            if (named_.contains(path) || twins.leads_back(path) || locate::runs_backward(lower_case(path))) continue;
            if (lists.without(path)) continue;
            const auto sequence = sequence_of(path);
            if (!locate::sequence_of(path) && rank_in(ranks_.at(folder), path) == 0) continue;  // a program beside them
            if (sequence && *sequence == folder && runs_before(ranks_.at(folder), path, last)) paths.push_back(path);
        }
    }

    std::set<std::string> named_;
    std::map<std::string, std::string> last_;  // by sequence: the last one that is named
    std::map<std::string, Ranks> ranks_;       // likewise
};

struct Counted {
    std::size_t ran = 0, judged = 0;
};

/// Of files that are there: one that is not (standard input) ran nowhere.
Counted tell_what_ran(std::vector<MigrationFile>& files, const diff::WorkTree* tree) {
    Counted counted;
    for (const MigrationFile& file : files) counted.judged += file.role == Role::changed;
    for (MigrationFile& file : files) {
        if (file.role != Role::changed || !is_on_disk(file.path)) continue;
        const bool known = tree && tree->knows_base();
        const auto inside = known ? tree->inside(file.path) : std::nullopt;
        const bool ran = known && inside ? tree->base_has(*inside) : counted.judged > 1;
        if (ran) file.change = Change::none;
        counted.ran += ran;
    }
    return counted;
}

}  // namespace

void put_into_history(std::vector<MigrationFile>& files, const diff::WorkTree* tree, std::vector<std::string>& notes) {
    leave_out_ways_back(files, notes);
    put_in_order(files);
    const Counted counted = tell_what_ran(files, tree);
    if (counted.ran > 0 && counted.judged > 1)
        notes.push_back(
            tree && tree->knows_base()
                ? fmt::format(
                      "{} of {} files are already in {}: each of them is judged by itself, on top of those before it",
                      counted.ran, counted.judged, tree->base_name())
                : fmt::format("it is unknown which of {} files are new: each is judged by itself, on top of those "
                              "before it. `pgfence review` judges what a branch adds; in a clone that has the base "
                              "branch, files missing there count as one change",
                              counted.judged));
    // Behind those given as such, which the caller put in order.
    std::vector<MigrationFile> earlier = Earlier(files).read(notes);
    const auto first =
        std::find_if(files.begin(), files.end(), [](const MigrationFile& file) { return file.role == Role::changed; });
    files.insert(first, std::make_move_iterator(earlier.begin()), std::make_move_iterator(earlier.end()));
    // Those that ran come first.
    std::stable_partition(files.begin(), files.end(), [](const MigrationFile& file) {
        return file.role == Role::history || file.change == Change::none;
    });
    for (std::size_t i = 0; i < files.size(); ++i) files[i].id = static_cast<FileId>(i);
}

}  // namespace pgfence::pipeline
