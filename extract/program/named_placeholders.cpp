#include "extract/program/named_placeholders.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/placeholders.h"
#include "extract/program/digest.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLongestLookedInto = 1u << 20;

constexpr std::array kStatements{"select"sv, "insert"sv, "update"sv, "delete"sv};
/// Words before a bracket that opens no call, and functions that make values of values.
constexpr std::array kBeforeValues{
    "values"sv,  "in"sv,    "and"sv,       "or"sv,       "not"sv,       "where"sv,  "on"sv,         "set"sv,
    "select"sv,  "as"sv,    "any"sv,       "all"sv,      "some"sv,      "exists"sv, "from"sv,       "using"sv,
    "case"sv,    "when"sv,  "then"sv,      "else"sv,     "between"sv,   "like"sv,   "ilike"sv,      "having"sv,
    "by"sv,      "union"sv, "returning"sv, "array"sv,    "coalesce"sv,  "concat"sv, "lower"sv,      "upper"sv,
    "replace"sv, "trim"sv,  "nullif"sv,    "greatest"sv, "least"sv,     "md5"sv,    "length"sv,     "ltrim"sv,
    "rtrim"sv,   "left"sv,  "right"sv,     "substr"sv,   "substring"sv, "join"sv,   "starts_with"sv};

/// Goes through a statement's pieces.
class Values {
public:
    explicit Values(std::string_view sql) : sql_(sql) {}

    bool are_all() {
        SqlScanner scanner(sql_);
        for (SqlPiece piece; scanner.next(piece);) {
            using Kind = SqlPiece::Kind;
            const bool is_comment = piece.kind == Kind::line_comment || piece.kind == Kind::block_comment;
            // What is put into a comment may end it.
            if (is_comment && text_of(piece).find(kPlaceholder) != std::string_view::npos) return false;
            if (piece.kind != Kind::space && !is_comment && !see(piece)) return false;
        }
        return placeholders_ > 0;
    }

private:
    std::string_view text_of(const SqlPiece& piece) const { return sql_.substr(piece.begin, piece.end - piece.begin); }

    bool see(const SqlPiece& piece) {
        const std::string_view text = text_of(piece);
        const std::string word = piece.kind == SqlPiece::Kind::word ? lower_case(text) : std::string(text);
        if (ended_ || !piece.closed) return false;
        if (before_.empty() && std::find(kStatements.begin(), kStatements.end(), word) == kStatements.end())
            return false;
        // 'x'::regclass names what is in the text.
        if (of_placeholder_ && before_ == ":" && word != ":" && word.starts_with("reg")) return false;
        of_placeholder_ = of_placeholder_ && word == ":";
        if (word == "(") {
            brackets_.push_back(is_call());
            calls_ += brackets_.back();
        }
        if (word == ")" && !brackets_.empty()) {
            calls_ -= brackets_.back();
            brackets_.pop_back();
        }
        ended_ = word == ";";
        if (text.find(kPlaceholder) != text.npos) {
            if (piece.kind != SqlPiece::Kind::string || calls_ > 0 || before_.starts_with("reg")) return false;
            of_placeholder_ = true;
            ++placeholders_;
        }
        before_ = word;
        return true;
    }

    bool is_call() const {
        return !before_.empty() && (continues_name(before_.back()) || before_.back() == '"') &&
               std::find(kBeforeValues.begin(), kBeforeValues.end(), before_) == kBeforeValues.end();
    }

    std::string_view sql_;
    std::string before_;  ///< the piece before, words in lower case
    std::vector<bool> brackets_;
    int calls_ = 0;  ///< of the brackets, those of calls
    int placeholders_ = 0;
    bool of_placeholder_ = false, ended_ = false;
};

}  // namespace

NamedPlaceholder named_placeholder(std::string_view written) {
    constexpr std::size_t kEnough = 8;
    return {std::string(kPlaceholder) + "_" + sha256_hex(written).substr(0, kEnough), std::string(written)};
}

bool has_nameless_placeholder(std::string_view text, const std::vector<NamedPlaceholder>& placeholders) {
    for (auto at = text.find(kPlaceholder); at != text.npos; at = text.find(kPlaceholder, at + 1))
        if (std::none_of(placeholders.begin(), placeholders.end(), [&](const NamedPlaceholder& placeholder) {
                return text.substr(at).starts_with(placeholder.name);
            }))
            return true;
    return false;
}

std::vector<std::pair<std::size_t, std::size_t>> schemas_in(std::string_view sql,
                                                            const std::vector<NamedPlaceholder>& placeholders) {
    std::vector<std::pair<std::size_t, std::size_t>> places;
    if (placeholders.empty()) return places;
    for (auto at = sql.find(kPlaceholder), end = at; at != sql.npos; at = sql.find(kPlaceholder, end)) {
        std::size_t begin = at;
        while (begin > 0 && continues_name(sql[begin - 1])) --begin;
        end = at;
        while (end < sql.size() && continues_name(sql[end])) ++end;
        if (!has_nameless_placeholder(sql.substr(begin, end - begin), placeholders) &&
            is_schema_of_a_name(sql, begin, end))
            places.emplace_back(begin, end);
    }
    return places;
}

bool placeholders_are_values(std::string_view sql) {
    // A backslash may be an escape of the program's that is not read.
    if (sql.size() > kLongestLookedInto || sql.find('\\') != sql.npos) return false;
    return Values(sql).are_all();
}

}  // namespace pgfence::extract
