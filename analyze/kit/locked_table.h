#pragma once
// What several rules ask of a lock.

#include "core/effects.h"

namespace pgfence {

/// Not an index, a sequence or a view.
inline bool is_table(const Lock& lock) {
    return lock.kind == RelationKind::table || lock.kind == RelationKind::partitioned_table;
}

}  // namespace pgfence
