#include "policy/known_again.h"

#include <cstddef>
#include <string_view>

#include "core/path_text.h"

namespace pgfence::policy {
namespace {

/// Its own name, or that of its folder where all have the same one, and as many folders as runners write down with it.
std::string_view written_down(std::string_view path, std::size_t parts) {
    const std::string_view name = last_part(path);
    if (name == "up.sql" || name == "migration.sql") return last_part(folder_of(path));
    std::string_view folders = path;
    for (; parts > 0 && !folders.empty(); --parts) folders = folder_of(folders);
    return folders.empty() ? path : path.substr(folders.size() + 1);
}

}  // namespace

bool is_known_again(const MigrationFile& file, const Runner& runner) {
    if (runner.title.empty()) return false;
    const auto known = [&](std::string_view path) { return written_down(path, runner.known_parts); };
    return runner.renamed == Runner::Renamed::accepted ||
           (runner.by_version && runner.edited == Runner::Edited::ignored) ||
           (runner.known_parts > 0 && file.old_path && known(*file.old_path) == known(file.path));
}

}  // namespace pgfence::policy
