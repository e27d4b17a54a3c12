#include "pipeline/world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace pgfence::pipeline {
namespace {

namespace fs = std::filesystem;

struct Descriptor {
    const int number;
    explicit Descriptor(int opened) : number(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) close(number);
    }
};

/// The largest dump of a schema known has a twentieth of it.
constexpr std::size_t kMostBytes = std::size_t{256} << 20;

tl::unexpected<Error> too_large(const std::string& path) {
    return usage_error("could not read " + path + ": it is larger than 256 MiB");
}

/// `<(pg_dump -s)` and standard input are pipes that the user has made; `--config /dev/null` asks for no config.
bool is_given_by_shell(std::string_view path) {
    return path.starts_with("/dev/fd/") || path == "/dev/stdin" || path == "/dev/null";
}

bool is_beneath(const fs::path& path, const fs::path& folder) {
    const fs::path inside = path.lexically_relative(folder);
    return !inside.empty() && *inside.begin() != "..";
}

/// A tree that somebody else wrote may hold links to whatever the machine has, .git with its token included.
bool leads_out_of_repository(const std::string& path) {
    std::error_code failed;
    const fs::path named = fs::absolute(path, failed).lexically_normal();
    fs::path repository = named.parent_path();
    while (!fs::exists(repository / ".git", failed)) {
        if (repository == repository.parent_path()) return false;
        repository = repository.parent_path();
    }
    const fs::path real = fs::canonical(named, failed);
    if (failed) return false;  // opening it says why
    repository = fs::canonical(repository, failed);
    return !is_beneath(real, repository) ||
           (is_beneath(real, repository / ".git") && !is_beneath(named, repository / ".git"));
}

}  // namespace

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 16> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc);
    return std::string(text.data(), length);
}

Result<std::string> read_file(const std::string& path) {
    constexpr std::size_t kBlock = std::size_t{1} << 16;
    if (leads_out_of_repository(path))
        return usage_error(path + " is a link to what is not in the repository, and is not read");
    // Without O_NONBLOCK a named pipe would be waited for.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number < 0) return usage_error("could not open " + path + ": " + std::strerror(errno));
    struct stat about {};
    if (fstat(file.number, &about) != 0) return usage_error("could not read " + path + ": " + std::strerror(errno));
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode) && !is_given_by_shell(path))
        return usage_error("could not read " + path + ": it is no regular file");
    if (!S_ISREG(about.st_mode)) fcntl(file.number, F_SETFL, 0);
    if (about.st_size > static_cast<off_t>(kMostBytes)) return too_large(path);
    const bool regular = S_ISREG(about.st_mode) && about.st_size > 0;
    std::string text;
    for (;;) {
        const std::size_t had = text.size();
        const std::size_t wanted = regular && had == 0 ? static_cast<std::size_t>(about.st_size) : kBlock;
        text.resize(had + wanted);
        const ssize_t got = read(file.number, text.data() + had, wanted);
        // A folder opens, and fails only when it is read.
        if (got < 0 && errno != EINTR) return usage_error("could not read " + path + ": " + std::strerror(errno));
        text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (text.size() > kMostBytes) return too_large(path);
        // One call is enough for nearly all files: what is as long as the file system says has been read whole.
        if (regular && text.size() == static_cast<std::size_t>(about.st_size)) return text;
        if (got == 0) break;
    }
    text.shrink_to_fit();  // an empty file, of which a project may have hundreds, would keep a block
    return text;
}

}  // namespace pgfence::pipeline
