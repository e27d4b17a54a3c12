#include "analyze/lower/lexer.h"

#include <algorithm>
#include <array>

namespace pgfence {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool begins_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr auto kContinuesWord = [] {
    std::array<bool, 256> continues{};
    for (std::size_t byte = 0; byte < continues.size(); ++byte) {
        const char c = static_cast<char>(byte);
        continues[byte] = begins_word(c) || is_digit(c) || c == '$';
    }
    return continues;
}();
bool continues_word(char c) { return kContinuesWord[static_cast<unsigned char>(c)]; }
char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool opens(const Token& token) { return token.symbol == '(' || token.symbol == '['; }
bool closes(const Token& token) { return token.symbol == ')' || token.symbol == ']'; }

// Most statements end in no comment, and then their last token need not be looked for from the front.
std::optional<std::size_t> end_without_comment(std::string_view text, std::size_t begin, std::size_t end) {
    while (end > begin && (is_blank(text[end - 1]) || text[end - 1] == ';')) --end;
    if (text.substr(begin, end - begin).ends_with("*/")) return std::nullopt;
    for (std::size_t i = end; i > begin && text[i - 1] != '\n' && text[i - 1] != '\r'; --i)
        if (text[i - 1] == '-' && i < end && text[i] == '-') return std::nullopt;
    return end;
}

}  // namespace

Lexer::Lexer(std::string_view text, std::size_t at, std::size_t limit)
    : text_(text.substr(0, std::min(limit, text.size()))), at_(at) {}

bool Lexer::is(const Token& token, std::string_view keyword) const {
    if (token.kind != Token::Kind::word || token.span.end - token.span.begin != keyword.size()) return false;
    const auto written = text(token);
    return std::equal(keyword.begin(), keyword.end(), written.begin(), [](char k, char w) { return k == lowered(w); });
}

Token Lexer::next() {
    for (;;) {
        const Token token = next_or_comment();
        if (token.kind != Token::Kind::comment) return token;
    }
}

Token Lexer::finish(Token::Kind kind, std::size_t begin, std::size_t end, bool closed) {
    at_ = end;
    Token token;
    token.kind = kind;
    token.span = {begin, end};
    token.closed = closed;
    if (kind == Token::Kind::symbol) token.symbol = text_[begin];
    return token;
}

void Lexer::skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

Token Lexer::next_or_comment() {
    skip_blanks();
    if (at_ >= text_.size()) return finish(Token::Kind::end, text_.size(), text_.size());
    const char c = text_[at_];
    if (c == '-' && peek(1) == '-') return line_comment();
    if (c == '/' && peek(1) == '*') return block_comment();
    if (c == '\'') return string(at_, at_, false);
    if (c == '"') return quoted_name(at_, at_);
    if (c == '$') return dollar();
    if (begins_word(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    return finish(Token::Kind::symbol, at_, at_ + 1);
}

Token Lexer::line_comment() {
    return finish(Token::Kind::comment, at_, std::min(text_.find_first_of("\r\n", at_), text_.size()));
}

// PostgreSQL's block comments nest.
Token Lexer::block_comment() {
    std::size_t depth = 0, i = at_;
    while (i + 1 < text_.size()) {
        if (text_[i] == '/' && text_[i + 1] == '*') {
            ++depth;
            i += 2;
        } else if (text_[i] == '*' && text_[i + 1] == '/') {
            i += 2;
            if (--depth == 0) return finish(Token::Kind::comment, at_, i);
        } else {
            ++i;
        }
    }
    return finish(Token::Kind::comment, at_, text_.size(), false);
}

// 'a' and, after a line break, 'b' are one string; "--" comments may stand between. Behind the quote of the next part,
// or `from` when there is none.
std::size_t Lexer::continuation(std::size_t from) const {
    bool line_break = false;
    std::size_t i = from;
    for (; i < text_.size(); ++i) {
        if (text_.substr(i, 2) == "--") i = std::min(text_.find_first_of("\r\n", i), text_.size() - 1);
        if (!is_blank(text_[i])) break;
        line_break |= text_[i] == '\n' || text_[i] == '\r';
    }
    return line_break && i < text_.size() && text_[i] == '\'' ? i + 1 : from;
}

Token Lexer::string(std::size_t begin, std::size_t quote, bool backslashes) {
    std::size_t i = quote + 1;
    while (i < text_.size()) {
        if (backslashes && text_[i] == '\\') {
            i += 2;
        } else if (text_[i] != '\'') {
            ++i;
        } else if (i + 1 < text_.size() && text_[i + 1] == '\'') {
            i += 2;
        } else {
            const std::size_t more = continuation(i + 1);
            if (more == i + 1) return finish(Token::Kind::string, begin, i + 1);
            i = more;
        }
    }
    return finish(Token::Kind::string, begin, text_.size(), false);
}

Token Lexer::quoted_name(std::size_t begin, std::size_t quote) {
    std::size_t i = quote + 1;
    for (;;) {
        i = text_.find('"', i);
        if (i == std::string_view::npos) return finish(Token::Kind::quoted_name, begin, text_.size(), false);
        if (i + 1 >= text_.size() || text_[i + 1] != '"') return finish(Token::Kind::quoted_name, begin, i + 1);
        i += 2;
    }
}

Token Lexer::dollar() {
    std::size_t i = at_ + 1;
    if (i < text_.size() && is_digit(text_[i])) {
        while (i < text_.size() && is_digit(text_[i])) ++i;
        return finish(Token::Kind::symbol, at_, i);
    }
    while (i < text_.size() && text_[i] != '$' && continues_word(text_[i])) ++i;
    if (i >= text_.size() || text_[i] != '$') return finish(Token::Kind::symbol, at_, at_ + 1);
    const auto tag = text_.substr(at_, i + 1 - at_);
    const auto close = text_.find(tag, i + 1);
    if (close == std::string_view::npos) return finish(Token::Kind::dollar_string, at_, text_.size(), false);
    return finish(Token::Kind::dollar_string, at_, close + tag.size());
}

Token Lexer::word() {
    std::size_t i = at_ + 1;
    while (i < text_.size() && continues_word(text_[i])) ++i;
    const auto length = i - at_;
    const char first = lowered(text_[at_]);
    if (length == 1 && peek(1) == '\'' && (first == 'e' || first == 'b' || first == 'x'))
        return string(at_, i, first == 'e');
    if (length == 1 && first == 'u' && peek(1) == '&') {
        if (peek(2) == '\'') return string(at_, at_ + 2, false);
        if (peek(2) == '"') return quoted_name(at_, at_ + 2);
    }
    return finish(Token::Kind::word, at_, i);
}

Token Lexer::number() {
    std::size_t i = at_;
    while (i < text_.size()) {
        const char c = text_[i];
        const bool sign = (c == '+' || c == '-') && lowered(text_[i - 1]) == 'e' && text_[at_ + 1] != 'x' &&
                          i + 1 < text_.size() && is_digit(text_[i + 1]);
        const bool range = c == '.' && i + 1 < text_.size() && text_[i + 1] == '.';
        if (range || !(continues_word(c) || c == '.' || sign)) break;
        ++i;
    }
    return finish(Token::Kind::number, at_, i);
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
