#pragma once
// Which tables migrations leave behind, by their statements alone: enough to tell whether two folders of them can have
// run on one database.

#include <set>
#include <string>
#include <vector>

#include "core/migration.h"

namespace pgfence::analyze {

/// "public.orders" for each table that some script makes and none of them drops or renames, temporary ones left out.
struct TablesLeft {
    std::set<std::string> made;            ///< by CREATE TABLE, which fails where one is there
    std::set<std::string> made_if_absent;  ///< by CREATE TABLE IF NOT EXISTS alone
};
TablesLeft tables_left_by(const std::vector<const Script*>& scripts);

}  // namespace pgfence::analyze
