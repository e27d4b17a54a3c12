#include "trace/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

namespace fs = std::filesystem;

/// What initdb is asked for is part of the copy's name: an older pgfence's copy is not taken for this one's.
const std::vector<std::string> kInitdb{"-U",          "postgres",  "--auth=trust",   "--encoding=UTF8",
                                       "--no-locale", "--no-sync", "--wal-segsize=1"};

bool ours_alone(const fs::path& folder) {
    struct stat info {};
    return lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
           (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

fs::path name_in(const fs::path& cache, const Installation& installation) {
    std::string recipe = installation.folder;
    for (const std::string& word : kInitdb) recipe += ' ' + word;
    return cache / ("data-" + installation.version + "-" + std::to_string(std::hash<std::string>{}(recipe)));
}

bool give(const fs::path& path, const Account* owner) {
    return !owner || lchown(path.c_str(), owner->user, owner->group) == 0;
}

/// Folders, files and links with their modes; to `owner`, when there is one.
bool copy_tree(const fs::path& from, const fs::path& to, const Account* owner) {
    std::error_code error;
    if (interrupted() != 0) return false;
    fs::create_directory(to, from, error);
    if (error) return false;
    for (const auto& entry : fs::directory_iterator(from, error)) {
        const fs::path target = to / entry.path().filename();
        if (entry.is_directory() && !entry.is_symlink()) {
            if (!copy_tree(entry.path(), target, owner)) return false;
            continue;
        }
        fs::copy(entry.path(), target, fs::copy_options::copy_symlinks, error);
        if (error || !give(target, owner)) return false;
    }
    return !error && give(to, owner);
}

Result<void> initdb(const Installation& installation, const Account& account, const fs::path& data) {
    Command command{.program = installation.folder + "/initdb", .arguments = {"-D", data}, .account = account};
    command.arguments.insert(command.arguments.end(), kInitdb.begin(), kInitdb.end());
    const Finished finished = TRY(run(command));
    if (interrupted() != 0) return failure("interrupted");
    if (finished.exit_code != 0) return failure(command.program + " failed: " + finished.output);
    return {};
}

/// Of a folder, as long as this lives: the one whose process was killed can be locked by others.
class FolderLock {
public:
    explicit FolderLock(const fs::path& folder)
        : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) {
        held_ = descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    }
    ~FolderLock() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    bool held() const { return held_; }

private:
    int descriptor_;
    bool held_;
};

/// Takes away the copies that killed runs were making.
void collect_unfinished(const fs::path& kept) {
    const std::string prefix = kept.filename().string() + ".";
    std::error_code error, ignored;
    for (const auto& entry : fs::directory_iterator(kept.parent_path(), error)) {
        if (!entry.path().filename().string().starts_with(prefix)) continue;
        if (const FolderLock lock(entry.path()); lock.held()) fs::remove_all(entry.path(), ignored);
    }
}

/// Whoever is first to rename wins; the others' copies go.
void keep(const fs::path& data, const fs::path& kept) {
    std::string name = kept.string() + ".XXXXXX";
    if (!mkdtemp(name.data())) return;
    const FolderLock lock(name);
    const fs::path fresh = fs::path(name) / "data";
    std::error_code ignored;
    if (copy_tree(data, fresh, nullptr)) fs::rename(fresh, kept, ignored);
    fs::remove_all(name, ignored);
}

}  // namespace

fs::path cache_folder() {
    fs::path parent;
    if (const char* chosen = std::getenv("XDG_CACHE_HOME"); chosen && *chosen == '/')
        parent = chosen;
    else if (const char* home = std::getenv("HOME"); home && *home == '/')
        parent = fs::path(home) / ".cache";
    else
        return {};
    const fs::path cache = parent / "pgfence";
    std::error_code error;
    fs::create_directories(parent, error);
    if (mkdir(cache.c_str(), 0700) != 0 && errno != EEXIST) return {};
    return ours_alone(cache) ? cache : fs::path();
}

Result<void> make_data_directory(const Installation& installation, const Account& account, const fs::path& data,
                                 const fs::path& cache) {
    const fs::path kept = cache.empty() ? fs::path() : name_in(cache, installation);
    if (!kept.empty()) collect_unfinished(kept);
    if (!kept.empty() && ours_alone(kept)) {
        if (copy_tree(kept, data, account.differs ? &account : nullptr)) return {};
        if (interrupted() != 0) return failure("interrupted");
        std::error_code ignored;
        fs::remove_all(data, ignored);
    }
    if (auto made = initdb(installation, account, data); !made) return made;
    if (!kept.empty()) keep(data, kept);
    return {};
}

}  // namespace pgfence::trace
