#pragma once
// What a schema is made of: queries whose rows are (class, oid, statement), in the order in which statements that need
// nothing of each other stand in a snapshot.

#include <string>
#include <vector>

namespace pgfence::database {

/// The statements that make the schema's parts. `search_path` is empty when they are asked.
std::vector<std::string> part_queries();

/// Rows (class, oid, class needed, oid needed) of pg_depend.
std::string needs_query();
/// Rows (class, oid, class, oid): the first is made by the statement that makes the second.
std::string made_with_query();
/// Rows (what, how many): what a snapshot leaves out.
std::string left_out_query();

}  // namespace pgfence::database
