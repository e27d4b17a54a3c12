#pragma once
// In which encoding a file was written. PostgreSQL's own is taken to be UTF-8; a runner may have been told otherwise.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgfence {

/// Length of the well-formed UTF-8 sequence that begins the text (RFC 3629: no surrogates, nothing overlong), or 0.
std::size_t utf8_sequence(std::string_view text);
/// How many bytes from the beginning are ASCII and none of them NUL.
std::uint32_t plain_bytes(std::string_view text);

enum class Encoding : std::uint8_t {
    utf8,     ///< or ASCII
    utf16,    ///< by its byte order mark
    latin1,   ///< text in one byte a character: Windows-1252, of which ISO 8859-1 is part
    unknown,  ///< NUL bytes, control characters, or UTF-16 that is none
};
Encoding encoding_of(std::string_view bytes);
std::string_view name_of(Encoding encoding);

/// The text in UTF-8, without UTF-16's mark. Line breaks stay line breaks and characters characters, so that lines and
/// columns are those that an editor shows of the file. Of unknown encoding: the bytes as they are.
std::string in_utf8(std::string bytes, Encoding encoding);

}  // namespace pgfence
