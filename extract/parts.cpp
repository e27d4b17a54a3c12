#include "extract/parts.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace pgfence::extract {
namespace {

/// Below the root of the class path, where the build says which folder that is.
std::string_view below_resources(std::string_view path) {
    constexpr std::string_view kResources = "resources/";
    const auto at = path.rfind(kResources);
    return at == path.npos || (at > 0 && path[at - 1] != '/') ? path : path.substr(at + kResources.size());
}

/// As DatabaseChangeLog.normalizePath leaves it.
std::string_view normal(std::string_view path) {
    if (path.starts_with("classpath:")) path.remove_prefix(10);
    while (path.starts_with('/') || path.starts_with("./")) path.remove_prefix(path.starts_with('/') ? 1 : 2);
    return path;
}

/// A name of one word may be that of many files.
bool is_path_of(std::string_view named, std::string_view file) {
    named = normal(named);
    if (file == named || below_resources(file) == named) return true;
    return contains(named, "/") && file.ends_with(named) && file[file.size() - named.size() - 1] == '/';
}

using ByName = std::multimap<std::string_view, const OwnPart*>;

const OwnPart* same_in(const ByName& ran, const OwnPart& part) {
    const auto [first, last] = ran.equal_range(part.name);
    const auto found = std::find_if(first, last, [&](const auto& one) { return is_same_part(*one.second, part); });
    return found == last ? nullptr : found->second;
}

}  // namespace

bool is_same_part(const OwnPart& a, const OwnPart& b) {
    if (a.name != b.name) return false;
    if (a.names_path && b.names_path) return normal(a.path) == normal(b.path);
    if (a.names_path || b.names_path) return a.names_path ? is_path_of(a.path, b.path) : is_path_of(b.path, a.path);
    return a.path == b.path;
}

bool names_paths(std::string_view text) { return contains(text, "logicalFilePath"); }

std::vector<OwnPart> parts_in(const Source& source) {
    const Format* format = format_of(source);
    return format && format->parts ? format->parts(source) : std::vector<OwnPart>();
}

std::vector<OwnPart> ran_elsewhere(const Source& source) {
    std::vector<OwnPart> ran;
    if (source.role != MigrationFile::Role::changed || !names_paths(source.text)) return ran;
    for (const auto& [file, text] : source.memory.files) {
        if (file.first != MigrationFile::Role::history || file.second == source.path || !contains(text, "hange"))
            continue;
        MigrationFile other;
        other.path = file.second;
        other.role = file.first;
        other.text = text;
        for (OwnPart& part : parts_in(source_of(other, source.hints, source.memory, source.replacements)))
            ran.push_back(std::move(part));
    }
    return ran;
}

EditedParts compared(const std::vector<OwnPart>& before, const std::vector<OwnPart>& now,
                     const std::vector<OwnPart>& elsewhere) {
    ByName ran;
    for (const auto* some : {&before, &elsewhere})
        for (const OwnPart& part : *some) ran.emplace(part.name, &part);
    EditedParts edit;
    for (const OwnPart& part : now) {
        const EditedParts::Part place{static_cast<std::uint32_t>(part.begin), static_cast<std::uint32_t>(part.end),
                                      part.name};
        const OwnPart* found = same_in(ran, part);
        if (!found || found->runs_if != part.runs_if)
            edit.new_ones.push_back(place);
        else if (found->content != part.content && part.when_edited != OwnPart::WhenEdited::accepted)
            (part.when_edited == OwnPart::WhenEdited::runs ? edit.new_ones : edit.edited).push_back(place);
    }
    for (const OwnPart& part : before)
        if (std::none_of(now.begin(), now.end(), [&](const OwnPart& one) { return is_same_part(one, part); }))
            edit.gone.push_back(part.name);
    return edit;
}

std::optional<Source> before_edit(const Source& source) {
    if (source.role != MigrationFile::Role::changed) return std::nullopt;
    const auto found = source.memory.files.find({MigrationFile::Role::history, std::string(source.path)});
    if (found == source.memory.files.end()) return std::nullopt;
    Source before = source;
    before.role = MigrationFile::Role::history;
    before.text = found->second;
    before.begin = behind_mark(before.text);
    return before;
}

bool is_to_read(const EditedParts& edit, std::size_t begin) {
    const auto is_it = [&](const EditedParts::Part& part) { return part.begin == begin; };
    return std::any_of(edit.new_ones.begin(), edit.new_ones.end(), is_it) ||
           std::any_of(edit.edited.begin(), edit.edited.end(), is_it);
}

}  // namespace pgfence::extract
