#pragma once
// What migrations say of tables that they did not make. Without a schema, and with a history that begins late, most
// tables are not in the catalog; a column that the file itself adds, or a constraint that it validates, is known all
// the same two lines later.

#include "analyze/catalog/writable_catalog.h"

namespace pgfence {

/// After replay(): keeps Catalog::told_of() in step with what the action says of a table that the catalog has not.
void hear(WritableCatalog& catalog, const Action& action);

}  // namespace pgfence
