#include "pipeline/later_names.h"

#include <algorithm>
#include <array>
#include <set>

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

using Names = std::set<std::string, std::less<>>;

void add_names(Names& names, std::string_view sql) {
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
        if (piece.kind == Kind::word || piece.kind == Kind::quoted_name) names.insert(name_in(piece.kind, text));
        if (piece.kind == Kind::dollar_string) add_names(names, text.substr(text.find('$', 1) + 1));
    }
}

}  // namespace

void Renames::add(RunsAt at, const Rename& rename) {
    by_relation_[rename.relation.name].push_back(all_.size());
    all_.push_back({at, rename});
}

std::string Renames::later_names(std::string_view sql, RunsAt statement, const std::vector<std::size_t>& along) const {
    std::string text(sql);
    Names names;  // a rename concerns a text that names its relation
    add_names(names, sql);
    const auto first_from = [&](std::size_t from) {
        std::size_t first = all_.size();
        for (const std::string& name : names) {
            const auto known = by_relation_.find(name);
            if (known == by_relation_.end()) continue;
            const auto next = std::lower_bound(known->second.begin(), known->second.end(), from);
            if (next != known->second.end()) first = std::min(first, *next);
        }
        return first;
    };
    const auto behind = [](RunsAt at, const Known& known) { return at < known.at; };
    const auto begin = std::upper_bound(all_.begin(), all_.end(), statement, behind);
    for (std::size_t i = first_from(static_cast<std::size_t>(begin - all_.begin())); i < all_.size();
         i = first_from(i + 1)) {
        const auto& [at, rename] = all_[i];
        if (at.file == statement.file && std::count(along.begin(), along.end(), at.statement)) continue;
        text = Renamed(rename).in(text);
        names.insert(rename.new_name);
    }
    return text;
}

}  // namespace pgfence::pipeline
