#pragma once
// What a new index of a partitioned table finds on the partitions: DefineIndex attaches an index that is there already
// (CompareIndexInfo) and builds one elsewhere.

#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

struct PartitionIndexes {
    std::vector<const Relation*> attached;  ///< indexes
    std::vector<const Relation*> built_on;  ///< partitions, partitioned ones too
};

PartitionIndexes partition_indexes(const Catalog& catalog, const Relation& partitioned, const CreateIndex& index);
PartitionIndexes partition_indexes(const Catalog& catalog, const Relation& partitioned, const Constraint& key);
/// Of one that becomes a partition: what it gets of the partitioned table's index.
PartitionIndexes partition_indexes_of_new(const Catalog& catalog, const Relation& partition, const Relation& index);

}  // namespace pgfence
