#pragma once
// Recipes on their way from the rules, which know SQL alone, to the author of the migration.

#include <vector>

#include "core/analysis.h"
#include "core/migration.h"

namespace pgfence::pipeline {

/// Says each recipe's steps as the author's tool does, and how its runner leaves the transaction out.
void say_as_author(Analysis& analysis, const std::vector<MigrationFile>& files);

}  // namespace pgfence::pipeline
