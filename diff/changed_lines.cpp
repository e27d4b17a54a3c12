#include "diff/changed_lines.h"

#include <algorithm>

#include "diff/git.h"

namespace pgfence::diff {
namespace {

struct Hunk {
    std::uint32_t first, lines;  // of the new side, from 1, counted by LF
    std::uint32_t taken_out;     // lines of the old side
};

std::vector<Hunk> hunks(std::string_view before, std::string_view after) {
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.context_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    const auto keep = [](const git_diff_delta*, const git_diff_hunk* hunk, void* found) {
        static_cast<std::vector<Hunk>*>(found)->push_back({static_cast<std::uint32_t>(hunk->new_start),
                                                           static_cast<std::uint32_t>(hunk->new_lines),
                                                           static_cast<std::uint32_t>(hunk->old_lines)});
        return 0;
    };
    std::vector<Hunk> found;
    start_libgit2();
    git_diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(), nullptr, &options, nullptr,
                     nullptr, keep, nullptr, &found);
    return found;
}

bool has_lone_cr(std::string_view text) {
    for (std::size_t at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1))
        if (at + 1 == text.size() || text[at + 1] != '\n') return true;
    return false;
}

/// Where each line ends that LF alone counts: behind its LF.
std::vector<std::uint32_t> ends_by_lf(std::string_view text) {
    std::vector<std::uint32_t> ends;
    for (std::uint32_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n') ends.push_back(i + 1);
    if (text.empty() || text.back() != '\n') ends.push_back(static_cast<std::uint32_t>(text.size()));
    return ends;
}

}  // namespace

bool takes_lines_out(std::string_view before, std::string_view after) {
    const auto found = hunks(before, after);
    return std::any_of(found.begin(), found.end(), [](const Hunk& hunk) { return hunk.taken_out > 0; });
}

LineSet changed_lines(std::string_view before, std::string_view after) {
    LineSet lines;
    const auto found = hunks(before, after);
    for (const Hunk& hunk : found)
        if (hunk.lines > 0) lines.emplace_back(hunk.first, hunk.first + hunk.lines - 1);
    if (lines.empty() || !has_lone_cr(after)) return lines;
    const LineIndex index(after);
    const auto ends = ends_by_lf(after);
    for (auto& [first, last] : lines) {
        first = index.at(first == 1 ? 0 : ends[first - 2]).line;
        last = index.at(ends[last - 1] - 1).line;
    }
    return lines;
}

}  // namespace pgfence::diff
