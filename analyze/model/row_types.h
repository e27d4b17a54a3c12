#pragma once
// The relations of composite types and of tables' rows that a column has: CheckAttributeType in heap.c looks into
// arrays, domains and the columns of such types.

#include <vector>

#include "analyze/catalog/catalog.h"

namespace pgfence {

std::vector<const Relation*> row_types_in(const TypeName& type, const Catalog& catalog, int version);
/// Of every column.
std::vector<const Relation*> row_types_of(const Relation& relation, const Catalog& catalog, int version);

}  // namespace pgfence
