#pragma once
// How many rows a statement changes, as far as its text and the catalog tell.

#include "analyze/model/answer.h"
#include "core/query.h"

namespace pgfence {

/// Notes the tables whose rows it changes. Of rows that it spells out, whole or by their key, nothing is noted: that
/// takes no longer on a large table.
void note_changed_rows(Answer& answer, const Dml& dml, const RangeUse& use);

}  // namespace pgfence
