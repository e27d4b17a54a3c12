#pragma once
// Where the words, strings, quoted names and comments of SQL text begin and end: the one place that knows, for
// PostgreSQL (scan.l) and psql (psqlscan.l) alike, with standard_conforming_strings on. It never fails: any bytes will
// do, it may begin anywhere between two pieces, and what is never closed reaches to the end of the text, which takes
// linear time.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/text.h"

namespace pgfence {

/// Of a name that is not quoted; bytes from 0x80 on belong to letters of UTF-8.
constexpr bool starts_name(char c) { return is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
inline constexpr auto kContinuesName = [] {
    std::array<bool, 256> continues{};
    for (std::size_t byte = 0; byte < continues.size(); ++byte) {
        const char c = static_cast<char>(byte);
        continues[byte] = starts_name(c) || is_digit(c) || c == '$';
    }
    return continues;
}();
constexpr bool continues_name(char c) { return kContinuesName[static_cast<unsigned char>(c)]; }

struct SqlEnd {
    std::size_t at;      ///< behind the last byte
    bool closed = true;  ///< false: the text ends first
};

/// Of '...' and "...", whose quote stands at `quote`; one that is doubled stays inside.
SqlEnd end_of_quoted(std::string_view sql, std::size_t quote);
/// Of E'...': a backslash takes the byte behind it along.
SqlEnd end_of_escape_string(std::string_view sql, std::size_t quote);
/// Of $tag$...$tag$; nothing when the dollar begins none.
std::optional<SqlEnd> end_of_dollar_string(std::string_view sql, std::size_t dollar);
/// Where its line ends.
std::size_t end_of_line_comment(std::string_view sql, std::size_t begin);
/// They nest.
SqlEnd end_of_block_comment(std::string_view sql, std::size_t begin);

struct SqlPiece {
    enum class Kind {
        space,
        word,           ///< keyword, name or number, which may be only its part before a dot or sign
        symbol,         ///< one byte
        string,         ///< '...', E'...' with its prefix; the prefixes B, X, N and U& are pieces of their own
        quoted_name,    ///< "..."
        dollar_string,  ///< $tag$...$tag$
        line_comment,   ///< without its line break
        block_comment,
    };
    Kind kind = Kind::space;
    std::size_t begin = 0, end = 0;  ///< bytes, half open
    bool closed = true;              ///< false: string, name or comment that the text ends in
};

/// The pieces one after another; together they are the text.
class SqlScanner {
public:
    explicit SqlScanner(std::string_view sql, std::size_t from = 0) : sql_(sql), at_(from) {}

    /// False at the end of the text.
    bool next(SqlPiece& piece);
    /// Behind the last piece.
    std::size_t at() const { return at_; }
    /// Goes on from there, which must not lie before what was read.
    void resume_at(std::size_t offset) { at_ = offset; }

private:
    struct Scanned {
        SqlPiece::Kind kind;
        SqlEnd end;
    };
    Scanned scan() const;
    Scanned scan_word() const;
    char peek(std::size_t offset) const { return offset < sql_.size() ? sql_[offset] : '\0'; }

    std::string_view sql_;
    std::size_t at_;
};

}  // namespace pgfence
