#pragma once
// Tables of the change that are not empty any more.

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence::analyze {

/// The table, new in the change, into which the action has put as many rows as tables have that are older; null: none.
const Relation* filled_table(const Action& action, const Catalog& after, HowOften runs);

}  // namespace pgfence::analyze
