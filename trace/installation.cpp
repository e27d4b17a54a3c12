#include "trace/installation.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "core/number_text.h"
#include "trace/process.h"

namespace pgfence::trace {
namespace {

namespace fs = std::filesystem;
const fs::path kDebian = "/usr/lib/postgresql";

bool has_programs(const fs::path& folder) {
    return access((folder / "initdb").c_str(), X_OK) == 0 && access((folder / "postgres").c_str(), X_OK) == 0;
}

std::vector<fs::path> folders_of_path() {
    std::vector<fs::path> folders;
    const char* path = std::getenv("PATH");
    const std::string all = path ? path : "";
    for (std::size_t begin = 0; begin <= all.size();) {
        const std::size_t end = std::min(all.find(':', begin), all.size());
        if (end > begin) folders.emplace_back(all.substr(begin, end - begin));
        begin = end + 1;
    }
    return folders;
}

std::vector<fs::path> folders_of_debian() {
    std::vector<fs::path> folders;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(kDebian, error))
        if (number_at_begin<int>(entry.path().filename().native()) > 0) folders.push_back(entry.path() / "bin");
    std::sort(folders.begin(), folders.end(), [](const fs::path& a, const fs::path& b) {
        return number_at_begin<int>(a.parent_path().filename().native()) >
               number_at_begin<int>(b.parent_path().filename().native());
    });
    return folders;
}

std::optional<Installation> look_at(const fs::path& folder) {
    if (!has_programs(folder)) return std::nullopt;
    const auto said = run({.program = folder / "postgres", .arguments = {"--version"}});
    if (!said || said->exit_code != 0) return std::nullopt;
    Installation found{folder, version_in(said->output), 0};
    found.major = number_at_begin<int>(found.version);
    if (found.major == 0) return std::nullopt;
    return found;
}

}  // namespace

std::string version_in(const std::string& said) {
    constexpr std::string_view kName = "(PostgreSQL) ";
    const std::size_t at = said.find(kName);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + kName.size();
    const std::size_t end = std::min(said.find_first_of(" \n", begin), said.size());
    return said.substr(begin, end - begin);
}

Result<std::vector<Installation>> installations(const std::string& asked_for) {
    std::error_code error;
    if (!asked_for.empty()) {
        const auto found = look_at(fs::absolute(asked_for, error));
        if (!found)
            return usage_error("no PostgreSQL server in " + asked_for +
                               ": --pg-bin names the folder with its initdb and postgres");
        return std::vector{*found};
    }
    std::vector<fs::path> folders = folders_of_path();
    for (fs::path& folder : folders_of_debian()) folders.push_back(std::move(folder));
    std::vector<Installation> all;
    for (const fs::path& folder : folders) {
        auto found = look_at(fs::absolute(folder, error));
        if (found) all.push_back(std::move(*found));
    }
    if (all.empty())
        return failure(
            "no PostgreSQL server on this machine (looked in PATH and in /usr/lib/postgresql/*/bin): install one, or "
            "name "
            "the folder of its programs with --pg-bin");
    return all;
}

Result<Installation> choose(const std::vector<Installation>& found, int major) {
    std::string majors;
    for (const Installation& one : found) {
        if (major == 0 || one.major == major) return one;
        majors += (majors.empty() ? "" : ", ") + one.version;
    }
    return failure("no PostgreSQL " + std::to_string(major) + " on this machine (there is " + majors +
                   "): install it, or name the folder of its programs with --pg-bin");
}

}  // namespace pgfence::trace
