#pragma once
// Where strings, quoted names and comments of SQL text begin and end. What psql's lexer (psqlscan.l) knows, no more:
// formats need it so that a marker or a backslash inside a literal is not taken for a command.

#include <cstddef>
#include <string_view>

namespace pgfence::extract {

struct Token {
    enum class Kind {
        space,
        word,           ///< keyword, name or number
        symbol,         ///< one character
        string,         ///< '...', E'...' with its prefix; the prefixes B, X, N and U& are words of their own
        quoted_name,    ///< "..."
        dollar_string,  ///< $tag$...$tag$
        line_comment,   ///< without its line break
        block_comment,  ///< nested ones included
    };
    Kind kind = Kind::space;
    std::size_t begin = 0, end = 0;  ///< bytes, half open
};

/// Literals and comments that are never closed reach to the end of the text. Strings are read with
/// standard_conforming_strings on. Any bytes will do; the whole text takes linear time.
class SqlLexer {
public:
    explicit SqlLexer(std::string_view text, std::size_t from = 0) : text_(text), at_(from) {}

    /// False at the end of the text.
    bool next(Token& token);
    /// Goes on from there, which must not lie before what was read.
    void resume_at(std::size_t offset) { at_ = offset; }

private:
    Token::Kind scan();
    void word();
    void quoted(char quote);
    void escape_string();
    void block_comment();
    bool dollar_string();

    char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

    std::string_view text_;
    std::size_t at_;
};

/// ASCII letters only, as PostgreSQL compares keywords.
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_name(char c);
bool continues_name(char c);

}  // namespace pgfence::extract
