#pragma once
// Recipes on their way from the rules, which know SQL alone, to the author of the migration.

#include <vector>

#include "core/analysis.h"
#include "core/migration.h"
#include "extract/hints.h"

namespace pgfence::pipeline {

/// Says each recipe's steps as the author's tool does, how its runner leaves the transaction out, and which steps need
/// a migration, or even a deployment, of their own so that the one before has been committed.
void say_as_author(Analysis& analysis, const std::vector<MigrationFile>& files, const extract::Hints& hints);

}  // namespace pgfence::pipeline
