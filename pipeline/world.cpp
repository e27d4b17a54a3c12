// The two things of the world that a review needs beside git: the date and the files it is given.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

#include "pipeline/run.h"

namespace pgfence::pipeline {

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 16> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc);
    return std::string(text.data(), length);
}

Result<std::string> read_file(const std::string& path) {
    const auto close = [](std::FILE* file) { std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
    if (!file) return usage_error("could not open " + path + ": " + std::strerror(errno));
    std::string text;
    std::array<char, 1 << 16> block;
    while (const std::size_t got = std::fread(block.data(), 1, block.size(), file.get()))
        text.append(block.data(), got);
    // A folder opens, and fails only when it is read.
    if (std::ferror(file.get())) return usage_error("could not read " + path + ": " + std::strerror(errno));
    return text;
}

}  // namespace pgfence::pipeline
