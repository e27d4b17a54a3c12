#pragma once
// Paths as git writes them: relative to the repository, '/' between their parts.

#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

inline std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// What stands between the separators, each of them one byte.
inline std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> pieces;
    while (true) {
        const auto at = text.find_first_of(separators);
        pieces.push_back(text.substr(0, at));
        if (at == text.npos) return pieces;
        text.remove_prefix(at + 1);
    }
}

/// "a/b" of "a/b/c.sql"; empty for what lies at the root.
inline std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

/// "b" of "a/b/c.sql" is the name of c.sql's folder.
inline std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "b", "c.sql" of "b/c.sql"; nothing of "".
inline std::vector<std::string_view> path_parts(std::string_view path) {
    return path.empty() ? std::vector<std::string_view>() : split(path, "/");
}

inline std::string join(std::string_view folder, std::string_view name) {
    std::string path(folder);
    if (!path.empty()) path += '/';
    return path.append(name);
}

}  // namespace pgfence
