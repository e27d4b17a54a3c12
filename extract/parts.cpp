#include "extract/parts.h"

#include <algorithm>
#include <map>
namespace pgfence::extract {

EditedParts compared(const std::vector<OwnPart>& before, const std::vector<OwnPart>& now) {
    std::map<std::string_view, const OwnPart*> ran;
    for (const OwnPart& part : before) ran.emplace(part.key, &part);
    EditedParts edit;
    for (const OwnPart& part : now) {
        const EditedParts::Part place{static_cast<std::uint32_t>(part.begin), static_cast<std::uint32_t>(part.end),
                                      part.name};
        const auto found = ran.find(part.key);
        if (found == ran.end() || found->second->runs_if != part.runs_if)
            edit.new_ones.push_back(place);
        else if (found->second->content != part.content && part.when_edited != OwnPart::WhenEdited::accepted)
            (part.when_edited == OwnPart::WhenEdited::runs ? edit.new_ones : edit.edited).push_back(place);
    }
    for (const OwnPart& part : before)
        if (std::none_of(now.begin(), now.end(), [&](const OwnPart& one) { return one.key == part.key; }))
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
