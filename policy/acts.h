#pragma once
// One act, one finding: what a statement's clause leads to (data lost, a lock, code that breaks) is said in one
// finding, the worst; the others are listed in it.

#include <vector>

#include "core/report.h"

namespace pgfence::policy {

/// Brings a statement's findings into the order in which they are read, the worst first, and sets `part_of` of those
/// that are another consequence of the same act.
void put_acts_together(StatementReport& statement);

}  // namespace pgfence::policy
