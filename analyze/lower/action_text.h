#pragma once
// Actions as short text: what tests compare with, and `pgfence inspect --after lower` prints.

#include <string>
#include <vector>

#include "core/action.h"

namespace pgfence {

/// What is at its default is left out.
std::string in_one_line(const std::vector<Action>& actions);

}  // namespace pgfence
