#pragma once
// The folder of one run: the server's data, its socket and its log. Gone with the object; what a killed run left behind
// goes with the next run.

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "trace/process.h"

namespace pgfence::trace {

class RunFolder {
public:
    /// A new folder of a random name below `parent`, for its owner alone; it is the server's account's.
    static Result<RunFolder> make(const std::filesystem::path& parent, const Account& account);
    RunFolder(RunFolder&& other) noexcept;
    RunFolder& operator=(RunFolder&& other) = delete;
    ~RunFolder();
    const std::filesystem::path& path() const { return path_; }

private:
    RunFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
    std::filesystem::path path_;
    int lock_ = -1;  ///< of the lock file; the kernel unlocks it when this process ends
};

/// Where run folders may be: TMPDIR alone where it is set, else memory (/dev/shm) when there is plenty, else /tmp. The
/// first is where new ones are made. A socket's path has room for 107 bytes.
std::vector<std::filesystem::path> scratch_parents();

/// Removes the folders of runs that ended without doing so, and answers how many there were. Those of others and of
/// runs that go on are left alone.
int collect_orphans(const std::filesystem::path& parent, const Account& account);

}  // namespace pgfence::trace
