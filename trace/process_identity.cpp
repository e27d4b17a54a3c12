#include "trace/process_identity.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/text.h"

namespace pgfence::trace {
namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Until when pids mean anything, and among whom.
std::string world() {
    std::string boot = text_of("/proc/sys/kernel/random/boot_id");
    std::erase(boot, '\n');
    std::error_code error;
    std::string pids = std::filesystem::read_symlink("/proc/self/ns/pid", error);  // "pid:[4026531836]"
    std::erase(pids, ':');
    return boot + ":" + pids;
}

/// Field 22 of /proc/PID/stat, counted behind the program's name, which may hold anything; empty: no such process.
std::string start_of(const std::string& pid) {
    const std::string stat = text_of("/proc/" + pid + "/stat");
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream fields(stat.substr(name_end + 1));
    std::string field;
    for (int i = 3; i <= 22; ++i) fields >> field;
    return field;
}

}  // namespace

std::string own_identity() {
    const std::string pid = std::to_string(getpid());
    return world() + ":" + pid + ":" + start_of(pid);
}

std::optional<bool> is_alive(const std::string& identity) {
    std::istringstream parts(identity);
    std::string boot, pids, pid, start;
    std::getline(parts, boot, ':');
    std::getline(parts, pids, ':');
    std::getline(parts, pid, ':');
    std::getline(parts, start, ':');
    if (!is_all_digits(pid)) return std::nullopt;
    const std::string here = world();
    if (boot != here.substr(0, here.find(':'))) return false;
    if (boot + ":" + pids != here) return std::nullopt;
    return !start.empty() && start_of(pid) == start;
}

}  // namespace pgfence::trace
