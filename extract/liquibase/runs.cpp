#include "extract/liquibase/runs.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/path_text.h"
#include "extract/liquibase/sets.h"
#include "extract/parts.h"

namespace pgfence::extract::liquibase {
namespace {

bool is_there(const FileTree& tree, const std::string& path) {
    return std::binary_search(tree.paths.begin(), tree.paths.end(), std::string_view(path));
}

std::vector<std::string> files_below(const FileTree& tree, const std::string& folder) {
    const std::string prefix = folder.empty() ? folder : folder + "/";
    std::vector<std::string> files;
    for (auto at = std::lower_bound(tree.paths.begin(), tree.paths.end(), std::string_view(prefix));
         at != tree.paths.end() && at->starts_with(prefix); ++at)
        files.emplace_back(*at);
    return files;
}

/// In a root of the class path that is not around the changelog: another module's resources. Only where there is one
/// such file is it told which is meant.
std::optional<std::string> only_one_called(const FileTree& tree, std::string_view named) {
    const std::string end = "/" + std::string(below_root(named));
    if (end.find('/', 1) == end.npos) return std::nullopt;
    std::optional<std::string> found;
    for (const auto path : tree.paths)
        if (path.ends_with(end)) {
            if (found) return std::nullopt;
            found = path;
        }
    return found;
}

void add_file(const FileTree& tree, std::string_view changelog, const Element& by, std::string_view named,
              std::vector<std::string>& files) {
    if (named.empty()) return;
    for (std::string& file : places_of(changelog, by, named))
        if (is_there(tree, file)) return files.push_back(std::move(file));
    if (by.says("relativeToChangelogFile")) return;
    if (auto elsewhere = only_one_called(tree, named)) files.push_back(std::move(*elsewhere));
}

void add_folder(const FileTree& tree, std::string_view changelog, const Element& all, std::vector<std::string>& files) {
    for (const std::string& folder : places_of(changelog, all, all["path"])) {
        std::vector<std::string> below = files_below(tree, folder);
        if (below.empty()) continue;
        std::copy_if(below.begin(), below.end(), std::back_inserter(files),
                     [&](const std::string& file) { return file.ends_with(all["endsWithFilter"]); });
        return;
    }
}

// ---- what the memory is told ------------------------------------------------------------------------------------

constexpr std::string_view kAnywhere = "*/";  ///< before a path of RunBy's that may lie below any root

/// The path by which the file is told about: where it is found, else what its path ends in.
std::optional<std::string> key_of(const Source& source, const Element& by, std::string_view named) {
    if (named.empty() || !source.hints.read) return std::nullopt;
    for (std::string& place : places_of(source.path, by, named))
        if (source.hints.read(place)) return std::move(place);
    const bool has_folder = below_root(named).find('/') != named.npos;
    if (by.says("relativeToChangelogFile") || !has_folder) return std::nullopt;
    return std::string(kAnywhere) + std::string(below_root(named));
}

/// What a set of PostgreSQL's says of the file wins over what others do, and what a changelog says now over what it
/// said before the change; of these the first one.
void tell(const Source& source, std::string key, Memory::RunBy run) {
    run.role = source.role;
    const auto [known, is_new] = source.memory.run_by.try_emplace(std::move(key), run);
    const bool is_surer = !known->second.is_ours || known->second.role < run.role;
    if (!is_new && run.is_ours && is_surer) known->second = std::move(run);
}

void announce_include(const Source& source, const Element& include) {
    const std::string_view named = include["file"];
    if (!is_sql_name(named)) return;
    if (auto key = key_of(source, include, named))
        tell(source, std::move(*key),
             {.reason = std::string(source.path) + " includes it, and Liquibase runs it in one transaction",
              .is_changelog = true,
              .conditions = conditions_of(include)});
}

void announce_folder(const Source& source, const Element& all) {
    const std::string_view end = all["endsWithFilter"];
    if (below_root(all["path"]).empty() || (!end.empty() && !is_sql_name("a" + std::string(end)))) return;
    for (const std::string& folder : places_of(source.path, all, all["path"]))
        if (!folder.empty())
            tell(source, folder + "/",
                 {.reason = std::string(source.path) + " includes all of its folder, and Liquibase runs each file in "
                                                       "one transaction",
                  .is_changelog = true,
                  .conditions = conditions_of(all)});
}

Memory::RunBy run_of(const Source& source, const Document& document, const Element& set, const Element& change) {
    Memory::RunBy run{.reason = "change set " + std::string(set["id"]) + " of " + std::string(source.path) + " runs it",
                      .in_transaction = set["runInTransaction"] != "false",
                      .is_ours = !is_left_out(set, document.root) && is_for_postgres(change["dbms"]),
                      .is_query = change.name == "createView",
                      .in_one = change.name != "sqlFile" || change["splitStatements"] == "false",
                      .runs_when_edited = set.says("runOnChange") || set.says("runAlways"),
                      .delimiter = std::string(change["endDelimiter"]),
                      .conditions = conditions_of(set)};
    if (!run.is_ours) run.reason += " for other databases alone";
    return run;
}

void announce_set(const Source& source, const Document& document, const Element& set, bool is_read) {
    for (const Element* change : all_changes_of(set)) {
        const std::string_view named = file_of(*change);
        if (named.empty()) continue;
        auto key = key_of(source, *change, named);
        if (!key) continue;
        Memory::RunBy run = run_of(source, document, set, *change);
        if (is_read && run.is_ours && !runs_by_itself(*change, set))
            source.memory.included_by.try_emplace({source.role, *key}, source.path);
        tell(source, std::move(*key), std::move(run));
    }
}

}  // namespace

std::string_view below_root(std::string_view named) {
    for (const std::string_view scheme : {"classpath:", "classpath*:"})
        if (named.starts_with(scheme)) named.remove_prefix(scheme.size());
    while (named.starts_with('/')) named.remove_prefix(1);
    return named;
}

std::vector<std::string> places_of(std::string_view changelog, const Element& by, std::string_view named) {
    std::vector<std::string> found;
    const bool relative = by.says("relativeToChangelogFile");
    for (std::string_view folder = folder_of(changelog);; folder = folder_of(folder)) {
        if (auto path = path_from(folder, below_root(named))) found.push_back(std::move(*path));
        if (folder.empty() || relative) return found;
    }
}

std::string_view file_of(const Element& change) {
    const bool has_one = change.name == "sqlFile" || change.name == "createProcedure" ||
                         change.name == "createFunction" || change.name == "createView";
    return has_one ? change["path"] : std::string_view();
}

bool runs_by_itself(const Element& change, const Element& set) {
    // A view's file holds its query alone.
    return change.name != "createView" && changes_of(set).size() == 1;
}

std::vector<std::string> files_run_by(const FileTree& tree, std::string_view changelog) {
    std::vector<std::string> files;
    const std::string text = tree.read(changelog).value_or(std::string());
    if (!contains(text, "databaseChangeLog") || (!contains(text, "include") && !contains(text, "path"))) return files;
    const Document document = changelog.ends_with(".xml") ? read_xml(text, 0) : read_yaml(text, 0);
    for (const Element& one : document.root.children) {
        if (one.name == "include") add_file(tree, changelog, one, one["file"], files);
        if (one.name == "includeAll") add_folder(tree, changelog, one, files);
        if (one.name != "changeSet" || is_left_out(one, document.root)) continue;
        for (const Element* change : changes_of(one)) add_file(tree, changelog, *change, file_of(*change), files);
    }
    return files;
}

void announce_files(const Source& source, const Document& document, const Document* before) {
    EditedParts edit;
    const std::vector<OwnPart> elsewhere = ran_elsewhere(source);
    const bool some_ran = before || !elsewhere.empty();
    if (some_ran)
        edit = compared(before ? parts_of(*before, source.path, 0) : std::vector<OwnPart>(),
                        parts_of(document, source.path, source.text.size()), elsewhere);
    for (const Element& one : document.root.children) {
        if (one.name == "include") announce_include(source, one);
        if (one.name == "includeAll") announce_folder(source, one);
        if (one.name == "changeSet")
            announce_set(source, document, one, !some_ran || is_to_read(edit, one.place.begin));
    }
}

const Memory::RunBy* run_by_changelog(const Memory& memory, std::string_view path) {
    if (memory.run_by.empty()) return nullptr;
    const auto known = [&](const std::string& key) -> const Memory::RunBy* {
        const auto found = memory.run_by.find(key);
        return found == memory.run_by.end() ? nullptr : &found->second;
    };
    if (const auto* exactly = known(std::string(path))) return exactly;
    for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1))
        if (const auto* elsewhere = known(std::string(kAnywhere) + std::string(path.substr(slash + 1))))
            return elsewhere;
    for (std::string_view folder = folder_of(path); !folder.empty(); folder = folder_of(folder))
        if (const auto* all = known(std::string(folder) + "/")) return all;
    return nullptr;
}

}  // namespace pgfence::extract::liquibase
