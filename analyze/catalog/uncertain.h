#pragma once
// The catalog after something that may or may not have run.

#include "analyze/catalog/writable_catalog.h"

namespace pgfence {

/// What holds either way: `before` as it was, `after` as it is if the branch ran. What may be there is kept, for what
/// it would lock; but nothing that only one side has proves anything: its constraints are not valid, its columns not
/// NOT NULL, its tables not new.
WritableCatalog either(const WritableCatalog& before, const WritableCatalog& after);

/// Of what was made just now, unless there was one of that name: where the catalog cannot tell, it is counted as that
/// one. Others may be using it, with rows that no constraint of this one has seen and with other columns.
void doubt_that_it_is_new(WritableCatalog& catalog, RelationId made);

}  // namespace pgfence
