#include "pipeline/world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace pgfence::pipeline {
namespace {

struct Descriptor {
    const int number;
    explicit Descriptor(int opened) : number(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) close(number);
    }
};

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
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number < 0) return usage_error("could not open " + path + ": " + std::strerror(errno));
    struct stat about {};
    const bool regular = fstat(file.number, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
    std::string text;
    for (;;) {
        const std::size_t had = text.size();
        const std::size_t wanted = regular && had == 0 ? static_cast<std::size_t>(about.st_size) : kBlock;
        text.resize(had + wanted);
        const ssize_t got = read(file.number, text.data() + had, wanted);
        // A folder opens, and fails only when it is read.
        if (got < 0 && errno != EINTR) return usage_error("could not read " + path + ": " + std::strerror(errno));
        text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        // One call is enough for nearly all files: what is as long as the file system says has been read whole.
        if (regular && text.size() == static_cast<std::size_t>(about.st_size)) return text;
        if (got == 0) break;
    }
    text.shrink_to_fit();  // an empty file, of which a project may have hundreds, would keep a block
    return text;
}

}  // namespace pgfence::pipeline
