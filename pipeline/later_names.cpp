#include "pipeline/later_names.h"

#include <array>

#include "analyze/kit/rule.h"
#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::pipeline {
namespace {

using namespace std::string_view_literals;
using Kind = SqlPiece::Kind;

/// The words of the grammar in front of the name of a table, of a constraint, and of an index.
constexpr std::array kBeforeTable{"table"sv, "on"sv,         "from"sv, "update"sv, "into"sv,
                                  "only"sv,  "references"sv, "join"sv, "exists"sv};

std::string name_in(SqlPiece::Kind kind, std::string_view text) {
    if (kind == Kind::word) return lower_case(text);
    std::string name;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        name += text[at];
        if (text[at] == '"') ++at;  // one that is doubled
    }
    return name;
}

class Renamed {
public:
    explicit Renamed(const Rename& rename) : rename_(rename) {}

    std::string in(std::string_view sql) const {
        std::string out, before;  // `before`: the piece of grammar in front
        bool of_table = false;    // the name of the table stands in the statement
        SqlScanner scanner(sql);
        for (SqlPiece piece; scanner.next(piece);) {
            const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
            const bool is_name = piece.kind == Kind::word || piece.kind == Kind::quoted_name;
            if (is_name && piece.closed) {
                const std::string name = name_in(piece.kind, text);
                of_table = of_table || is_table(name, before);
                out += is_it(name, before, of_table) ? quoted(rename_.new_name) : std::string(text);
                before = piece.kind == Kind::word ? name : "";
            } else if (piece.kind == Kind::dollar_string && piece.closed) {
                const std::size_t tag = text.find('$', 1) + 1;
                out.append(text.substr(0, tag)).append(in(text.substr(tag, text.size() - 2 * tag)));
                out.append(text.substr(text.size() - tag));
            } else {
                out += text;
                if (piece.kind == Kind::symbol) before = text;
                if (text == ";") of_table = false;
            }
        }
        return out;
    }

private:
    /// In "public.orders" the schema stands behind the word, and the table behind the dot.
    bool is_table(const std::string& name, const std::string& before) const {
        return name == rename_.relation.name && (is_among(before, kBeforeTable) || before == ".");
    }
    bool is_it(const std::string& name, const std::string& before, bool of_table) const {
        switch (rename_.object) {
            case ObjectType::column: return of_table && name == rename_.part && !is_among(before, kBeforeTable);
            case ObjectType::constraint: return of_table && name == rename_.part && before == "constraint";
            default: return is_table(name, before) || (name == rename_.relation.name && before == "index");
        }
    }

    const Rename& rename_;
};

}  // namespace

std::string with_later_names(std::string_view sql, const std::vector<Rename>& renames) {
    std::string text(sql);
    for (const Rename& rename : renames) text = Renamed(rename).in(text);
    return text;
}

}  // namespace pgfence::pipeline
