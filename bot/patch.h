#pragma once
// The `patch` of a pull request's file, as GET /repos/{owner}/{repo}/pulls/{n}/files gives it: review comments are
// taken on the lines that it shows, and nowhere else.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

/// A stretch of the new side that one hunk shows.
struct Hunk {
    std::uint32_t first_line = 1;
    std::vector<std::string> lines;  ///< the new side's, without their line breaks
};

/// Hunks in order; what does not read as a patch ends the list.
std::vector<Hunk> hunks_of(std::string_view patch);

/// Whether one hunk shows these lines, with this text ("a\nb").
bool shows(const std::vector<Hunk>& hunks, std::uint32_t first_line, std::string_view text);

}  // namespace pgfence
