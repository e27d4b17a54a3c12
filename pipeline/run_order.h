#pragma once
// The order in which a tool runs files where they say it themselves.

#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// Files of tools that go by the names of files stay where they are. `scripts` are the files' SQL, in the same order
/// before and after.
void put_in_run_order(std::vector<MigrationFile>& files, std::vector<Script>& scripts);

}  // namespace pgfence::pipeline
