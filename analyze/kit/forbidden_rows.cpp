#include "analyze/kit/forbidden_rows.h"

#include <algorithm>

namespace pgfence {
namespace {

/// Whether a column's values name one row each.
bool is_key(const Catalog& catalog, const Relation& table, const std::string& column) {
    const auto indexes = catalog.indexes_of(table.id);
    return column == "ctid" || std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
               return index->index.unique && index->index.valid && !index->index.where &&
                      index->index.elements.size() == 1 && index->index.elements.front().column == column;
           });
}

bool is_not_null(const Relation& table, const std::string& name) {
    const Column* column = table.column(name);
    return column && column->not_null && column->not_null_valid && !column->maybe;
}

/// NULL points at nothing, and a foreign key lets it in.
bool lets_no_orphans_in(const Relation& table, const Orphans& orphans, RelationId referenced) {
    const auto& constraints = table.table.constraints;
    return (!orphans.nulls || is_not_null(table, orphans.column)) &&
           std::any_of(constraints.begin(), constraints.end(), [&](const TableConstraint& key) {
               return key.type == ConstraintType::foreign_key && key.valid && key.enforced && !key.maybe &&
                      key.columns == std::vector{orphans.column} && key.referenced == referenced &&
                      (key.referenced_columns.empty() || key.referenced_columns == std::vector{orphans.key});
           });
}

/// A unique index lets in as many NULLs as there are.
bool lets_no_duplicates_in(const Catalog& catalog, const Relation& table, const Duplicates& duplicates) {
    const auto indexes = catalog.indexes_of(table.id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        const IndexPart& part = index->index;
        return part.unique && part.valid && !part.where && !part.elements.empty() && !index->maybe &&
               std::all_of(part.elements.begin(), part.elements.end(), [&](const IndexElement& element) {
                   const auto& columns = duplicates.columns;
                   return std::find(columns.begin(), columns.end(), element.column) != columns.end() &&
                          (!duplicates.nulls || is_not_null(table, element.column));
               });
    });
}

}  // namespace

std::function<bool(const Catalog& end)> forbids_rows_of(const RowChoice& choice) {
    const Dml& dml = choice.dml;
    if (dml.kind != Dml::Kind::delete_ || dml.query.relations.empty()) return nullptr;
    const Relation* table = choice.catalog.find(dml.query.relations.front().name);
    const auto names_rows = [&](const std::string& by) { return by.empty() || is_key(choice.catalog, *table, by); };
    if (table && dml.orphans && names_rows(dml.orphans->by))
        if (const Relation* referenced = choice.catalog.find(dml.orphans->table))
            return [orphans = *dml.orphans, id = table->id, other = referenced->id](const Catalog& end) {
                const Relation* left = end.get(id);
                return left && lets_no_orphans_in(*left, orphans, other);
            };
    if (table && dml.duplicates && names_rows(dml.duplicates->by))
        return [duplicates = *dml.duplicates, id = table->id](const Catalog& end) {
            const Relation* left = end.get(id);
            return left && lets_no_duplicates_in(end, *left, duplicates);
        };
    return nullptr;
}

}  // namespace pgfence
