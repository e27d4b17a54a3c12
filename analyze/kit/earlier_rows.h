#pragma once
// What earlier statements of the change have done to the rows that a constraint or an index will look at.

#include <optional>
#include <string>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

/// UPDATEs and DELETEs of the table, by the statement's own file and the files before it, the latest last. What bodies
/// did is not among them.
std::vector<const Earlier*> earlier_writes(const Step& step, const Name& table);

/// No two rows are left with the same values of these columns: an earlier statement deletes all but one of them, or
/// gives all but one another value.
bool are_made_unique(const Step& step, const Name& table, const std::vector<std::string>& columns, bool nulls_differ);

struct Filled {
    bool every_null = false;        ///< of the column, or the rows that have one are deleted
    const Earlier* some = nullptr;  ///< only in the rows that it picks; the last such statement
};
Filled filled_before(const Step& step, const Name& table, const std::string& column);

}  // namespace pgfence
