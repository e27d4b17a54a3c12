#include "extract/sql_lexer.h"

#include <algorithm>

namespace pgfence::extract {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_name(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) { return starts_name(c) || is_digit(c) || c == '$'; }

bool SqlLexer::next(Token& token) {
    if (at_ >= text_.size()) return false;
    token.begin = at_;
    token.kind = scan();
    token.end = at_ = std::min(at_, text_.size());
    return true;
}

Token::Kind SqlLexer::scan() {
    const char c = text_[at_];
    if (is_space(c)) {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        return Token::Kind::space;
    }
    if (starts_name(c) || is_digit(c)) {
        const std::size_t begin = at_;
        word();
        const bool escapes = at_ == begin + 1 && lower(c) == 'e' && at(at_) == '\'';
        if (!escapes) return Token::Kind::word;
        escape_string();
        return Token::Kind::string;
    }
    if (c == '\'') {
        quoted('\'');
        return Token::Kind::string;
    }
    if (c == '"') {
        quoted('"');
        return Token::Kind::quoted_name;
    }
    if (c == '$' && dollar_string()) return Token::Kind::dollar_string;
    if (c == '-' && at(at_ + 1) == '-') {
        at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
        return Token::Kind::line_comment;
    }
    if (c == '/' && at(at_ + 1) == '*') {
        block_comment();
        return Token::Kind::block_comment;
    }
    ++at_;
    return Token::Kind::symbol;
}

void SqlLexer::word() {
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
}

void SqlLexer::quoted(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] != quote) continue;
        ++at_;
        if (at(at_) != quote) return;  // a doubled quote stands for one
    }
}

void SqlLexer::escape_string() {
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '\\') {
            ++at_;
        } else if (text_[at_] == '\'') {
            ++at_;
            if (at(at_) != '\'') return;
        }
    }
}

void SqlLexer::block_comment() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
        if (text_[at_] == '/' && at(at_ + 1) == '*') {
            ++depth;
            at_ += 2;
        } else if (text_[at_] == '*' && at(at_ + 1) == '/') {
            at_ += 2;
            if (--depth == 0) return;
        } else {
            ++at_;
        }
    }
}

bool SqlLexer::dollar_string() {
    std::size_t end = at_ + 1;
    if (starts_name(at(end)))
        while (continues_name(at(end)) && at(end) != '$') ++end;
    if (at(end) != '$') return false;
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const std::size_t close = text_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? text_.size() : close + tag.size();
    return true;
}

}  // namespace pgfence::extract
