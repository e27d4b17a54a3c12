#pragma once
// Placeholders that nobody knows the value of: what is said of them is said in the author's own text.

#include <vector>

#include "core/migration.h"
#include "core/report.h"
#include "core/stand_in.h"

namespace pgfence::pipeline {

StandIns stand_ins_of(const std::vector<Script>& scripts);

/// Everything that findings say. A recipe that could not be written so goes: whoever copies it would run it with our
/// name in it. Statements and their effects stay as they were analyzed, for what goes on working with them.
void put_back_what_was_written(Report& report, StandIns stand_ins);

}  // namespace pgfence::pipeline
