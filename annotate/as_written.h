#pragma once

#include "core/analysis.h"
#include "core/stand_in.h"

namespace pgfence::annotate {

/// The statement, and what it does, with the author's own placeholders in the place of the names that stood for them.
AnalyzedStatement as_written(AnalyzedStatement statement, const StandIns& stand_ins);

}  // namespace pgfence::annotate
