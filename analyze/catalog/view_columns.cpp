#include "analyze/catalog/view_columns.h"

#include <iterator>

namespace pgfence {
namespace {

constexpr std::size_t kMaxTupleAttributes = 1664;  // MaxTupleAttributeNumber
constexpr int kMaxDepth = 64;

/// Whose a column is: the first that has it for sure, where no one before may have it.
RelationId owner_of(const Catalog& catalog, const ShownColumn& shown) {
    for (const Name& name : shown.of) {
        const Relation* relation = catalog.find(name);
        if (!relation || !are_columns_told(*relation)) return 0;
        if (has_column(*relation, shown.column)) return relation->id;
    }
    return 0;
}

std::vector<ViewColumn> columns_of(const Relation& relation) {
    std::vector<ViewColumn> columns;
    for (const Column& column : relation.columns) columns.push_back({column.name, relation.id, column.name, {}});
    if (columns.empty())
        for (const ViewColumn& column : relation.view.columns)
            columns.push_back({column.name, relation.id, column.name, {}});
    return columns;
}

}  // namespace

std::vector<ViewColumn> view_columns(const Catalog& catalog, const std::vector<ShownColumn>& shown,
                                     const std::vector<std::string>& names) {
    std::vector<ViewColumn> columns;
    for (const ShownColumn& column : shown) {
        if (!column.name.empty()) {
            columns.push_back(
                {column.name, owner_of(catalog, column), column.column, catalog.resolve_type(column.type)});
            continue;
        }
        for (const Name& name : column.of) {
            const Relation* relation = catalog.find(name);
            if (!relation || !are_columns_told(*relation)) return {};
            const auto whole = columns_of(*relation);
            columns.insert(columns.end(), whole.begin(), whole.end());
            if (columns.size() > kMaxTupleAttributes) return {};
        }
    }
    for (std::size_t i = 0; i < names.size() && i < columns.size(); ++i) columns[i].name = names[i];
    return columns;
}

TypeName type_of_column(const Catalog& catalog, const Relation& relation, std::string_view name) {
    const Relation* at = &relation;
    std::string column(name);
    for (int depth = 0; at && depth < kMaxDepth; ++depth) {
        if (const Column* own = at->column(column); own && !own->type.name.empty()) return own->type;
        const ViewColumn* shown = at->view.column(column);
        if (!shown || !shown->of) return shown ? shown->type : TypeName{};
        column = shown->column;
        at = catalog.get(shown->of);
    }
    return {};
}

}  // namespace pgfence
