#pragma once
// Statements that are read, and still do what nobody can see.

#include <optional>
#include <string>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence::analyze {

/// What a statement hides from us, if anything: it is listed as unread, with its place.
std::optional<std::string> unread_part(const Action& action, const Catalog& catalog);
/// Whether it runs what nobody has read, which may make, change and drop anything: a body, a function, a statement.
bool runs_unread(const Action& action, const Catalog& catalog, int version);
/// The same of what it does beside what it says: functions that it calls, the system catalogs, settings that change how
/// what follows is read. Asked of a change alone: what earlier migrations did that way is in their past.
std::optional<std::string> unread_beside(const Action& action, const Catalog& catalog, int version);

}  // namespace pgfence::analyze
