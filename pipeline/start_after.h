#pragma once
// Old migrations that the team does not want judged: those up to and including a named one.

#include <string>
#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// A migration is named by its path, its file or folder name, or the version that begins that name. A version alone
/// counts in every folder. What ran becomes history, edits of it are left out; `notes` says how many. A file that the
/// change adds has not run, whatever its number: it stays.
void take_as_history(std::vector<MigrationFile>& files, const std::vector<std::string>& up_to,
                     std::vector<std::string>& notes);

/// What a schema snapshot holds need not be replayed, and must not be: history up to `through`, all of it when that is
/// empty. `notes` says how many come on top.
void take_from_snapshot(std::vector<MigrationFile>& files, const std::string& through, std::vector<std::string>& notes);

}  // namespace pgfence::pipeline
