#include "analyze/kit/sql_text.h"

#include <algorithm>

#include "core/sql_scanner.h"

namespace pgfence {
namespace {

constexpr std::size_t kLongestText = 64 * 1024;

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

bool SqlToken::is(std::string_view word) const { return equal_ignoring_case(text, word); }

std::optional<Tokens> sql_tokens(std::string_view sql) {
    using Kind = SqlPiece::Kind;
    if (sql.size() > kLongestText) return std::nullopt;
    Tokens tokens;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        if (!piece.closed) return std::nullopt;
        if (piece.kind == Kind::space || piece.kind == Kind::block_comment) continue;
        if (piece.kind == Kind::line_comment) {
            // The server's comment ends at a lone CR too; here it has always reached to the LF, and no recipe of such a
            // file is to change.
            scanner.resume_at(std::min(sql.find('\n', piece.begin), sql.size()));
            continue;
        }
        const bool is_number = piece.kind == Kind::word && is_digit(sql[piece.begin]);
        if (is_number)  // with its dots: 1.5 is one
            while (piece.end < sql.size() && (continues_name(sql[piece.end]) || sql[piece.end] == '.')) ++piece.end;
        scanner.resume_at(piece.end);
        tokens.push_back({piece.begin, piece.end, sql.substr(piece.begin, piece.end - piece.begin),
                          piece.kind == Kind::quoted_name || (piece.kind == Kind::word && !is_number)});
    }
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
