#include "extract/program/sql_text.h"

#include <vector>

#include "core/key_names.h"
#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::extract {
namespace {

/// Words in lower case and symbols, without blanks and comments; "" stands for a text.
std::vector<std::string> words_of(std::string_view sql) {
    using enum SqlPiece::Kind;
    std::vector<std::string> words;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
        if (piece.kind == word || piece.kind == symbol || piece.kind == quoted_name) words.push_back(lower_case(text));
        if (piece.kind == string || piece.kind == dollar_string) words.emplace_back();
    }
    return words;
}

/// 'x', 1, $1, ?, :name, %s
bool begins_value(const std::string& word) {
    constexpr std::string_view kSigns = "$?:%-";
    return word.empty() || is_digit(word.front()) || kSigns.find(word.front()) != kSigns.npos || word == "true" ||
           word == "false";
}

bool is_one_of(char c, std::string_view signs) { return signs.find(c) != signs.npos; }

/// The first word that is no bracket and no ANY.
std::size_t behind_brackets(const std::vector<std::string>& words, std::size_t at) {
    while (at < words.size() && (words[at] == "(" || words[at] == "any" || words[at] == "array" || words[at] == "["))
        ++at;
    return at;
}

}  // namespace

std::string quoted(std::string_view name) { return in_doubled_quotes(name, '"'); }
std::string literal(std::string_view text) { return in_doubled_quotes(text, '\''); }

namespace {

std::string_view without_quotes(std::string_view word) { return trim(word, "\""); }

/// Names of tables behind FROM and JOIN, without their schema.
std::vector<std::string> tables_in(const std::vector<std::string>& words, std::string_view table) {
    std::vector<std::string> tables;
    if (!table.empty()) tables.push_back(lower_case(table));
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] != "from" && words[i] != "join") continue;
        const bool has_schema = i + 3 < words.size() && words[i + 2] == ".";
        tables.emplace_back(without_quotes(words[has_schema ? i + 3 : i + 1]));
    }
    return tables;
}

/// The column at that place; `tables`: whose it may be, where it does not say.
bool is_key(const std::vector<std::string>& words, std::size_t at, const std::vector<std::string>& tables) {
    if (begins_value(words[at])) return false;
    const std::string_view column = without_quotes(words[at]);
    const bool qualified = at > 1 && words[at - 1] == ".";
    if (qualified && is_named_like_key(without_quotes(words[at - 2]), column)) return true;
    return is_named_like_key(tables.size() == 1 ? std::string_view(tables.front()) : "", column);
}

/// Behind NOT (...), which says of few rows that they are none of those.
std::size_t behind_denied(const std::vector<std::string>& words, std::size_t at) {
    if (words[at] != "not" || at + 1 == words.size() || words[at + 1] != "(") return at;
    int open = 0;
    for (++at; at < words.size(); ++at) {
        open += words[at] == "(" ? 1 : words[at] == ")" ? -1 : 0;
        if (open == 0) break;
    }
    return at;
}

}  // namespace

bool picks_rows(std::string_view condition, std::string_view table) {
    const std::vector<std::string> words = words_of(condition);
    const std::vector<std::string> tables = tables_in(words, table);
    std::size_t branches = 1, picked = 0;
    bool picks = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        i = behind_denied(words, i);
        if (i >= words.size()) break;
        if (words[i] == "limit" || words[i] == "fetch") return true;
        if (words[i] == "or") {
            ++branches;
            picked += picks ? 1 : 0;
            picks = false;
        }
        const bool negated = i > 0 && words[i - 1] == "not";
        const bool part_of_another =
            words[i] == "=" && i > 0 && words[i - 1].size() == 1 && is_one_of(words[i - 1][0], "<>!~");
        const bool compares = words[i] == "=" || words[i] == "in" || words[i] == "between";
        if (!compares || negated || part_of_another || i == 0) continue;
        const std::size_t value = behind_brackets(words, i + 1);
        if (value >= words.size()) continue;
        picks |= begins_value(words[value]) && is_key(words, i - 1, tables);
        if (words[i] != "=" || !begins_value(words[i - 1])) continue;
        const bool qualified = value + 2 < words.size() && words[value + 1] == ".";
        picks |= is_key(words, qualified ? value + 2 : value, tables);
    }
    return picked + (picks ? 1 : 0) == branches;
}

}  // namespace pgfence::extract
