#pragma once
// IF EXISTS on what is not there: the server says "does not exist, skipping", and nothing happens.

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

/// Certain, not merely likely: the schema was read whole, the migrations have dropped the object, or it could only
/// be the session's own.
bool is_skipped(const Action& action, const Catalog& before);
/// DROP COLUMN IF EXISTS and the like, of a table that is there.
bool is_skipped(const AlterTable& action, const AlterTableCmd& cmd, const Catalog& before);

}  // namespace pgfence
