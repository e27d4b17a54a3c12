#pragma once
// Relations that migrations name and none of them made: somebody created them by hand, another tool or an extension
// did, or a migration that is not there.

#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"
#include "core/effects.h"

namespace pgfence::analyze {

/// Those that the statement takes to be there, for sure or perhaps (IF EXISTS), and the names that it gives to such.
std::vector<Name> named_but_not_made(const Action& action, const Effects& effects, const Catalog& before);

/// The statement needs one of them, in a schema that is the migrations' own. Other schemas prove nothing: platforms
/// bring theirs along (auth.users).
bool needs_what_was_not_made(const Action& action, const Effects& effects, const Catalog& before);

}  // namespace pgfence::analyze
