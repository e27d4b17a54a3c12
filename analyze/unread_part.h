#pragma once
// Statements that are read, and still do what nobody can see.

#include <optional>
#include <string>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence::analyze {

/// What a statement hides from us, if anything: it is listed as unread, with its place.
std::optional<std::string> unread_part(const Action& action, const Catalog& catalog);

}  // namespace pgfence::analyze
