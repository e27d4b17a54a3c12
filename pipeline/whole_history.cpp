#include "pipeline/whole_history.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "core/path_text.h"
#include "core/text.h"
#include "locate/order.h"

namespace pgfence::pipeline {
namespace {

struct Folder {
    std::string first;      ///< number of its first file
    bool says_own = false;  ///< which comes first, in its text, whatever the files are called
    std::size_t files = 0;
};

/// Files without a number are together in their folder.
std::map<std::string, Folder> folders_of(const std::vector<MigrationFile>& files) {
    std::map<std::string, Folder> folders;
    for (const MigrationFile& file : files) {
        if (locate::is_repeatable(file.path)) continue;
        const std::string name(locate::sequence_of(file.path).value_or(folder_of(file.path)));
        const auto [folder, is_new] = folders.try_emplace(name);
        if (is_new) folder->second = {locate::version_in(file.path), file.path.ends_with(".py"), 0};
        ++folder->second.files;
    }
    return folders;
}

std::string_view main_part(std::string_view version) { return version.substr(0, version.find('.')); }

bool is_first(std::string_view version) { return main_part(version) == "0" || main_part(version) == "1"; }

/// 20240102, 20240102000000, seconds since 1970
bool is_date(std::string_view version) {
    constexpr std::size_t kDigits = 8;
    return main_part(version).size() >= kDigits;
}

}  // namespace

bool may_begin_history(const std::vector<MigrationFile>& files) {
    const auto folders = folders_of(files);
    return std::all_of(folders.begin(), folders.end(), [](const auto& folder) {
        const std::string& version = folder.second.first;
        return version.empty() || folder.second.says_own || is_first(version) || is_date(version);
    });
}

bool begin_history(const std::vector<MigrationFile>& files) {
    const auto folders = folders_of(files);
    return std::all_of(folders.begin(), folders.end(), [](const auto& folder) {
        return is_first(folder.second.first) || (is_date(folder.second.first) && folder.second.files > 1);
    });
}

}  // namespace pgfence::pipeline
