#pragma once
// Which edits of migrations leave their SQL as it was.

#include <set>
#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// Edited files of which the old text, in the history, says the same: comments, blanks, the way back, or the text of a
/// program were edited. `scripts`: of each file, in the same order. What could not be read of either may differ.
std::set<FileId> same_statements(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts);

/// The same of edits that change how the migration waits and whether it can run again, and not what it makes:
/// CONCURRENTLY, IF EXISTS, LOCK TABLE, timeouts, BEGIN and COMMIT, upper and lower case, quotes that a name does not
/// need, USING btree, and the order of new tables and indexes.
std::set<FileId> same_result(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts);

}  // namespace pgfence::pipeline
