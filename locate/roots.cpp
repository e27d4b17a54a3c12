#include "locate/roots.h"

#include <algorithm>

#include "core/text.h"
#include "locate/layout.h"
#include "locate/order.h"

namespace pgfence::locate {
namespace {

/// A number names one version, and what is told of two files with the same one is that they are variants.
std::string version_or_name(std::string_view name) {
    const char kind = flyway_kind(name);
    return std::string(kind == 'v' ? name.substr(0, name.find("__")) : name);
}

}  // namespace

bool Root::holds_version_of(std::string_view name) const { return names.contains(version_or_name(name)); }

bool Root::is_run_with(const FormatOfFile& one) const {
    return one.id == format || (!one.habits.family.empty() && one.habits.family == habits.family);
}

void Roots::add(std::string_view path, std::string_view format) {
    const auto folder = group_of(path);
    Root& root = roots_[folder];
    const std::string name = lower_case(last_part(path));
    if (folder != folder_of(path) && (name == "up.sql" || name == "migration.sql")) root.file_name = last_part(path);
    root.holds_sql |= formats_.is_sql_name(path);
    if (folder == folder_of(path) && formats_.is_sql_name(path))
        root.numbered &= is_one_of_sequence(name) || flyway_kind(name) != 0;
    root.names.insert(version_or_name(name));
    root.numbers.insert(std::string(leading_digits(name)));
    const std::size_t count = ++counts_[folder][format];
    if (count > counts_[folder][root.format]) root.format = format;
}

void Roots::settle() {
    for (auto& [folder, root] : roots_) root.habits = formats_.habits_of(root.format);
}

std::pair<std::string_view, const Root*> Roots::around(std::string_view path) const {
    for (auto folder = folder_of(path); !folder.empty(); folder = folder_of(folder))
        if (const auto root = roots_.find(folder); root != roots_.end()) return {folder, &root->second};
    const auto root = folder_of(path).empty() ? roots_.find("") : roots_.end();
    return {"", root == roots_.end() ? nullptr : &root->second};
}

bool Roots::has_or_holds(std::string_view folder) const {
    const std::string inside = path_in(folder, "");
    const auto root = roots_.lower_bound(std::string_view(inside));
    return roots_.contains(folder) || (root != roots_.end() && root->first.starts_with(inside));
}

bool Roots::begins_otherwise(const Candidate& one, bool is_sure) const {
    for (auto folder = folder_of(one.path); !folder.empty(); folder = folder_of(folder)) {
        const auto root = roots_.find(folder);
        if (root == roots_.end() || !root->second.habits.begins_otherwise) continue;
        if (is_sure && !root->second.is_run_with(*one.format)) continue;
        const auto& names = root->second.names;
        const auto others = std::count_if(names.begin(), names.end(), [&](const std::string& other) {
            return root->second.habits.begins_otherwise(last_part(one.path), other);
        });
        if (2 * static_cast<std::size_t>(others) > names.size()) return true;
    }
    return false;
}

}  // namespace pgfence::locate
