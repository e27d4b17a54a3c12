#pragma once

#include "core/analysis.h"

namespace pgfence::pipeline {

/// As Analysis::findings has them: by file, position and rule, once some were added.
void put_in_order(Analysis& analysis);

}  // namespace pgfence::pipeline
