#include "extract/listed.h"

#include <algorithm>

#include "core/path_text.h"
#include "core/text.h"

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
    if (!std::binary_search(paths.begin(), paths.end(), std::string_view(list.path))) return std::nullopt;
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

std::optional<std::string> Lists::without(std::string_view path) {
    const std::string_view folder = folder_of(path);
    if (!path.ends_with(kEnd) || is_run_by_another(folder)) return std::nullopt;
    auto known = lists_.find(folder);
    if (known == lists_.end()) known = lists_.emplace(folder, read(folder)).first;
    const auto& list = known->second;
    if (!list || list->names.contains(tag_of(path)) || list->unnamed >= list->named) return std::nullopt;
    return list->path;
}

}  // namespace pgfence::extract
