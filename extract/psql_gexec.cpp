#include "extract/psql_gexec.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// With one of these there may be several rows, or other ones.
constexpr std::array kMoreRows{"from"sv,  "group"sv, "having"sv,    "window"sv, "order"sv, "limit"sv, "offset"sv,
                               "fetch"sv, "union"sv, "intersect"sv, "except"sv, "for"sv,   "into"sv};

class SelectReader {
public:
    explicit SelectReader(std::string_view query) : query_(query), scanner_(query) { advance(); }

    std::optional<MadeByQuery> read() {
        if (!take_word("select")) return std::nullopt;
        MadeByQuery made;
        do {
            auto text = constant();
            if (!text || !take_alias()) return std::nullopt;
            made.statements.push_back(std::move(*text));
        } while (take_symbol(','));
        if (!more_) return made;
        made.certain = false;
        if (!take_word("where") || !is_condition()) return std::nullopt;
        return made;
    }

private:
    std::string_view text() const { return query_.substr(piece_.begin, piece_.end - piece_.begin); }

    void advance() {
        using Kind = SqlPiece::Kind;
        do more_ = scanner_.next(piece_);
        while (more_ &&
               (piece_.kind == Kind::space || piece_.kind == Kind::line_comment || piece_.kind == Kind::block_comment));
    }

    bool at_word(std::string_view word) const {
        return more_ && piece_.kind == SqlPiece::Kind::word && equal_ignoring_case(text(), word);
    }
    bool take_word(std::string_view word) {
        if (!at_word(word)) return false;
        advance();
        return true;
    }
    bool take_symbol(char symbol) {
        if (!more_ || piece_.kind != SqlPiece::Kind::symbol || query_[piece_.begin] != symbol) return false;
        advance();
        return true;
    }

    /// 'a', $$a$$, and such with || between them.
    std::optional<std::string> constant() {
        std::string all;
        do {
            const auto part = literal();
            if (!part) return std::nullopt;
            all += *part;
        } while (take_symbol('|') && take_symbol('|'));
        return all;
    }

    std::optional<std::string> literal() {
        if (!more_ || !piece_.closed) return std::nullopt;
        const std::string_view all = text();
        std::string content;
        if (piece_.kind == SqlPiece::Kind::string && all.starts_with('\'')) {
            for (std::size_t at = 1; at + 1 < all.size(); ++at) {
                content += all[at];
                if (all[at] == '\'') ++at;
            }
        } else if (piece_.kind == SqlPiece::Kind::dollar_string) {
            const std::size_t tag = all.find('$', 1) + 1;
            content = all.substr(tag, all.size() - 2 * tag);
        } else {
            return std::nullopt;
        }
        advance();
        return content;
    }

    /// AS name, or nothing. False: something else stands there.
    bool take_alias() {
        if (!take_word("as")) return true;
        const bool is_name =
            more_ && (piece_.kind == SqlPiece::Kind::word || piece_.kind == SqlPiece::Kind::quoted_name);
        if (is_name) advance();
        return is_name;
    }

    /// psql puts a variable's value into the text as it is, unless it stands in quotes; a backslash is psql's own.
    bool is_psqls() {
        if (!take_symbol(':')) return query_[piece_.begin] == '\\';
        return more_ && piece_.kind == SqlPiece::Kind::word;
    }

    bool is_condition() {
        std::size_t parentheses = 0;
        for (; more_; advance()) {
            if (piece_.kind == SqlPiece::Kind::symbol) {
                if (is_psqls() || !more_) return false;
                if (query_[piece_.begin] == '(') ++parentheses;
                if (query_[piece_.begin] == ')' && parentheses-- == 0) return false;
            }
            if (parentheses == 0 &&
                std::any_of(kMoreRows.begin(), kMoreRows.end(), [&](std::string_view word) { return at_word(word); }))
                return false;
        }
        return parentheses == 0;
    }

    std::string_view query_;
    SqlScanner scanner_;
    SqlPiece piece_;
    bool more_ = false;
};

}  // namespace

std::optional<MadeByQuery> made_by_query(std::string_view query) { return SelectReader(query).read(); }

}  // namespace pgfence::extract
