#pragma once
// The SQL of migration files. One that is a program is run for it, with what it imports.

#include <string>
#include <vector>

#include "core/migration.h"
#include "extract/extract.h"

namespace pgfence::pipeline {

/// What no migration that is a program may find, wherever in its process.
void keep_from_programs(const std::string& secret);

/// Of each file; an empty one of a file that is deleted. Files that others run again once they are edited become
/// repeatable.
std::vector<Script> scripts_of(std::vector<MigrationFile>& files, extract::Hints hints);

}  // namespace pgfence::pipeline
