#include "trace/run_folder.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <utility>

namespace pgfence::trace {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPrefix = "pgfence-trace-";
constexpr const char* kLock = "lock";
constexpr std::size_t kLongestParent = 60;
constexpr const char *kMemory = "/dev/shm", *kDisk = "/tmp";
constexpr std::uint64_t kPlenty = 1024 * 1024 * 1024;

/// A copy of the data directory takes a third of the time there.
bool has_room_in_memory() {
    struct statfs info {};
    return statfs(kMemory, &info) == 0 && info.f_type == TMPFS_MAGIC && access(kMemory, W_OK) == 0 &&
           static_cast<std::uint64_t>(info.f_bavail) * static_cast<std::uint64_t>(info.f_bsize) >= kPlenty;
}

/// Locked before anybody can see it under its name: a folder with an unlocked "lock" belongs to nobody.
int make_lock(const fs::path& folder) {
    const fs::path hidden = folder / "lock.new";
    const int lock = open(hidden.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) return -1;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0 && rename(hidden.c_str(), (folder / kLock).c_str()) == 0) return lock;
    close(lock);
    return -1;
}

bool owned_by_us(const fs::path& folder, const Account& account) {
    struct stat info {};
    return lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           (info.st_uid == geteuid() || info.st_uid == account.user);
}

/// The server of a killed run was told by the kernel; one that did not listen is ended by the number it wrote down.
void end_server_of(const fs::path& folder) {
    std::ifstream file(folder / "data" / "postmaster.pid");
    pid_t pid = 0;
    std::string data;
    if (!(file >> pid) || !(file >> data) || pid <= 1) return;
    std::error_code error;
    // The number may be another process's by now: its working directory tells.
    if (fs::read_symlink("/proc/" + std::to_string(pid) + "/cwd", error) != folder / "data") return;
    kill(pid, SIGQUIT);
    for (int i = 0; i < 500 && kill(pid, 0) == 0; ++i) usleep(10'000);
    if (kill(pid, 0) == 0) kill(pid, SIGKILL);
}

/// Its run was killed before there was a lock, let alone a server. One that is being made has a minute.
bool never_locked(const fs::path& folder) {
    constexpr std::time_t kMinute = 60;
    struct stat info {
    }, lock{};
    return lstat((folder / kLock).c_str(), &lock) != 0 && errno == ENOENT && lstat(folder.c_str(), &info) == 0 &&
           std::time(nullptr) - info.st_mtime > kMinute;
}

/// The lock last: what an interrupted removal leaves is still collected.
void take_away(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().filename() != kLock) fs::remove_all(entry.path(), ignored);
    fs::remove_all(folder, ignored);
}

}  // namespace

std::vector<fs::path> scratch_parents() {
    std::error_code error;
    const char* chosen = std::getenv("TMPDIR");
    if (chosen && std::strlen(chosen) < kLongestParent && fs::is_directory(chosen, error))
        return {fs::absolute(chosen, error)};
    if (has_room_in_memory()) return {kMemory, kDisk};
    return {kDisk, kMemory};
}

Result<RunFolder> RunFolder::make(const fs::path& parent, const Account& account) {
    std::string name = parent / (std::string(kPrefix) + "XXXXXX");
    if (!mkdtemp(name.data()))
        return failure("could not make a folder in " + parent.string() + ": " + std::strerror(errno));
    const int lock = make_lock(name);
    RunFolder folder(name, lock);
    if (lock < 0 || (account.differs && chown(name.c_str(), account.user, account.group) != 0))
        return failure("could not prepare " + name + ": " + std::strerror(errno));
    return folder;
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

RunFolder::~RunFolder() {
    if (!path_.empty()) take_away(path_);
    if (lock_ >= 0) close(lock_);
}

int collect_orphans(const fs::path& parent, const Account& account) {
    int collected = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(parent, fs::directory_options::skip_permission_denied, error)) {
        if (!entry.path().filename().string().starts_with(kPrefix) || !owned_by_us(entry.path(), account)) continue;
        if (never_locked(entry.path())) {
            take_away(entry.path());
            ++collected;
            continue;
        }
        const int lock = open((entry.path() / kLock).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (lock < 0) continue;
        if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
            end_server_of(entry.path());
            take_away(entry.path());
            ++collected;
        }
        close(lock);
    }
    return collected;
}

}  // namespace pgfence::trace
