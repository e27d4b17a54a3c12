#pragma once
// What findings and effects depend on, where others ask for it by its words.

#include <string>
#include <string_view>

#include "core/expr.h"

namespace pgfence {

/// Of advice against what the project's tables have nearly everywhere.
inline constexpr std::string_view kAgainstHabit =
    "whether this column should differ from the project's others, nearly all of which are of that kind";

/// Of a missing lock_timeout where none of the latest migrations has one.
inline constexpr std::string_view kNeverSetBefore =
    "whether the project wants a lock_timeout, which none of its latest migrations sets";

/// Of what a statement is there to do, and says itself.
inline constexpr std::string_view kAsWritten = "whether more is meant than the statement says itself";

/// Of a change of a column's type from or to one that only a run of the program tells.
inline constexpr std::string_view kTypeNotTold = "a type that is not known from the files";

/// Of a new column whose type nobody told of.
inline std::string is_costly_domain(const TypeName& type) {
    const std::string schema = type.name.schema.empty() ? "" : type.name.schema + ".";
    return "whether type `" + schema + type.name.name + "` is a domain with a constraint or a default";
}

}  // namespace pgfence
