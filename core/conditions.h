#pragma once
// Conditions that more than one stage speaks of.

#include <string>

#include "core/effects.h"
#include "core/expr.h"
#include "core/stand_in.h"

namespace pgfence {

inline Condition against_habit() {
    return {Condition::Kind::against_habit,
            "whether this column should differ from the project's others, nearly all of which are of that kind"};
}

inline Condition never_set_before() {
    return {Condition::Kind::never_set_before,
            "whether the project wants a lock_timeout, which none of its latest migrations sets"};
}

inline Condition as_written() {
    return {Condition::Kind::as_written, "whether more is meant than the statement says itself"};
}

inline Condition type_not_told() { return {Condition::Kind::type_not_told, "a type that is not known from the files"}; }

inline Condition is_costly_domain(const TypeName& type) {
    const std::string schema = type.name.schema.empty() ? "" : type.name.schema + ".";
    return {type.name.name == kUnknownType ? Condition::Kind::programs_type : Condition::Kind::maybe_domain,
            "whether type `" + schema + type.name.name + "` is a domain with a constraint or a default"};
}

}  // namespace pgfence
