#pragma once
// Tables that have no rows by the time a transaction comes to a statement, or it fails before: what grows with their
// rows takes a moment there.

#include "core/report.h"
#include "policy/quiet.h"

namespace pgfence::policy {

/// Takes out what later statements of a transaction that is one for sure wait for while they work through tables that
/// an earlier one has emptied, or fails on when they have a row, which is told there and weighs no less. What the lock
/// on them does to others in a moment stays, and so do losses and failures.
void leave_out_work_on_empty_tables(FileReport& file, FindingsLeftOut& into);

}  // namespace pgfence::policy
