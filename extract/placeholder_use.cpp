#include "extract/placeholder_use.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/sql_scanner.h"
#include "core/text.h"

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

/// Goes through a statement's pieces, until one will not do. What is put into a comment may end it.
template <typename See>
bool all_pieces(std::string_view sql, See see) {
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        using Kind = SqlPiece::Kind;
        const bool is_comment = piece.kind == Kind::line_comment || piece.kind == Kind::block_comment;
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
        if (is_comment && text.find(kPlaceholder) != text.npos) return false;
        if (piece.kind != Kind::space && !is_comment && !see(piece, text)) return false;
    }
    return true;
}

class Values {
public:
    explicit Values(std::string_view sql) : sql_(sql) {}

    bool are_all() {
        return all_pieces(sql_, [&](const SqlPiece& piece, std::string_view text) { return see(piece, text); }) &&
               placeholders_ > 0;
    }

private:
    bool see(const SqlPiece& piece, std::string_view text) {
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
        if (first_.empty()) first_ = word;
        if (text.find(kPlaceholder) != text.npos) {
            // How many rows a query gives, and from which on.
            const bool counts_rows =
                first_ == "select" && text == kPlaceholder && (before_ == "limit" || before_ == "offset");
            const bool is_literal = piece.kind == SqlPiece::Kind::string && !before_.starts_with("reg");
            if ((!is_literal && !counts_rows) || calls_ > 0) return false;
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
    std::string first_, before_;  ///< the first piece and the one before, words in lower case
    std::vector<bool> brackets_;
    int calls_ = 0;  ///< of the brackets, those of calls
    int placeholders_ = 0;
    bool of_placeholder_ = false, ended_ = false;
};

/// GRANT, REVOKE, CREATE and DROP ROLE, ALTER ... OWNER TO, ALTER DEFAULT PRIVILEGES.
class Roles {
public:
    explicit Roles(std::string_view sql) : sql_(sql) {}

    bool are_all() {
        return all_pieces(sql_, [&](const SqlPiece& piece, std::string_view text) { return see(piece, text); }) &&
               placeholders_ > 0;
    }

private:
    bool see(const SqlPiece& piece, std::string_view text) {
        using Kind = SqlPiece::Kind;
        const std::string word = piece.kind == Kind::word ? lower_case(text) : std::string(text);
        if (ended_ || !piece.closed) return false;
        ended_ = word == ";";
        if (first_.empty())
            first_ = word;
        else if (second_.empty())
            second_ = word;
        if (!is_about_roles(word)) return false;
        if (text.find(kPlaceholder) != text.npos) {
            const bool is_name = piece.kind == Kind::word || piece.kind == Kind::quoted_name;
            if (!(is_name && role_comes_) && !(piece.kind == Kind::string && names_role(second_))) return false;
            ++placeholders_;
        }
        const bool is_role = std::exchange(role_comes_, word == "," ? role_before_ : takes_role(word));
        role_before_ = is_role && !role_comes_;
        before_ = word;
        return true;
    }

    static bool names_role(std::string_view word) { return word == "role" || word == "user" || word == "group"; }

    /// As far as it was read.
    bool is_about_roles(std::string_view word) const {
        if (first_ == "grant" || first_ == "revoke") return true;
        if (first_ == "create" || first_ == "drop") return second_.empty() || names_role(second_);
        // What is in force for a role from now on.
        return first_ == "alter" && !(names_role(second_) && (word == "set" || word == "reset"));
    }

    bool takes_role(std::string_view word) const {
        if (word == "to") return first_ != "alter" || before_ == "owner" || second_ == "default";
        return word == "from" || names_role(word) || (word == "exists" && first_ == "drop");
    }

    std::string_view sql_;
    std::string first_, second_, before_;  ///< words in lower case
    bool role_comes_ = false, role_before_ = false;
    int placeholders_ = 0;
    bool ended_ = false;
};

}  // namespace

bool placeholders_are_values(std::string_view sql) {
    // A backslash may be an escape of the program's that is not read.
    if (sql.size() > kLongestLookedInto || sql.find('\\') != sql.npos) return false;
    return Values(sql).are_all();
}

bool placeholders_are_roles(std::string_view sql) { return sql.size() <= kLongestLookedInto && Roles(sql).are_all(); }

}  // namespace pgfence::extract
