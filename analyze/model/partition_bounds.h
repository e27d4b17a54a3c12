#pragma once
// Do a table's constraints prove that its rows fit a partition bound? Then ATTACH PARTITION does not read them.

#include <string>

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// PartConstraintImpliedByRelConstraint (tablecmds.c) for a partition of `parent`, whose own bounds count as well:
/// valid CHECKs, and NOT NULLs, must imply all of them. Keys of one plain column are judged; anything it cannot prove
/// answers false: the server is then said to scan.
bool bound_is_proved(const Catalog& catalog, const Relation& table, const Relation& parent,
                     const PartitionBound& bound);

/// The same for the default partition, or a part of it: its CHECKs must rule the new bound out.
bool bound_is_excluded(const Catalog& catalog, const Relation& of_default, const PartitionKey& key,
                       const PartitionBound& bound);

/// Why the partitioned table takes no partition of that bound: those that it has (check_new_partition_bound in
/// partbounds.c). Empty: nothing is known.
std::string refusal_of_bound(const Catalog& catalog, const Relation& partitioned, const PartitionBound& bound);

}  // namespace pgfence
