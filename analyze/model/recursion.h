#pragma once
// How far an ALTER TABLE subcommand goes below its table.

#include <set>
#include <string>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

using Dropped = std::set<std::string>;

struct Below {
    std::vector<const Relation*> locked;   ///< children, partitions, theirs, ...: parents before children
    std::vector<const Relation*> changed;  ///< of these, what the subcommand is carried out on as well
};

/// The column whose NOT NULL has that name (18+); null: none is known to.
/// A descendant has the column from a parent as well that is not among those reached from the table: what is done to
/// the column here would part the two.
bool has_column_from_elsewhere(const Catalog& catalog, const Relation& table, const std::string& column);
const Column* column_of_not_null(const Relation& table, const std::string& constraint);

/// ATPrepCmd and ATSimpleRecursion, which take every descendant, and the subcommands that go down level by level.
/// `dropped`, `dropped_columns`: what the statement drops, wherever in it.
Below below(const Catalog& catalog, const Relation& table, bool only, const AlterTableCmd& cmd, int version,
            const Dropped& dropped, const Dropped& dropped_columns);

}  // namespace pgfence
