#include "analyze/model/row_types.h"

#include <set>
#include <utility>

#include "analyze/catalog/view_columns.h"
#include "analyze/model/types.h"

namespace pgfence {
namespace {

class Walk {
public:
    Walk(const Catalog& catalog, int version) : catalog_(catalog), version_(version) {}

    void add(TypeName type) {
        type.array_dimensions = 0;
        if (type.name.empty() || is_builtin_type(canonical_type(type), version_)) return;
        type = catalog_.resolve_type(std::move(type));
        if (seen_.insert({type.name.schema, type.name.name}).second) pending_.push_back(std::move(type));
    }

    void add_columns_of(const Relation& relation) {
        for (const Column& column : relation.columns) add(column.type);
        for (const ViewColumn& column : relation.view.columns) add(type_of_column(catalog_, relation, column.name));
    }

    std::vector<const Relation*> found() {
        std::vector<const Relation*> rows;
        while (!pending_.empty()) {
            const TypeName type = std::move(pending_.back());
            pending_.pop_back();
            if (const Domain* domain = catalog_.find_domain(type.name)) {
                add(domain->base);
            } else if (const Relation* row = catalog_.find(type.name); row && has_rows(*row)) {
                rows.push_back(row);
                add_columns_of(*row);
            }
        }
        return rows;
    }

private:
    static bool has_rows(const Relation& relation) {
        return relation.is_table() || relation.is_view() || relation.kind == RelationKind::composite_type ||
               relation.kind == RelationKind::foreign_table;
    }

    const Catalog& catalog_;
    int version_;
    std::vector<TypeName> pending_;
    std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace

std::vector<const Relation*> row_types_in(const TypeName& type, const Catalog& catalog, int version) {
    Walk walk(catalog, version);
    walk.add(type);
    return walk.found();
}

std::vector<const Relation*> row_types_of(const Relation& relation, const Catalog& catalog, int version) {
    Walk walk(catalog, version);
    walk.add_columns_of(relation);
    return walk.found();
}

}  // namespace pgfence
