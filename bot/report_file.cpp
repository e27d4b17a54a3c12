#include "bot/report_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "bot/workflow_text.h"

namespace pgfence {
namespace {

namespace fs = std::filesystem;

class Descriptor {
public:
    explicit Descriptor(int opened) : number_(opened) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    int number() const { return number_; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

tl::unexpected<Error> not_written(const std::string& path, std::string_view why) {
    return failure(path + " is not written: " + std::string(why));
}

/// A file that a container's root leaves behind is in the way of the steps after it.
void give_to_owner_of(int root, int made) {
    struct stat owner {};
    if (geteuid() != 0 || fstat(root, &owner) != 0) return;
    // Where it fails (a file system without owners) the file is there all the same.
    if (fchown(made, owner.st_uid, owner.st_gid) != 0) return;
}

/// Names the kind of an entry that is neither a regular file nor, where a folder is wanted, a folder.
std::string_view what_is(const struct stat& there) {
    if (S_ISLNK(there.st_mode)) return "a symbolic link, which is not followed";
    return S_ISDIR(there.st_mode) ? "a folder" : "no regular file";
}

Result<Descriptor> folder_beneath(int root, int parent, const std::string& name, const std::string& shown,
                                  const std::string& path) {
    const bool made = mkdirat(parent, name.c_str(), 0755) == 0;
    if (!made && errno != EEXIST)
        return not_written(path, "the folder " + shown + " could not be made: " + std::strerror(errno));
    Descriptor opened(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (opened.number() < 0) {
        const int error = errno;
        struct stat there {};
        const bool looked = fstatat(parent, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0;
        if (looked && !S_ISDIR(there.st_mode)) return not_written(path, shown + " is " + std::string(what_is(there)));
        return not_written(path, "the folder " + shown + " could not be opened: " + std::strerror(error));
    }
    if (made) give_to_owner_of(root, opened.number());
    return opened;
}

Result<void> write_in(int root, int folder, const std::string& name, const std::string& path,
                      const WriteContent& content) {
    struct stat there {};
    if (fstatat(folder, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(there.st_mode))
        return not_written(path, "it is " + std::string(what_is(there)));
    const std::string made = ".pgfence-" + random_token();
    Descriptor opened(openat(folder, made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (opened.number() < 0) return not_written(path, std::strerror(errno));
    give_to_owner_of(root, opened.number());
    std::FILE* file = fdopen(opened.number(), "wb");
    if (file) static_cast<void>(opened.release());
    const bool written = file && content(file);
    const bool closed = file && std::fclose(file) == 0;
    if (written && closed && renameat(folder, made.c_str(), folder, name.c_str()) == 0) return {};
    const std::string why = std::strerror(errno);
    unlinkat(folder, made.c_str(), 0);
    return not_written(path, why);
}

/// The folder with .git that holds `folder`; `folder` when there is none.
fs::path repository_of(const fs::path& folder) {
    std::error_code ignored;
    for (fs::path at = folder;; at = at.parent_path()) {
        if (fs::exists(at / ".git", ignored)) return at;
        if (at == at.parent_path()) return folder;
    }
}

bool leads_out(const fs::path& relative) { return relative.empty() || *relative.begin() == ".."; }

}  // namespace

Result<void> write_beneath(const std::string& root, const std::string& path, const WriteContent& content) {
    const fs::path inside = fs::path(path).lexically_normal();
    if (inside.is_absolute() || leads_out(inside) || !inside.has_filename() || inside == ".")
        return not_written(path, "it names no file beneath " + root);
    const Descriptor top(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (top.number() < 0)
        return not_written(path, "the folder " + root + " could not be opened: " + std::strerror(errno));
    Descriptor folder(dup(top.number()));
    fs::path shown;
    for (const fs::path& name : inside.parent_path()) {
        shown /= name;
        folder = TRY(folder_beneath(top.number(), folder.number(), name.string(), shown.string(), path));
    }
    return write_in(top.number(), folder.number(), inside.filename().string(), path, content);
}

Result<void> write_report_file(const std::string& path, const WriteContent& content) {
    std::error_code ignored;
    const fs::path here = fs::current_path(ignored);
    const fs::path root = repository_of(here);
    const fs::path inside = (here / path).lexically_normal().lexically_relative(root);
    if (!leads_out(inside) && !here.empty()) return write_beneath(root.string(), inside.string(), content);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    const bool written = file && content(file);
    const bool closed = file && std::fclose(file) == 0;
    if (!written || !closed) return not_written(path, std::strerror(errno));
    return {};
}

Result<void> append_to_file(const std::string& path, const std::string& text) {
    const Descriptor file(
        open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
    struct stat about {};
    if (file.number() < 0) return failure(std::strerror(errno));
    if (fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode)) return failure("it is no regular file");
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t wrote = write(file.number(), text.data() + done, text.size() - done);
        if (wrote < 0 && errno != EINTR) return failure(std::strerror(errno));
        done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
    }
    return {};
}

}  // namespace pgfence
