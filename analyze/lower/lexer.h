#pragma once
// Finds the ends of what the parse tree only gives the begin of, and splits text the parser refuses. It puts the pieces
// of core/sql_scanner.h together to tokens as PostgreSQL's scan.l does, but never fails, allocates nothing and starts
// anywhere between two tokens: scanning only the few clauses whose text is asked for is far cheaper than the real
// scanner over the whole file.

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/sql_scanner.h"

namespace pgfence {

/// Bytes, half open.
struct Span {
    std::size_t begin = 0, end = 0;
    bool empty() const { return begin >= end; }
};

struct Token {
    enum class Kind { end, word, quoted_name, string, dollar_string, number, symbol, comment };
    Kind kind = Kind::end;
    Span span;
    char symbol = 0;     ///< of Kind::symbol: one byte, also of operators that are longer
    bool closed = true;  ///< false: string, name or comment that the text ends in
};

/// Tokens of text[at, limit) one after another.
class Lexer {
public:
    Lexer(std::string_view text, std::size_t at, std::size_t limit);
    Token next();  ///< comments left out
    Token next_or_comment();
    bool is(const Token& token, std::string_view keyword) const;  ///< an unquoted word, any case; keyword in lower case
    std::string_view text(const Token& token) const {
        return text_.substr(token.span.begin, token.span.end - token.span.begin);
    }
    std::size_t at() const { return scanner_.at(); }

private:
    Token finish(Token::Kind kind, std::size_t begin, SqlEnd end);
    Token string(std::size_t begin, SqlEnd end, bool backslashes);
    std::optional<std::size_t> continuation(std::size_t from) const;
    Token word(const SqlPiece& piece);
    Token symbol(std::size_t begin);
    Token number(std::size_t begin);
    char peek(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

    std::string_view text_;  // cut at the limit
    SqlScanner scanner_;
};

/// First and last token of text[begin, end): blanks, comments and semicolons around them left out. Empty at `end` if
/// none.
Span trimmed(std::string_view text, std::size_t begin, std::size_t end);
/// The text between the first "(" at or after `from` and its ")", trimmed. Nothing when there is none before `limit`.
std::optional<Span> in_parentheses(std::string_view text, std::size_t from, std::size_t limit);
/// The end of the list item that begins at `from`: of the last token before a "," or a closing bracket of an outer
/// level.
std::size_t end_of_item(std::string_view text, std::size_t from, std::size_t limit);
/// The keyword at the bracket depth of `from`, searched up to the bracket that closes it. Nothing when there is none.
std::optional<Token> find_keyword(std::string_view text, std::size_t from, std::size_t limit, std::string_view keyword);

}  // namespace pgfence
