#include "extract/listed.h"

#include <algorithm>

#include "core/path_text.h"
#include "core/text.h"
#include "extract/formats/format.h"

namespace pgfence::extract {
namespace {

constexpr std::string_view kEnd = ".sql";

std::string_view tag_of(std::string_view path) {
    const std::string_view name = last_part(path);
    return name.substr(0, name.size() - kEnd.size());
}

/// The Supabase CLI runs every file of its own folder, whoever wrote it.
bool is_run_by_another(std::string_view folder) {
    return folder == "supabase/migrations" || folder.ends_with("/supabase/migrations");
}

bool is_there(const FileTree& tree, std::string_view path) {
    return std::binary_search(tree.paths.begin(), tree.paths.end(), path);
}

/// A plan that names nothing which is there is of scripts elsewhere.
bool is_used(const FileTree& tree, const SqitchPlan& plan, const std::string& project) {
    return std::any_of(plan.begin(), plan.end(),
                       [&](const auto& planned) { return is_there(tree, path_of_script(project, planned.first)); });
}

std::string_view behind(std::string_view text, std::string_view mark) {
    text = trim(text, kBlanks);
    return text.starts_with(mark) ? text.substr(mark.size()) : std::string_view();
}

}  // namespace

std::set<std::string, std::less<>> values_of(std::string_view json, std::string_view key) {
    std::set<std::string, std::less<>> values;
    const std::string quoted = "\"" + std::string(key) + "\"";
    for (auto at = json.find(quoted); at != json.npos; at = json.find(quoted, at + 1)) {
        const std::string_view value = behind(behind(json.substr(at + quoted.size()), ":"), "\"");
        if (const auto end = value.find('"'); end != value.npos) values.emplace(value.substr(0, end));
    }
    return values;
}

std::optional<Lists::List> Lists::read(std::string_view folder) const {
    List list{path_in(folder, "meta/_journal.json"), {}};
    const auto& paths = tree_.paths;
    if (!has(list.path)) return std::nullopt;
    const auto text = tree_.read(list.path);
    if (!text) return std::nullopt;
    list.names = values_of(*text, "tag");
    const std::string inside = folder.empty() ? "" : path_in(folder, "");
    for (auto path = std::lower_bound(paths.begin(), paths.end(), std::string_view(inside));
         path != paths.end() && path->starts_with(inside); ++path)
        if (folder_of(*path) == folder && path->ends_with(kEnd))
            ++(list.names.contains(tag_of(*path)) ? list.named : list.unnamed);
    return list;
}

bool Lists::has(std::string_view path) const { return is_there(tree_, path); }

std::optional<std::string> Lists::plan_without(const SqitchScript& script) {
    auto known = plans_.find(script.project);
    if (known == plans_.end()) known = plans_.emplace(script.project, sqitch_plan(tree_, script.project)).first;
    const SqitchPlan& plan = known->second;
    if (plan.contains(script.name) || !is_used(tree_, plan, script.project)) return std::nullopt;
    return path_in(script.project, kSqitchPlan);
}

std::vector<MissingFile> missing_scripts(const FileTree& tree, const std::vector<Located>& migrations) {
    std::set<std::string> projects;
    for (const Located& one : migrations) {
        const Format* format = format_called(one.format);
        if (!format || !format->is_planned) continue;
        if (const auto script = sqitch_script(one.path)) projects.insert(script->project);
    }
    std::vector<MissingFile> missing;
    for (const std::string& project : projects) {
        const SqitchPlan plan = sqitch_plan(tree, project);
        if (!is_used(tree, plan, project)) continue;
        const std::string why =
            path_in(project, kSqitchPlan) + " lists it, and there is no such file: Sqitch stops there";
        for (const auto& [name, place] : plan) {
            std::string path = path_of_script(project, name);
            // What was kept of a reworked one lies under the name of any tag behind it.
            if (place.ran_as.empty() && !is_there(tree, path)) missing.push_back({std::move(path), why});
        }
    }
    return missing;
}

std::optional<std::string> Lists::without(std::string_view path) {
    if (const auto script = path.ends_with(kEnd) ? sqitch_script(path) : std::nullopt;
        script && has(path_in(script->project, kSqitchPlan)))
        return plan_without(*script);
    const std::string_view folder = folder_of(path);
    if (!path.ends_with(kEnd) || is_run_by_another(folder)) return std::nullopt;
    auto known = lists_.find(folder);
    if (known == lists_.end()) known = lists_.emplace(folder, read(folder)).first;
    const auto& list = known->second;
    if (!list || list->names.contains(tag_of(path)) || list->unnamed >= list->named) return std::nullopt;
    return list->path;
}

}  // namespace pgfence::extract
