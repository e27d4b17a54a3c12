#pragma once
// The catalog after something that may or may not have run.

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// What holds either way: `before` as it was, `after` as it is if the branch ran. What may be there is kept, for what
/// it would lock; but nothing that only one side has proves anything: its constraints are not valid, its columns not
/// NOT NULL, its tables not new.
Catalog either(const Catalog& before, Catalog after);

}  // namespace pgfence
