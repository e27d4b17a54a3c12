#pragma once
// What a query over pg_class, pg_tables or information_schema.tables finds in the catalog.

#include <map>
#include <string>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

struct RelationRow {
    std::map<std::string, std::string> columns;  ///< those of the view that are known: "relname", "relkind", "nspname"
    bool certain = true;                         ///< false: part of the condition asks for what is not known
};

/// Relations for which the loop's condition holds or may hold, in order of id. System catalogs and TOAST tables are not
/// among them.
std::vector<RelationRow> rows_of(const Catalog& catalog, const RelationLoop& loop);

}  // namespace pgfence
