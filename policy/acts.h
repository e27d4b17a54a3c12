#pragma once
// One act, one finding: what a statement's clause leads to (data lost, a lock, code that breaks) is said in one
// finding, the worst; the others are listed in it.

#include <vector>

#include "core/report.h"

namespace pgfence::policy {

/// Brings a statement's findings into the order in which they are read, the worst first, and sets `part_of` of those
/// that are another consequence of the same act.
void put_acts_together(StatementReport& statement);

/// Of a statement whose acts were put together: takes out what another finding says already, as that its scan holds up
/// the table whose lock is held. Its recipe stays.
void leave_out_what_adds_nothing(StatementReport& statement);

/// Of a file whose acts were put together: takes out what earlier statements lose of a table that a later one drops
/// whole, which is told there.
void leave_to_the_drop(FileReport& file);

/// Of a file whose acts were put together, after everything else: sets `repeats` of what an earlier statement had said
/// of it in the same words. Where it makes the change fail, of the same table only, unless several tables lose a column
/// of one name, or several statements fail in one transaction for standing in it.
void tell_repeats_once(FileReport& file, Risk threshold);

}  // namespace pgfence::policy
