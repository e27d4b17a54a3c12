#pragma once
// Migrations that make again what earlier ones made, in place of those: they are for new databases.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/migration.h"
#include "core/squash.h"

namespace pgfence::pipeline {

struct Squashes {
    /// New files that make what is there already, each with what is to be said of it.
    std::map<FileId, Squash> made_again;
    std::set<FileId> replaced;  ///< deleted files that these stand for
};

/// A new file is one where it makes a table that deleted files of its folder had made. `scripts`: of each file, in the
/// same order.
Squashes squashes_in(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts);

}  // namespace pgfence::pipeline
