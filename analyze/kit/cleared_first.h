#pragma once
// What a file drops before it makes it: run once more, it makes it anew.

#include <cstdint>
#include <span>

#include "analyze/kit/rule.h"

namespace pgfence {

enum class Cleared : std::uint8_t {
    no,
    in_a_block,  ///< a DO block drops it, which may look first whether there is a reason to (an index that is invalid)
    always,
};

/// Whether the statements before drop, IF EXISTS, the table, index, sequence or schema that the action makes, or the
/// table that the index is on.
Cleared cleared_before(const Action& makes, std::span<const Earlier> earlier);

}  // namespace pgfence
