#include "analyze/kit/sql_text.h"

#include <algorithm>

namespace pgfence {
namespace {

constexpr std::size_t kLongestText = 64 * 1024;
constexpr std::size_t kOpen = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }
char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::size_t end_of_quoted(std::string_view sql, std::size_t begin, bool backslashes) {
    const char quote = sql[begin];
    for (std::size_t i = begin + 1; i < sql.size(); ++i) {
        if (backslashes && sql[i] == '\\') {
            ++i;
        } else if (sql[i] == quote) {
            if (i + 1 < sql.size() && sql[i + 1] == quote)
                ++i;
            else
                return i + 1;
        }
    }
    return kOpen;
}

/// $tag$ ... $tag$; the position itself when no dollar quote begins there.
std::size_t end_of_dollar_quoted(std::string_view sql, std::size_t begin) {
    std::size_t tag_end = begin + 1;
    if (tag_end < sql.size() && is_digit(sql[tag_end])) return begin;
    while (tag_end < sql.size() && in_word(sql[tag_end]) && sql[tag_end] != '$') ++tag_end;
    if (tag_end >= sql.size() || sql[tag_end] != '$') return begin;
    const std::string_view tag = sql.substr(begin, tag_end + 1 - begin);
    const std::size_t close = sql.find(tag, tag_end + 1);
    return close == std::string_view::npos ? kOpen : close + tag.size();
}

std::size_t end_of_block_comment(std::string_view sql, std::size_t begin) {
    int depth = 0;
    for (std::size_t i = begin; i + 1 < sql.size(); ++i) {
        if (sql[i] == '/' && sql[i + 1] == '*') {
            ++depth, ++i;
        } else if (sql[i] == '*' && sql[i + 1] == '/') {
            ++i;
            if (--depth == 0) return i + 1;
        }
    }
    return kOpen;
}

std::size_t skip_blanks_and_comments(std::string_view sql, std::size_t at) {
    while (at < sql.size()) {
        if (is_blank(sql[at])) {
            ++at;
        } else if (sql.substr(at, 2) == "--") {
            at = std::min(sql.find('\n', at), sql.size());
        } else if (sql.substr(at, 2) == "/*") {
            at = end_of_block_comment(sql, at);
            if (at == kOpen) return kOpen;
        } else {
            break;
        }
    }
    return at;
}

std::size_t end_of_token(std::string_view sql, std::size_t at) {
    const char c = sql[at];
    const bool quote_follows = at + 1 < sql.size() && sql[at + 1] == '\'';
    if ((c == 'e' || c == 'E') && quote_follows) return end_of_quoted(sql, at + 1, true);
    if (c == '\'' || c == '"') return end_of_quoted(sql, at, false);
    if (c == '$') {
        const std::size_t end = end_of_dollar_quoted(sql, at);
        return end == at ? at + 1 : end;
    }
    std::size_t end = at + 1;
    if (starts_word(c))
        while (end < sql.size() && in_word(sql[end])) ++end;
    else if (is_digit(c))
        while (end < sql.size() && (in_word(sql[end]) || sql[end] == '.')) ++end;
    return end;
}

using Tokens = std::vector<SqlToken>;

bool at(const Tokens& tokens, std::size_t i, std::string_view word) { return i < tokens.size() && tokens[i].is(word); }

/// Behind name or schema.name; the position itself when none stands there.
std::size_t behind_name(const Tokens& tokens, std::size_t i) {
    if (i >= tokens.size() || !tokens[i].is_name) return i;
    ++i;
    while (at(tokens, i, ".") && i + 1 < tokens.size() && tokens[i + 1].is_name) i += 2;
    return i;
}

int depth_change(const SqlToken& token) {
    if (token.text == "(" || token.text == "[") return 1;
    if (token.text == ")" || token.text == "]") return -1;
    return 0;
}

std::string from_token(std::string_view sql, const Tokens& tokens, std::size_t first) {
    std::size_t last = tokens.size() - 1;
    while (last > first && tokens[last].text == ";") --last;
    return std::string(sql.substr(tokens[first].begin, tokens[last].end - tokens[first].begin));
}

}  // namespace

bool SqlToken::is(std::string_view word) const {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                      [](char a, char b) { return lower_case(a) == lower_case(b); });
}

std::optional<Tokens> sql_tokens(std::string_view sql) {
    if (sql.size() > kLongestText) return std::nullopt;
    Tokens tokens;
    std::size_t i = skip_blanks_and_comments(sql, 0);
    for (; i < sql.size(); i = skip_blanks_and_comments(sql, i)) {
        const std::size_t end = end_of_token(sql, i);
        if (end == kOpen) return std::nullopt;
        const bool quoted_literal = sql[end - 1] == '\'';
        tokens.push_back({i, end, sql.substr(i, end - i), sql[i] == '"' || (starts_word(sql[i]) && !quoted_literal)});
        i = end;
    }
    if (i == kOpen) return std::nullopt;
    return tokens;
}

std::optional<std::string> with_word_behind(std::string_view sql, std::initializer_list<std::string_view> before,
                                            std::string_view behind, std::string_view word) {
    const auto tokens = sql_tokens(sql);
    if (!tokens) return std::nullopt;
    for (const SqlToken& token : *tokens) {
        if (token.is(behind))
            return std::string(sql.substr(0, token.end)) + ' ' + std::string(word) + std::string(sql.substr(token.end));
        if (std::none_of(before.begin(), before.end(), [&](auto allowed) { return token.is(allowed); })) break;
    }
    return std::nullopt;
}

std::optional<AlterTableText> cut_alter_table(std::string_view sql) {
    const auto tokens = sql_tokens(sql);
    if (!tokens || !at(*tokens, 0, "ALTER")) return std::nullopt;
    std::size_t i = at(*tokens, 1, "FOREIGN") ? 2 : 1;
    if (!at(*tokens, i++, "TABLE")) return std::nullopt;
    if (at(*tokens, i, "IF") && at(*tokens, i + 1, "EXISTS")) i += 2;
    if (at(*tokens, i, "ONLY")) ++i;
    const std::size_t name_end = behind_name(*tokens, i);
    if (name_end == i) return std::nullopt;
    i = at(*tokens, name_end, "*") ? name_end + 1 : name_end;
    AlterTableText text;
    text.head = sql.substr((*tokens)[0].begin, (*tokens)[i - 1].end - (*tokens)[0].begin);
    int depth = 0;
    std::size_t first = i;
    for (; i <= tokens->size(); ++i) {
        const bool over = i == tokens->size() || (depth == 0 && (*tokens)[i].text == ";");
        if (over || (depth == 0 && (*tokens)[i].text == ",")) {
            if (i == first) return std::nullopt;
            const std::size_t begin = (*tokens)[first].begin;
            text.clauses.emplace_back(sql.substr(begin, (*tokens)[i - 1].end - begin));
            first = i + 1;
            if (over) return text;
            continue;
        }
        depth += depth_change((*tokens)[i]);
    }
    return std::nullopt;
}

std::optional<std::string> constraint_definition(std::string_view clause) {
    const auto tokens = sql_tokens(clause);
    if (!tokens || !at(*tokens, 0, "ADD")) return std::nullopt;
    const std::size_t first = at(*tokens, 1, "CONSTRAINT") ? 3 : 1;
    if (first >= tokens->size()) return std::nullopt;
    return from_token(clause, *tokens, first);
}

std::optional<std::string> index_definition(std::string_view create_index) {
    const auto tokens = sql_tokens(create_index);
    if (!tokens) return std::nullopt;
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        if (!(*tokens)[i].is("ON")) continue;
        if (at(*tokens, i + 1, "ONLY")) ++i;
        const std::size_t first = behind_name(*tokens, i + 1);
        if (first == i + 1 || first >= tokens->size()) return std::nullopt;
        return from_token(create_index, *tokens, first);
    }
    return std::nullopt;
}

std::optional<std::string> text_behind(std::string_view sql, std::initializer_list<std::string_view> words) {
    const auto tokens = sql_tokens(sql);
    if (!tokens) return std::nullopt;
    int depth = 0;
    auto wanted = words.begin();
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        if (wanted == words.end()) return from_token(sql, *tokens, i);
        depth += depth_change((*tokens)[i]);
        if (depth == 0 && (*tokens)[i].is(*wanted)) ++wanted;
    }
    return std::nullopt;
}

std::optional<std::string> text_before(std::string_view sql, std::string_view word) {
    const auto tokens = sql_tokens(sql);
    if (!tokens) return std::nullopt;
    int depth = 0;
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        if (depth == 0 && i > 0 && (*tokens)[i].is(word))
            return std::string(sql.substr(tokens->front().begin, (*tokens)[i - 1].end - tokens->front().begin));
        depth += depth_change((*tokens)[i]);
    }
    return std::nullopt;
}

std::optional<std::string> in_parentheses(std::string_view sql, std::string_view word) {
    const auto tokens = sql_tokens(sql);
    if (!tokens) return std::nullopt;
    for (std::size_t i = 0; i + 2 < tokens->size(); ++i) {
        if (!(*tokens)[i].is(word) || (*tokens)[i + 1].text != "(") continue;
        int depth = 0;
        for (std::size_t j = i + 1; j < tokens->size(); ++j) {
            depth += depth_change((*tokens)[j]);
            if (depth == 0)
                return std::string(sql.substr((*tokens)[i + 2].begin, (*tokens)[j - 1].end - (*tokens)[i + 2].begin));
        }
    }
    return std::nullopt;
}

}  // namespace pgfence
