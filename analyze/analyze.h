#pragma once
// SQL -> findings: for each statement lower, look up, model, judge, replay. No I/O, no clock.

#include "analyze/input/request.h"
#include "core/analysis.h"

namespace pgfence::analyze {

Analysis analyze(Request request);

}  // namespace pgfence::analyze
