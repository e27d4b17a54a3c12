#pragma once

#include <string_view>

#include "core/effects.h"

namespace pgfence {

/// What the server reports the failure as; empty where no handler of a body can see it: its text is refused before the
/// body runs.
std::string_view sqlstate_of(const Failure& failure);

}  // namespace pgfence
