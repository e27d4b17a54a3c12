#pragma once
// Runners that know a migration by an id that stands in it.

#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// Alembic goes by the revision, whatever the file is called: a file with another one than it had runs as a new one
/// does, and a new file with the revision of one that ran is that one, moved. `scripts`: of each file, in the same
/// order.
void go_by_revision(std::vector<MigrationFile>& files, const std::vector<Script>& scripts);

}  // namespace pgfence::pipeline
