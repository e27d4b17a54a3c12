#pragma once
// Whether migrations begin with the first that ever ran. Where they do, what none of them made is not there.

#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// The files of a clone: that none is missing before a folder's first one is what its number does not deny, a date or
/// no number at all.
bool may_begin_history(const std::vector<MigrationFile>& files);

/// Files of which nobody knows more than their names: each folder begins with number 0 or 1, or has several with dates.
bool begin_history(const std::vector<MigrationFile>& files);

}  // namespace pgfence::pipeline
