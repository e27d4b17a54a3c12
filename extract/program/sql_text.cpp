#include "extract/program/sql_text.h"

#include <vector>

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

bool picks_rows(std::string_view condition) {
    const std::vector<std::string> words = words_of(condition);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "limit" || words[i] == "fetch") return true;
        const bool negated = i > 0 && words[i - 1] == "not";
        const bool part_of_another =
            words[i] == "=" && i > 0 && words[i - 1].size() == 1 && is_one_of(words[i - 1][0], "<>!~");
        const bool compares = words[i] == "=" || words[i] == "in" || words[i] == "between";
        if (!compares || negated || part_of_another) continue;
        const std::size_t value = behind_brackets(words, i + 1);
        if (value < words.size() && begins_value(words[value])) return true;
        if (words[i] == "=" && i > 0 && begins_value(words[i - 1])) return true;
    }
    return false;
}

}  // namespace pgfence::extract
