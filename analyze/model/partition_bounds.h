#pragma once
// Do a table's constraints prove that its rows fit a partition bound? Then ATTACH PARTITION does not read them.

#include <optional>
#include <string>

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// Below 0, 0 or above 0 for literals that are numbers, and dates or timestamps in ISO form of equal length, casts left
/// out; nothing for the rest, whose order depends on the type and the collation.
std::optional<int> compare_literals(const Expr& a, const Expr& b);

/// How literals of a type are compared without asking the type.
enum class Literals : std::uint8_t { ordered, words };
std::optional<Literals> literals_of(const Catalog& catalog, const TypeName& type);

/// PartConstraintImpliedByRelConstraint (tablecmds.c) for bounds of one plain column: valid CHECKs, and for list and
/// range also a NOT NULL, must imply the bound. Anything it cannot prove answers false: the server is then said to
/// scan.
bool bound_is_proved(const Relation& table, const PartitionKey& key, const PartitionBound& bound);

/// The same for the default partition: its CHECKs must rule the new bound out.
bool bound_is_excluded(const Relation& default_partition, const PartitionKey& key, const PartitionBound& bound);

/// Why the partitioned table takes no partition of that bound: those that it has (check_new_partition_bound in
/// partbounds.c). Empty: nothing is known.
std::string refusal_of_bound(const Catalog& catalog, const Relation& partitioned, const PartitionBound& bound);

}  // namespace pgfence
