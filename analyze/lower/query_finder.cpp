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
    if (body_.empty() || line < 1) return {};
    Lexer lexer(sql_, begin_of(line), body_.end);
    const auto is_name = [&](const Token& t) {
        const std::string_view text = lexer.text(t);
        return t.kind == Token::Kind::quoted_name ? text.substr(1, text.size() - 2) == name : lexer.is(t, name);
    };
    const std::size_t end_of_line = begin_of(line + 1);
    bool may_begin = true;
    Token t = lexer.next();
    for (; t.kind != Token::Kind::end && t.span.begin < end_of_line && !(may_begin && is_name(t)); t = lexer.next())
        may_begin = lexer.is(t, "declare") || t.symbol == ';';
    if (t.kind == Token::Kind::end || t.span.begin >= end_of_line) return {};
    std::optional<Span> type, value;
    for (t = lexer.next(); t.kind != Token::Kind::end && t.symbol != ';'; t = lexer.next()) {
        const bool assigns = t.symbol == '=' || lexer.is(t, "default");
        const bool modifies = lexer.is(t, "not") || lexer.is(t, "collate");
        if (!type && lexer.is(t, "constant")) continue;
        if (lexer.is(t, "in") && !type) return {};  // FOR name IN
        Span& at = value ? *value : !type ? type.emplace(Span{t.span.begin, t.span.begin}) : *type;
        if (value || !(assigns || modifies || t.symbol == ':')) {
            if (value && value->empty()) value->begin = t.span.begin;
            at.end = t.span.end;
        } else if (assigns) {
            value = Span{t.span.end, t.span.end};
        } else if (modifies) {
            t = lexer.next();  // NOT NULL, COLLATE "C"
        }
    }
    if (t.symbol != ';' || !type) return {};
    const auto text = [&](const std::optional<Span>& span) {
        return span ? std::string(sql_.substr(span->begin, span->end - span->begin)) : std::string();
    };
    return {text(type), text(value)};
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
