#pragma once
// Functions, procedures and aggregates that code may call by name.

#include <optional>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

struct DroppedRoutine {
    Name name;                     ///< as written
    std::optional<int> arguments;  ///< how many it takes; nothing: not written
};
/// Those that a DROP takes away from running code: not what the file itself made, and not what triggers alone run.
std::vector<DroppedRoutine> dropped_routines(const Step& step);

}  // namespace pgfence
