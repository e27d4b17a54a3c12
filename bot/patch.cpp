#include "bot/patch.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace pgfence {
namespace {

/// "@@ -1,4 +7,6 @@ context" -> 7
std::optional<std::uint32_t> new_line_of(std::string_view header) {
    const auto plus = header.find(" +");
    if (!header.starts_with("@@ -") || plus == header.npos) return std::nullopt;
    std::uint32_t line = 0;
    const char* begin = header.data() + plus + 2;
    const auto [end, error] = std::from_chars(begin, header.data() + header.size(), line);
    if (error != std::errc() || end == begin) return std::nullopt;
    return line;
}

std::string_view take_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

}  // namespace

std::vector<Hunk> hunks_of(std::string_view patch) {
    std::vector<Hunk> hunks;
    while (!patch.empty()) {
        const auto line = take_line(patch);
        if (const auto first = new_line_of(line))
            hunks.push_back({*first, {}});
        else if (hunks.empty())
            break;
        else if (line.starts_with(' ') || line.starts_with('+'))
            hunks.back().lines.emplace_back(line.substr(1));
        // "-" is the old side's, "\ No newline at end of file" nobody's.
    }
    return hunks;
}

bool shows(const std::vector<Hunk>& hunks, std::uint32_t first_line, std::string_view text) {
    std::vector<std::string_view> wanted;
    for (bool more = true; more;) {
        more = text.find('\n') != text.npos;
        wanted.push_back(take_line(text));
    }
    return std::any_of(hunks.begin(), hunks.end(), [&](const Hunk& hunk) {
        if (first_line < hunk.first_line || first_line - hunk.first_line > hunk.lines.size()) return false;
        const auto begin = hunk.lines.begin() + (first_line - hunk.first_line);
        return static_cast<std::size_t>(hunk.lines.end() - begin) >= wanted.size() &&
               std::equal(wanted.begin(), wanted.end(), begin);
    });
}

}  // namespace pgfence
