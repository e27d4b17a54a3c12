#include "analyze/lower/lexer.h"

#include <algorithm>

namespace pgfence {
namespace {

bool opens(const Token& token) { return token.symbol == '(' || token.symbol == '['; }
bool closes(const Token& token) { return token.symbol == ')' || token.symbol == ']'; }

// Most statements end in no comment, and then their last token need not be looked for from the front.
std::optional<std::size_t> end_without_comment(std::string_view text, std::size_t begin, std::size_t end) {
    while (end > begin && (is_space(text[end - 1]) || text[end - 1] == ';')) --end;
    if (text.substr(begin, end - begin).ends_with("*/")) return std::nullopt;
    for (std::size_t i = end; i > begin && text[i - 1] != '\n' && text[i - 1] != '\r'; --i)
        if (text[i - 1] == '-' && i < end && text[i] == '-') return std::nullopt;
    return end;
}

}  // namespace

Lexer::Lexer(std::string_view text, std::size_t at, std::size_t limit)
    : text_(text.substr(0, std::min(limit, text.size()))), scanner_(text_, at) {}

bool Lexer::is(const Token& token, std::string_view keyword) const {
    if (token.kind != Token::Kind::word || token.span.end - token.span.begin != keyword.size()) return false;
    const auto written = text(token);
    return std::equal(keyword.begin(), keyword.end(), written.begin(), [](char k, char w) { return k == to_lower(w); });
}

Token Lexer::next() {
    for (;;) {
        const Token token = next_or_comment();
        if (token.kind != Token::Kind::comment) return token;
    }
}

Token Lexer::next_or_comment() {
    SqlPiece piece;
    do {
        if (!scanner_.next(piece)) return finish(Token::Kind::end, text_.size(), {text_.size()});
    } while (piece.kind == SqlPiece::Kind::space);
    const SqlEnd end{piece.end, piece.closed};
    switch (piece.kind) {
        case SqlPiece::Kind::space: break;
        case SqlPiece::Kind::line_comment:
        case SqlPiece::Kind::block_comment: return finish(Token::Kind::comment, piece.begin, end);
        case SqlPiece::Kind::quoted_name: return finish(Token::Kind::quoted_name, piece.begin, end);
        case SqlPiece::Kind::dollar_string: return finish(Token::Kind::dollar_string, piece.begin, end);
        case SqlPiece::Kind::string: return string(piece.begin, end, text_[piece.begin] != '\'');
        case SqlPiece::Kind::word: return word(piece);
        case SqlPiece::Kind::symbol: break;
    }
    return symbol(piece.begin);
}

Token Lexer::finish(Token::Kind kind, std::size_t begin, SqlEnd end) {
    scanner_.resume_at(end.at);
    Token token;
    token.kind = kind;
    token.span = {begin, end.at};
    token.closed = end.closed;
    if (kind == Token::Kind::symbol) token.symbol = text_[begin];
    return token;
}

// 'a' and, after a line break, 'b' are one string; "--" comments may stand between. Where the quote of the next part
// is; nothing when there is none.
std::optional<std::size_t> Lexer::continuation(std::size_t from) const {
    bool line_break = false;
    std::size_t i = from;
    for (; i < text_.size(); ++i) {
        if (text_.substr(i, 2) == "--") i = std::min(end_of_line_comment(text_, i), text_.size() - 1);
        if (!is_space(text_[i])) break;
        line_break |= text_[i] == '\n' || text_[i] == '\r';
    }
    return line_break && i < text_.size() && text_[i] == '\'' ? std::optional(i) : std::nullopt;
}

Token Lexer::string(std::size_t begin, SqlEnd end, bool backslashes) {
    while (end.closed) {
        const auto more = continuation(end.at);
        if (!more) break;
        end = backslashes ? end_of_escape_string(text_, *more) : end_of_quoted(text_, *more);
    }
    return finish(Token::Kind::string, begin, end);
}

Token Lexer::word(const SqlPiece& piece) {
    if (is_digit(text_[piece.begin])) return number(piece.begin);
    const char prefix = piece.end - piece.begin == 1 ? to_lower(text_[piece.begin]) : '\0';
    if ((prefix == 'b' || prefix == 'x') && peek(piece.end) == '\'')
        return string(piece.begin, end_of_quoted(text_, piece.end), false);
    if (prefix == 'u' && peek(piece.end) == '&') {
        const std::size_t quote = piece.end + 1;
        if (peek(quote) == '\'') return string(piece.begin, end_of_quoted(text_, quote), false);
        if (peek(quote) == '"') return finish(Token::Kind::quoted_name, piece.begin, end_of_quoted(text_, quote));
    }
    return finish(Token::Kind::word, piece.begin, {piece.end});
}

Token Lexer::symbol(std::size_t begin) {
    if (text_[begin] == '.' && is_digit(peek(begin + 1))) return number(begin);
    std::size_t end = begin + 1;
    if (text_[begin] == '$')  // a parameter: $1
        while (is_digit(peek(end))) ++end;
    return finish(Token::Kind::symbol, begin, {end});
}

Token Lexer::number(std::size_t begin) {
    std::size_t i = begin;
    while (i < text_.size()) {
        const char c = text_[i];
        const bool sign =
            (c == '+' || c == '-') && to_lower(text_[i - 1]) == 'e' && text_[begin + 1] != 'x' && is_digit(peek(i + 1));
        const bool range = c == '.' && peek(i + 1) == '.';
        if (range || !(continues_name(c) || c == '.' || sign)) break;
        ++i;
    }
    return finish(Token::Kind::number, begin, {i});
}

Span trimmed(std::string_view text, std::size_t begin, std::size_t end) {
    Lexer lexer(text, begin, end);
    Token t = lexer.next();
    while (t.symbol == ';') t = lexer.next();
    if (t.kind == Token::Kind::end) return {end, end};
    const std::size_t first = t.span.begin;
    if (const auto last = end_without_comment(text, first, end)) return {first, *last};
    std::size_t last = t.span.end;
    for (; t.kind != Token::Kind::end; t = lexer.next())
        if (t.symbol != ';') last = t.span.end;
    return {first, last};
}

std::optional<Span> in_parentheses(std::string_view text, std::size_t from, std::size_t limit) {
    Lexer lexer(text, from, limit);
    Token token = lexer.next();
    while (token.kind != Token::Kind::end && token.symbol != '(') token = lexer.next();
    if (token.kind == Token::Kind::end) return std::nullopt;
    Span inner{token.span.end, token.span.end};
    bool first = true;
    for (std::size_t depth = 1;;) {
        token = lexer.next();
        if (token.kind == Token::Kind::end) return std::nullopt;
        if (opens(token)) ++depth;
        if (closes(token) && --depth == 0) return inner;
        if (first) inner.begin = token.span.begin;
        first = false;
        inner.end = token.span.end;
    }
}

std::size_t end_of_item(std::string_view text, std::size_t from, std::size_t limit) {
    Lexer lexer(text, from, limit);
    std::size_t end = from, depth = 0;
    for (Token t = lexer.next(); t.kind != Token::Kind::end; t = lexer.next()) {
        if (depth == 0 && (t.symbol == ',' || t.symbol == ';' || closes(t))) break;
        if (opens(t)) ++depth;
        if (closes(t)) --depth;
        end = t.span.end;
    }
    return end;
}

std::optional<Token> find_keyword(std::string_view text, std::size_t from, std::size_t limit,
                                  std::string_view keyword) {
    Lexer lexer(text, from, limit);
    std::size_t depth = 0;
    for (Token t = lexer.next(); t.kind != Token::Kind::end; t = lexer.next()) {
        if (depth == 0 && lexer.is(t, keyword)) return t;
        if (opens(t)) ++depth;
        if (closes(t)) {
            if (depth == 0) return std::nullopt;
            --depth;
        }
    }
    return std::nullopt;
}

}  // namespace pgfence
