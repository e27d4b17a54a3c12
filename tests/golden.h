#pragma once
// Texts that are kept in the repository, so that a change of one is seen in review.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace pgfence::testing {

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// Where two texts differ: the lines between their common beginning and their common end, with two lines around them.
inline std::string difference(const std::string& kept, const std::string& made) {
    constexpr std::size_t kAround = 2, kMost = 40;
    const auto old_lines = lines_of(kept), new_lines = lines_of(made);
    const std::size_t shorter = std::min(old_lines.size(), new_lines.size());
    std::size_t same = 0, same_end = 0;
    while (same < shorter && old_lines[same] == new_lines[same]) ++same;
    while (same_end < shorter - same &&
           old_lines[old_lines.size() - 1 - same_end] == new_lines[new_lines.size() - 1 - same_end])
        ++same_end;
    std::ostringstream text;
    const auto print = [&](char mark, const std::vector<std::string>& lines, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to && i < from + kMost; ++i) text << mark << ' ' << lines[i] << '\n';
        if (to > from + kMost) text << mark << " (" << to - from - kMost << " more lines)\n";
    };
    text << "@@ line " << same + 1 << " @@\n";
    print(' ', new_lines, same - std::min(same, kAround), same);
    print('-', old_lines, same, old_lines.size() - same_end);
    print('+', new_lines, same, new_lines.size() - same_end);
    print(' ', new_lines, new_lines.size() - same_end, new_lines.size() - same_end + std::min(same_end, kAround));
    if (same == shorter && old_lines.size() == new_lines.size()) text << "(only the last line break differs)\n";
    return text.str();
}

/// `path` is from the root of the repository. PGFENCE_UPDATE=1 writes the file instead.
inline void check_golden(const std::string& path, const std::string& made) {
    const std::filesystem::path file = std::filesystem::path(PGFENCE_SOURCE_DIR) / path;
    if (std::getenv("PGFENCE_UPDATE") != nullptr) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << made;
        return;
    }
    std::ifstream stream(file, std::ios::binary);
    const std::string kept{std::istreambuf_iterator<char>(stream), {}};
    if (kept != made)
        FAIL_CHECK(
            path << " (-) is not what the program says now (+). PGFENCE_UPDATE=1 before the same ctest command writes "
                 << "it anew: read the diff.\n"
                 << difference(kept, made));
}

}  // namespace pgfence::testing
