#pragma once
// Paths as git and the formats write them: relative to the repository, with '/' between their parts. No file is looked
// at.

#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"

namespace pgfence {

/// "db/migrations" of db/migrations/1.sql; empty for what lies at the root.
inline std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

/// "1.sql" of db/migrations/1.sql
inline std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// The names between the slashes; none of an empty path.
inline std::vector<std::string_view> path_parts(std::string_view path) {
    return path.empty() ? std::vector<std::string_view>() : split(path, "/");
}

/// "db/1.sql" of "db" and "1.sql"; what lies in "" lies at the root.
inline std::string path_in(std::string_view folder, std::string_view name) {
    std::string path(folder);
    if (!path.empty()) path += '/';
    return path.append(name);
}

}  // namespace pgfence
