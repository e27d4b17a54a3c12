#include "core/sql_scanner.h"

#include <algorithm>

namespace pgfence {
namespace {

template <class Is>
std::size_t behind_all(std::string_view sql, std::size_t begin, Is is) {
    while (begin < sql.size() && is(sql[begin])) ++begin;
    return begin;
}

}  // namespace

SqlEnd end_of_quoted(std::string_view sql, std::size_t quote) {
    const char mark = sql[quote];
    for (auto at = sql.find(mark, quote + 1); at != sql.npos; at = sql.find(mark, at + 2))
        if (at + 1 >= sql.size() || sql[at + 1] != mark) return {at + 1};
    return {sql.size(), false};
}

SqlEnd end_of_escape_string(std::string_view sql, std::size_t quote) {
    for (std::size_t at = quote + 1; at < sql.size(); ++at) {
        if (sql[at] == '\\') {
            ++at;
        } else if (sql[at] == '\'') {
            if (at + 1 >= sql.size() || sql[at + 1] != '\'') return {at + 1};
            ++at;
        }
    }
    return {sql.size(), false};
}

std::optional<SqlEnd> end_of_dollar_string(std::string_view sql, std::size_t dollar) {
    std::size_t end = dollar + 1;
    if (end < sql.size() && starts_name(sql[end]))
        while (end < sql.size() && continues_name(sql[end]) && sql[end] != '$') ++end;
    if (end >= sql.size() || sql[end] != '$') return std::nullopt;
    const std::string_view tag = sql.substr(dollar, end + 1 - dollar);
    const auto close = sql.find(tag, end + 1);
    return close == sql.npos ? SqlEnd{sql.size(), false} : SqlEnd{close + tag.size()};
}

std::size_t end_of_line_comment(std::string_view sql, std::size_t begin) {
    return std::min(sql.find_first_of("\r\n", begin), sql.size());
}

SqlEnd end_of_block_comment(std::string_view sql, std::size_t begin) {
    std::size_t depth = 0;
    for (std::size_t at = begin; at + 1 < sql.size(); ++at) {
        if (sql[at] == '/' && sql[at + 1] == '*') {
            ++depth, ++at;
        } else if (sql[at] == '*' && sql[at + 1] == '/') {
            ++at;
            if (--depth == 0) return {at + 1};
        }
    }
    return {sql.size(), false};
}

bool SqlScanner::next(SqlPiece& piece) {
    if (at_ >= sql_.size()) return false;
    const auto [kind, end] = scan();
    piece = {kind, at_, end.at, end.closed};
    at_ = end.at;
    return true;
}

SqlScanner::Scanned SqlScanner::scan() const {
    using Kind = SqlPiece::Kind;
    const char c = sql_[at_];
    if (is_space(c)) return {Kind::space, {behind_all(sql_, at_, is_space)}};
    if (continues_name(c) && c != '$') return scan_word();
    if (c == '\'') return {Kind::string, end_of_quoted(sql_, at_)};
    if (c == '"') return {Kind::quoted_name, end_of_quoted(sql_, at_)};
    if (c == '$')
        if (const auto end = end_of_dollar_string(sql_, at_)) return {Kind::dollar_string, *end};
    if (c == '-' && peek(at_ + 1) == '-') return {Kind::line_comment, {end_of_line_comment(sql_, at_)}};
    if (c == '/' && peek(at_ + 1) == '*') return {Kind::block_comment, end_of_block_comment(sql_, at_)};
    return {Kind::symbol, {at_ + 1}};
}

SqlScanner::Scanned SqlScanner::scan_word() const {
    const std::size_t end = behind_all(sql_, at_, continues_name);
    if (end == at_ + 1 && to_lower(sql_[at_]) == 'e' && peek(end) == '\'')
        return {SqlPiece::Kind::string, end_of_escape_string(sql_, end)};
    return {SqlPiece::Kind::word, {end}};
}

}  // namespace pgfence
