#pragma once
// The order in which a tool runs files where they say it themselves.

#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// pgmi's plan (pgmi_plan_view): by the keys that files name, else by their paths; those that may run again do so at
/// each deployment. Files of other tools stay where they are. `scripts` are the files' SQL, in the same order before
/// and after.
void put_in_run_order(std::vector<MigrationFile>& files, std::vector<Script>& scripts);

}  // namespace pgfence::pipeline
