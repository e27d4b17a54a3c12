#pragma once
// Migrations of several databases in one repository. Replayed as if they were of one, the second's tables would be
// there already: every statement about them would be wrong.

#include <string>
#include <vector>

#include "core/analysis.h"
#include "core/migration.h"

namespace pgfence::pipeline {

/// For each file the number of its database, from 0. Folders that make the same table are of different ones, unless the
/// later one makes it IF NOT EXISTS; without
/// such a sign all are of one. `scripts` are the files' SQL, in the same order.
std::vector<std::size_t> databases_of(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts,
                                      std::vector<std::string>& notes);

/// What was found in each database, as one: files in the order of `files`.
Analysis together(std::vector<Analysis> parts, const std::vector<MigrationFile>& files);

}  // namespace pgfence::pipeline
