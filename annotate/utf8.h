#pragma once
// UTF-8 in and out. Files hold any bytes: what is not UTF-8 reads as U+FFFD, one for each maximal broken piece.

#include <cstddef>
#include <string>
#include <string_view>

namespace pgfence::annotate {

inline constexpr char32_t kReplacement = 0xFFFD;

/// The code point at `at`, which moves behind it. `at` must be inside the text.
char32_t next_code_point(std::string_view text, std::size_t& at);
void append(std::string& out, char32_t code_point);

std::size_t code_points(std::string_view text);

/// At most `most` code points: a text that is longer ends in "..." (which counts).
std::string shortened(std::string_view text, std::size_t most);

/// At most `most` bytes, cut between code points, ending in "..." when it was longer.
std::string shortened_bytes(std::string_view text, std::size_t most);

/// Columns on a terminal: 2 for East Asian wide characters, 0 for combining ones.
int columns(char32_t code_point);
std::size_t columns(std::string_view text);

}  // namespace pgfence::annotate
