#include "diff/provider.h"

namespace pgfence::diff {
namespace {

/// The quoted word behind a key: provider = "mysql", "dialect": "sqlite".
std::string_view quoted_behind(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    if (at == text.npos) return {};
    text.remove_prefix(at + key.size());
    const auto open = text.find_first_not_of(" \t=:\"");
    if (open == text.npos) return {};
    return text.substr(open, text.find_first_of("\"\r\n,", open) - open);
}

bool is_postgres(std::string_view name) { return name == "postgresql" || name == "postgres" || name == "pg"; }

}  // namespace

std::optional<std::string_view> folder_spoken_for(std::string_view path) {
    for (const std::string_view name : {"migration_lock.toml", "meta/_journal.json"})
        if (path.ends_with(name) && (path.size() == name.size() || path[path.size() - name.size() - 1] == '/'))
            return path.substr(0, path.size() - name.size());
    return std::nullopt;
}

std::optional<std::string> other_database(std::string_view text) {
    for (const std::string_view key : {"\nprovider", "\"dialect\""}) {
        const auto name =
            text.starts_with(key.substr(1)) ? quoted_behind(text, key.substr(1)) : quoted_behind(text, key);
        if (!name.empty()) return is_postgres(name) ? std::nullopt : std::optional<std::string>(name);
    }
    return std::nullopt;
}

}  // namespace pgfence::diff
