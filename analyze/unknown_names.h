#pragma once
// Whether the migrations that are there can be all that ever ran.

#include "analyze/catalog/catalog.h"
#include "core/action.h"
#include "core/effects.h"

namespace pgfence::analyze {

/// The statement works on a relation that no migration made, in a schema that is theirs: something else makes some,
/// too. What asks first (IF EXISTS) proves nothing, nor do other schemas: platforms bring theirs along (auth.users).
bool names_unknown(const Action& action, const Effects& effects, const Catalog& before);

}  // namespace pgfence::analyze
