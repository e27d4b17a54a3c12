#include "annotate/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pgfence::annotate {
namespace {

struct Range {
    char32_t first, last;
};

// Unicode Standard Annex #11, East_Asian_Width W and F, in broad strokes: carets may be off by one under rare scripts.
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                           Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
                           Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
                           Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF},
                           Range{0x20000, 0x3FFFD}};
constexpr std::array kCombining{Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                                Range{0x064B, 0x065F}, Range{0x0E34, 0x0E3A}, Range{0x1AB0, 0x1AFF},
                                Range{0x1DC0, 0x1DFF}, Range{0x20D0, 0x20FF}, Range{0xFE20, 0xFE2F}};

template <std::size_t n>
bool in(const std::array<Range, n>& ranges, char32_t c) {
    return std::any_of(ranges.begin(), ranges.end(), [c](Range range) { return range.first <= c && c <= range.last; });
}

/// What a lead byte promises: how many bytes follow, and the range of the first of them (Unicode Standard, table 3-7).
struct Lead {
    int following;
    std::uint8_t low, high;
};

Lead lead(std::uint8_t byte) {
    if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
    if (byte == 0xE0) return {2, 0xA0, 0xBF};
    if (byte == 0xED) return {2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
    if (byte == 0xF0) return {3, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
    if (byte == 0xF4) return {3, 0x80, 0x8F};
    return {0, 0, 0};
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = static_cast<std::uint8_t>(text[at++]);
    if (byte < 0x80) return byte;
    auto [following, low, high] = lead(byte);
    if (following == 0) return kReplacement;
    char32_t value = byte & (0x3F >> following);
    for (; following > 0; --following) {
        if (at == text.size()) return kReplacement;
        const auto more = static_cast<std::uint8_t>(text[at]);
        if (more < low || more > high) return kReplacement;
        value = (value << 6) | (more & 0x3F);
        ++at;
        low = 0x80, high = 0xBF;
    }
    return value;
}

void append(std::string& out, char32_t c) {
    const auto push = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte))); };
    if (c < 0x80) return push(c);
    if (c < 0x800) return push(0xC0 | (c >> 6)), push(0x80 | (c & 0x3F));
    if (c < 0x10000) return push(0xE0 | (c >> 12)), push(0x80 | ((c >> 6) & 0x3F)), push(0x80 | (c & 0x3F));
    push(0xF0 | (c >> 18)), push(0x80 | ((c >> 12) & 0x3F)), push(0x80 | ((c >> 6) & 0x3F)), push(0x80 | (c & 0x3F));
}

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) next_code_point(text, at);
    return count;
}

std::string shortened(std::string_view text, std::size_t most) {
    std::size_t at = 0, count = 0, keep = 0;
    while (at < text.size() && count <= most) {
        next_code_point(text, at);
        if (++count + 3 == most) keep = at;
    }
    if (count <= most) return std::string(text);
    return std::string(text.substr(0, keep)) + "...";
}

std::string shortened_bytes(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    std::size_t at = 0, keep = 0;
    while (at + 3 <= most) {
        keep = at;
        next_code_point(text, at);
    }
    return std::string(text.substr(0, keep)) + "...";
}

int columns(char32_t code_point) {
    if (code_point < 0x300) return 1;
    if (in(kCombining, code_point)) return 0;
    return in(kWide, code_point) ? 2 : 1;
}

std::size_t columns(std::string_view text) {
    std::size_t total = 0;
    for (std::size_t at = 0; at < text.size();) total += static_cast<std::size_t>(columns(next_code_point(text, at)));
    return total;
}

}  // namespace pgfence::annotate
