#pragma once
// Which tables migrations leave behind, by their statements alone: enough to tell whether two folders of them can have
// run on one database.

#include <set>
#include <string>
#include <vector>

#include "core/migration.h"

namespace pgfence::analyze {

/// "public.orders" for each table that some script makes and none of them drops or renames. CREATE TABLE IF NOT EXISTS
/// is left out, and what is temporary.
std::set<std::string> tables_left_by(const std::vector<const Script*>& scripts);

}  // namespace pgfence::analyze
