#pragma once
// What a statement that certainly fails keeps from happening: the transaction ends there.

#include "core/report.h"

namespace pgfence::policy {

/// Failures of later statements of a transaction in which an earlier one certainly fails become notices: one is to be
/// mended first, and most of the others follow from it. So do the locks of those statements, which are never taken.
/// Behind a CREATE TABLE that may fail because the table is there, nothing is said of who waits for that table.
/// Asks and changes nothing but the findings of that file.
void quiet_unreached_failures(FileReport& report);

}  // namespace pgfence::policy
