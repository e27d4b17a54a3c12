#pragma once
// What every folder asks of text. Letters, digits, case and blanks are ASCII's, whatever the locale, as in PostgreSQL's
// own scanner. A byte from 0x80 on is none of them.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

// ---- of a byte -----------------------------------------------------------------------------------------------------

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }
constexpr bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
/// One of kSpaces.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
/// One of kBlanks.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
/// A byte of a UTF-8 character that is not its first.
constexpr bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

inline constexpr std::string_view kDigits = "0123456789";
/// What PostgreSQL's scanner and C take for white space.
inline constexpr std::string_view kSpaces = " \t\n\v\f\r";
/// Without vertical tab and form feed: what most file formats take for white space.
inline constexpr std::string_view kBlanks = " \t\n\r";

// ---- of a text -----------------------------------------------------------------------------------------------------

std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }
/// One of the names, letter by letter.
bool is_among(std::string_view name, const auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}
/// At least one digit, and nothing else.
inline bool is_all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of(kDigits) == text.npos;
}
std::string_view leading_digits(std::string_view text);
/// Hexadecimal digits alone, in lower case: as git writes ids.
inline bool is_lower_hex(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// Without the blanks at both ends. Which bytes count as blanks differs: some readers mean spaces and line breaks only.
std::string_view trim(std::string_view text, std::string_view blanks = kSpaces);
/// Runs of blanks become one space each, those at both ends nothing.
std::string one_line(std::string_view text, std::string_view blanks = kSpaces);

/// What stands between the separators, each of them one byte: empty pieces too, and at least one.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);
/// The parts with the separator between them; none behind empty ones at the front.
template <class Parts>
std::string joined(const Parts& parts, std::string_view separator = ", ") {
    std::string all;
    for (const auto& part : parts) {
        if (!all.empty()) all += separator;
        all += part;
    }
    return all;
}
/// "a, b and 3 more", where there are more than `most`.
std::string joined_up_to(std::size_t most, const std::vector<std::string>& parts);

/// "1 file", "3 files"; "2 mismatches" when the plural is said.
std::string counted(std::size_t count, std::string_view noun, std::string_view plural = "");

/// Spaces in the place of these bytes, line breaks kept: what is not for a parser goes without moving anything.
void blank(std::string& text, std::size_t begin, std::size_t end);

/// Between quotes, those inside doubled: as SQL writes strings and names.
std::string in_doubled_quotes(std::string_view text, char quote);
/// Between double quotes, those inside and backslashes behind a backslash: as TOML writes strings.
std::string in_escaped_quotes(std::string_view text);

}  // namespace pgfence
