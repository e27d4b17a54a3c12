#pragma once
// What stands beside files that are named on a command line: the migrations that run before them, and git, which knows
// what ran.

#include <string>
#include <vector>

#include "core/migration.h"
#include "diff/work_tree.h"

namespace pgfence::pipeline {

/// The named ones in the order in which their runner takes them, without those that are the way back of others; before
/// them, as history, the rest of their folders that runs before. Files that git's base has ran already, and so did all
/// of several when nothing tells which: each of them is judged by itself (Prepared::files). `notes` says so.
void put_into_history(std::vector<MigrationFile>& files, const diff::WorkTree* tree, std::vector<std::string>& notes);

}  // namespace pgfence::pipeline
