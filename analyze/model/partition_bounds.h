#pragma once
// Do a table's constraints prove that its rows fit a partition bound? Then ATTACH PARTITION does not read them.

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// PartConstraintImpliedByRelConstraint (tablecmds.c) for bounds of one plain column: valid CHECKs, and for list and
/// range also a NOT NULL, must imply the bound. Anything it cannot prove answers false: the server is then said to
/// scan.
bool bound_is_proved(const Relation& table, const PartitionKey& key, const PartitionBound& bound);

/// The same for the default partition: its CHECKs must rule the new bound out.
bool bound_is_excluded(const Relation& default_partition, const PartitionKey& key, const PartitionBound& bound);

}  // namespace pgfence
