#pragma once
// Into which partitions the rows of an INSERT go.

#include <optional>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

/// ExecFindPartition (execPartition.c): the partitions on the way of each row, the last one included. Nothing when that
/// cannot be told: rows that are not spelled out, keys of several columns or of types whose literals have many forms.
std::optional<std::vector<const Relation*>> partitions_of_rows(const Catalog& catalog, const Relation& partitioned,
                                                               const Dml& insert);

}  // namespace pgfence
