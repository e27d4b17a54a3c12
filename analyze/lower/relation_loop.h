#pragma once
// Loops over the relations that the system catalogs list: FOR r IN SELECT tablename FROM pg_tables WHERE ...

#include <optional>
#include <string>

#include "core/action.h"

namespace pgfence {

/// Over what such a query runs, its `body` left empty; nothing when it is another kind of query.
std::optional<RelationLoop> relation_loop(const std::string& query);

}  // namespace pgfence
