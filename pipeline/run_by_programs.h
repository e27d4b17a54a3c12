#pragma once
// Files of SQL that a migration which is a program reads and sends: they have no order of their own.

#include <set>
#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// New files of SQL that any program among the migrations names, and edited, moved or deleted ones that a new program
/// names: it runs them as they are now, wherever older ones ran them as they were.
std::set<FileId> run_by_programs(const std::vector<MigrationFile>& files);

}  // namespace pgfence::pipeline
