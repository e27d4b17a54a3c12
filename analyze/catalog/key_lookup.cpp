#include "analyze/catalog/key_lookup.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence {
namespace {

bool is_row(const Expr& e) { return e.kind == Expr::Kind::list && e.text == "ROW" && !e.args.empty(); }

bool is_own_column(const Expr& e, const KeyLookup& lookup) {
    if (e.kind != Expr::Kind::column) return false;
    const std::string& qualifier = e.name.schema;
    if (!qualifier.empty() && qualifier == lookup.called) return true;
    // The row that a trigger was fired for; behind a FROM nobody can tell whose a column without a qualifier is.
    if (qualifier == "new" || qualifier == "old" || !lookup.alone) return false;
    return !lookup.table.columns_known || lookup.table.column(e.text);
}

bool is_equality(const Expr& e) {
    return e.name.name == "=" &&
           (e.text.empty() || e.text == "IN" || e.text == "ANY" || e.text == "IS NOT DISTINCT FROM");
}

/// a = 1, a IN (1, 2), (a, b) IN ((1, 2), (3, 4))
void add_compared(const Expr& e, const KeyLookup& lookup, std::vector<std::string>& columns) {
    const bool range = lookup.ranges && e.text.starts_with("BETWEEN");
    if (e.args.size() < 2 || (!is_equality(e) && !range)) return;
    if (range && !is_own_column(e.args.front(), lookup)) return;
    std::vector<std::string> own;
    std::size_t own_sides = 0, values = 0;
    for (const Expr& side : e.args) {
        const auto is_own = [&](const Expr& part) { return is_own_column(part, lookup); };
        if (is_own(side)) {
            own.push_back(side.text);
            ++own_sides;
        } else if (is_row(side) && std::all_of(side.args.begin(), side.args.end(), is_own)) {
            for (const Expr& part : side.args) own.push_back(part.text);
            ++own_sides;
        } else if (lookup.is_value(e, side)) {
            ++values;
        } else {
            return;
        }
    }
    // a IN (1, b) holds for every row where the two are the same.
    if (own_sides == 1 && values > 0) columns.insert(columns.end(), own.begin(), own.end());
}

void add_fixed(const Expr& e, const KeyLookup& lookup, std::vector<std::string>& columns) {
    if (e.kind == Expr::Kind::and_)
        for (const Expr& part : e.args) add_fixed(part, lookup, columns);
    if (e.kind == Expr::Kind::op) add_compared(e, lookup, columns);
}

}  // namespace

std::vector<std::string> fixed_columns(const Expr& condition, const KeyLookup& lookup) {
    std::vector<std::string> columns;
    add_fixed(condition, lookup, columns);
    return columns;
}

bool hold_a_key(const Catalog& catalog, const Relation& table, const std::vector<std::string>& columns) {
    const auto is_given = [&](const IndexElement& element) {
        return !element.column.empty() && is_among(element.column, columns);
    };
    const auto indexes = catalog.indexes_of(table.id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        const auto& elements = index->index.elements;
        return index->index.unique && !index->index.where && !elements.empty() &&
               std::all_of(elements.begin(), elements.end(), is_given);
    });
}

bool names_rows_by_key(const Catalog& catalog, const Expr& condition, const KeyLookup& lookup) {
    if (condition.kind == Expr::Kind::or_)
        return !condition.args.empty() &&
               std::all_of(condition.args.begin(), condition.args.end(),
                           [&](const Expr& part) { return names_rows_by_key(catalog, part, lookup); });
    return hold_a_key(catalog, lookup.table, fixed_columns(condition, lookup));
}

}  // namespace pgfence
