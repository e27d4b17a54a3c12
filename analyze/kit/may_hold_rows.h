#pragma once

#include "analyze/kit/rule.h"

namespace pgfence {

/// Was it there before the change, or may it have been? CREATE TABLE IF NOT EXISTS succeeds either way, and proves
/// nothing of a table that the history did not make: what takes rows or columns away is judged on it as on an old one.
inline bool may_hold_rows(const Step& step, const Name& name) {
    const Relation* table = step.before.find(name);
    return step.existing(name) || (table && table->probably_new);
}

}  // namespace pgfence
