#include "extract/run_list.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "core/path_text.h"
#include "core/text.h"
#include "extract/formats/format.h"
#include "extract/lines.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

using Paths = std::vector<std::string_view>;

/// Empty: there is none.
std::string knexfile_around(const Hints& hints, std::string_view path) {
    constexpr std::array<std::string_view, 4> kNames{"knexfile.js", "knexfile.ts", "knexfile.cjs", "knexfile.mjs"};
    for (auto folder = folder_of(path);; folder = folder_of(folder)) {
        for (const std::string_view name : kNames)
            if (std::string file = path_in(folder, name);
                std::binary_search(hints.paths.begin(), hints.paths.end(), file))
                return file;
        if (folder.empty()) return {};
    }
}

/// In one of the languages that lists are written in.
bool is_comment(std::string_view line) {
    line = trim(line, kBlanks);
    return line.starts_with(';') || line.starts_with("//") || line.starts_with('#') || line.starts_with("--") ||
           line.starts_with('*');
}

/// What it says of `directory`, which environments may repeat; nothing of seeds.
std::set<std::string_view> directories_in(std::string_view knexfile) {
    constexpr std::string_view kDirectory = "directory";
    std::set<std::string_view> values;
    for_each_line(knexfile, 0, [&](const Line& line) {
        const auto at = line.text.find(kDirectory);
        if (at == line.text.npos || is_comment(line.text) || contains(line.text, "seed")) return;
        const std::string_view rest = trim(line.text.substr(at + kDirectory.size()), "'\"` \t");
        if (rest.starts_with(':')) values.insert(trim(rest.substr(1), " \t,}"));
    });
    return values;
}

std::string text_of_knexfile(const Hints& hints, std::string_view knexfile) {
    return hints.read ? hints.read(knexfile).value_or(std::string()) : std::string();
}

/// Which directory comes first is then the knexfile's to say.
bool sorts_each_directory(const Hints& hints, std::string_view knexfile) {
    return contains(text_of_knexfile(hints, knexfile), "sortDirsSeparately");
}

bool in_several_folders(const Paths& paths) {
    return std::any_of(paths.begin(), paths.end(),
                       [&](auto path) { return folder_of(path) != folder_of(paths.front()); });
}

void rank(const Paths& in_order, Ranks& ranks) {
    for (const auto path : in_order) ranks.emplace(path, ranks.size() + 1);
}

/// Names of files of SQL in a program's text, each where it first stands, comments left out.
std::vector<std::string_view> sql_named_in(std::string_view text) {
    constexpr std::string_view kEnd = ".sql", kAround = "\"'`/\\ \t()[]{},;:=";
    std::vector<std::string_view> names;
    std::set<std::string_view> seen;
    for_each_line(text, 0, [&](const Line& line) {
        if (is_comment(line.text)) return;
        for (auto at = line.text.find(kEnd); at != line.text.npos; at = line.text.find(kEnd, at + 1)) {
            const auto before = line.text.find_last_of(kAround, at);
            const std::size_t begin = before == line.text.npos ? 0 : before + 1;
            const std::string_view name = line.text.substr(begin, at + kEnd.size() - begin);
            if (seen.insert(name).second) names.push_back(name);
        }
    });
    return names;
}

bool may_list_migrations(std::string_view path) {
    const std::string lower = lower_case(path);
    return locate::is_program(last_part(lower)) && contains(lower, "migrat") && !locate::is_for_tests(lower);
}

/// Nearly all: one that was written and never listed does not run.
bool is_list_of(const Paths& named, std::size_t all) {
    constexpr std::size_t kFewest = 3;
    return named.size() >= kFewest && named.size() * 10 >= all * 9;
}

}  // namespace

std::string knex_run(const Hints& hints, std::string_view path) {
    std::string knexfile = knexfile_around(hints, path);
    if (knexfile.empty() || directories_in(text_of_knexfile(hints, knexfile)).size() > 1) return {};
    return knexfile;
}

Ranks knex_order(const Hints& hints, const std::vector<Located>& migrations) {
    std::map<std::string, Paths> runs;
    for (const Located& one : migrations)
        if (const Format* format = format_called(one.format); format && format->run_of)
            runs[format->run_of(hints, one.path)].push_back(one.path);
    runs.erase("");
    Ranks ranks;
    for (auto& [knexfile, paths] : runs) {
        if (!in_several_folders(paths) || sorts_each_directory(hints, knexfile)) continue;
        std::stable_sort(paths.begin(), paths.end(), [](auto a, auto b) { return last_part(a) < last_part(b); });
        rank(paths, ranks);
    }
    return ranks;
}

Ranks order_of_lists(const FileTree& tree, const std::vector<Located>& migrations) {
    std::map<std::string_view, std::map<std::string_view, std::string_view>> folders;  // paths by name
    const std::string_view plain = formats().back()->id;
    for (const Located& one : migrations)
        if (one.format == plain) folders[folder_of(one.path)].emplace(last_part(one.path), one.path);
    Ranks ranks;
    if (folders.empty()) return ranks;
    std::map<std::string_view, Paths> lists;  // by folder: the longest
    for (const auto program : tree.paths) {
        if (!may_list_migrations(program)) continue;
        const std::string text = tree.read(program).value_or(std::string());
        const std::vector<std::string_view> names = sql_named_in(text);
        if (names.empty()) continue;
        for (const auto& [folder, files] : folders) {
            Paths named;
            for (const auto name : names)
                if (const auto file = files.find(name); file != files.end()) named.push_back(file->second);
            if (named.size() > lists[folder].size()) lists[folder] = std::move(named);
        }
    }
    for (const auto& [folder, named] : lists)
        if (is_list_of(named, folders[folder].size())) rank(named, ranks);
    return ranks;
}

}  // namespace pgfence::extract
