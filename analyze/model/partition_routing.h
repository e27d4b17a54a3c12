#pragma once
// Into which partitions the rows of an INSERT go.

#include <optional>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

/// ExecFindPartition (execPartition.c): the partitions on the way of each row, the last one included. Nothing when the
/// rows are not spelled out. Where a level's cannot be told (keys of several columns, types whose literals have many
/// forms), all that lies below it.
std::optional<std::vector<const Relation*>> partitions_of_rows(const Catalog& catalog, const Relation& partitioned,
                                                               const Dml& insert);

}  // namespace pgfence
