#pragma once
// What exists after a statement: the only writer of the catalog.

#include "analyze/catalog/writable_catalog.h"
#include "core/action.h"

namespace pgfence {

/// Applies an action as PostgreSQL `version` (major) would. An action on something the catalog does not know changes
/// nothing; so does one that would fail (a duplicate CREATE without IF NOT EXISTS keeps what is there).
void replay(WritableCatalog& catalog, const Action& action, int version);
/// False: replay() would leave the catalog as it is, whatever that holds.
bool may_change_schema(const Action& action);

}  // namespace pgfence
