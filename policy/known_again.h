#pragma once
// Whether a runner takes a file under another name for the migration that ran.

#include "core/migration.h"
#include "core/runner.h"

namespace pgfence::policy {

/// Of a renamed file. To its runner it is the migration that ran: moved with all the files beside it, or one that it
/// knows by what did not change.
bool is_known_again(const MigrationFile& file, const Runner& runner);

}  // namespace pgfence::policy
