#pragma once
// Which tables scripts make and leave behind: read from the SQL alone, before anything is replayed.

#include <set>
#include <string>
#include <vector>

#include "core/migration.h"

namespace pgfence::analyze {

/// As schema.name.
struct TablesLeft {
    std::set<std::string> made;            ///< by CREATE TABLE
    std::set<std::string> made_if_absent;  ///< by CREATE TABLE IF NOT EXISTS only
};

/// What each group of scripts leaves, as far as another group may make a table of that name too: nobody asks for the
/// others, and most scripts need not be parsed to know that they have none. Tables that the group drops or renames are
/// left out, and so are temporary ones.
std::vector<TablesLeft> tables_made_twice(const std::vector<std::vector<const Script*>>& groups);

}  // namespace pgfence::analyze
