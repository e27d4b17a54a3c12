#pragma once
// What a query over pg_class, pg_tables, information_schema.columns and the like finds in the catalog.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

struct RelationRow {
    std::map<std::string, std::string> columns;  ///< those of the view that are known: "relname", "relkind", "nspname"
    bool certain = true;  ///< false: part of the condition asks for what is not known, or it may not be there
};

/// Relations for which the loop's condition holds or may hold, in order of id. System catalogs and TOAST tables are not
/// among them.
std::vector<RelationRow> rows_of(const Catalog& catalog, const RelationLoop& loop);

/// Whether the branch runs: what was made for sure is found for sure, and of a schema that was read whole a table is
/// not there for sure, nor a column of a table that is. Else nothing.
std::optional<bool> answer_of(const Catalog& catalog, const CatalogQuestion& question);

/// What is so wherever the branch runs, where the catalog itself could not tell.
struct Assumed {
    std::vector<Name> absent;  ///< relations, resolved
    /// Migrations that ran have made one of those, or named it: where the branch runs, they have not.
    bool against_history = false;
};
Assumed assumed_by(const Catalog& catalog, const CatalogQuestion& question);

}  // namespace pgfence
