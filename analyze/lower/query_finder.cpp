#include "analyze/lower/query_finder.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence {
namespace {

// A query begins where its statement does or a few words behind. Looking further would cost a hostile body its square.
constexpr int kTokens = 300;

// INTO and what follows it comes as blanks, as many as it has bytes.
bool stands_at(std::string_view text, std::string_view query) {
    return text.size() >= query.size() &&
           std::equal(query.begin(), query.end(), text.begin(), [](char q, char t) { return q == t || q == ' '; });
}

}  // namespace

QueryFinder::QueryFinder(std::string_view sql, Span body) : sql_(sql), body_(body), at_(body.begin) {
    if (body_.empty()) return;
    lines_.push_back(body_.begin);
    for (std::size_t i = body_.begin; i < body_.end; ++i)
        if (sql_[i] == '\n') lines_.push_back(i + 1);
}

std::size_t QueryFinder::begin_of(int line) const {
    if (line < 1) return body_.begin;
    return static_cast<std::size_t>(line) <= lines_.size() ? lines_[static_cast<std::size_t>(line) - 1] : body_.end;
}

std::optional<Span> QueryFinder::search(std::string_view query, std::size_t from, std::size_t behind) const {
    if (body_.empty() || query.size() <= behind) return std::nullopt;
    Lexer lexer(sql_, from, body_.end);
    const std::string_view body = sql_.substr(0, body_.end);
    for (int i = 0; i < kTokens; ++i) {
        const Token t = lexer.next();
        if (t.kind == Token::Kind::end) break;
        const std::size_t begin = t.span.begin + behind;
        // The first word of a PERFORM is written otherwise, and only there.
        const std::size_t same = behind > 0 ? std::string_view("SELECT").size() : 0;
        if (begin + same > body.size()) break;
        if (behind > 0 && !lexer.is(t, "perform")) continue;
        if (stands_at(body.substr(begin + same), query.substr(same))) return Span{begin, begin + query.size()};
    }
    return std::nullopt;
}

std::optional<Span> QueryFinder::find(std::string_view query, int line, std::size_t behind) {
    const auto found = search(query, std::max(at_, begin_of(line)), behind);
    if (found) at_ = found->end;
    return found;
}

std::optional<Span> QueryFinder::find_anywhere(std::string_view query, int line) const {
    return search(query, begin_of(line), 0);
}

std::pair<std::string, std::string> QueryFinder::declaration(std::string_view name, int line) const {
    if (body_.empty()) return {};
    Lexer lexer(sql_, begin_of(line), body_.end);
    const auto is_name = [&](const Token& t) {
        return t.kind == Token::Kind::quoted_name ? sql_.substr(t.span.begin + 1, t.span.end - t.span.begin - 2) == name
                                                  : lexer.is(t, name);
    };
    Token t = lexer.next();
    for (int i = 0; i < kTokens && t.kind != Token::Kind::end && !is_name(t); ++i) t = lexer.next();
    if (t.kind == Token::Kind::end || !is_name(t)) return {};
    const std::size_t begin = t.span.end;
    std::size_t type_end = 0, value = 0, end = begin;
    for (t = lexer.next(); t.kind != Token::Kind::end && t.symbol != ';'; t = lexer.next()) {
        const bool assigns = lexer.is(t, "default") || t.symbol == '=' || t.symbol == ':';
        const bool double_colon = t.symbol == ':' && sql_.substr(t.span.end).starts_with(':');
        if (lexer.is(t, "in") && end == begin) return {};  // FOR name IN
        if (!type_end && assigns && !double_colon) type_end = t.span.begin;
        if (type_end && !value && !(assigns || t.symbol == '=')) value = t.span.begin;
        end = t.span.end;
    }
    if (t.symbol != ';') return {};
    if (!type_end) type_end = end;
    std::string type(sql_.substr(begin, type_end - begin));
    const std::size_t modifiers = lower_case(type).find(" not null");
    if (modifiers != std::string::npos) type.resize(modifiers);
    if (const Span only = trimmed(type, 0, type.size()); !only.empty())
        type = type.substr(only.begin, only.end - only.begin);
    if (lower_case(type).starts_with("constant ")) type.erase(0, std::string_view("constant ").size());
    return {type, value ? std::string(sql_.substr(value, end - value)) : std::string()};
}

std::optional<Span> QueryFinder::line(int line) const {
    if (body_.empty() || line < 1 || static_cast<std::size_t>(line) > lines_.size()) return std::nullopt;
    const std::size_t begin = begin_of(line);
    const Span span = trimmed(sql_, begin, std::max(begin, begin_of(line + 1)));
    return span.empty() ? std::nullopt : std::optional(span);
}

Span QueryFinder::with_keyword(Span found, std::string_view keyword) const {
    std::size_t end = found.begin;
    while (end > body_.begin && is_blank(sql_[end - 1])) --end;
    if (end < body_.begin + keyword.size()) return found;
    Lexer lexer(sql_, end - keyword.size(), end);
    const Token t = lexer.next();
    return lexer.is(t, keyword) ? Span{t.span.begin, found.end} : found;
}

}  // namespace pgfence
