#pragma once
// What a database holds besides rows, a line for each thing: two of these tell what a migration has changed.

#include <set>
#include <string>

#include "core/result.h"
#include "trace/session.h"

namespace pgfence::trace {

/// "column public.orders.note text NOT NULL", "index public.i is invalid", ... in the words of the catalogs of 11
/// to 19. Objects of the system and of extensions are left out, and functions' bodies.
Result<std::set<std::string>> schema_objects(Session& session);

}  // namespace pgfence::trace
