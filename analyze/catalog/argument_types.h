#pragma once
// Types of arguments: which are the same, and which turn into which by themselves.

#include <vector>

#include "core/expr.h"

namespace pgfence {

/// Of the arguments of two functions.
bool same_types(const std::vector<TypeName>& a, const std::vector<TypeName>& b);
/// A value of the type can be given where the other is asked for: pg_cast's implicit casts between built-in types. Of a
/// built-in type and one that is not (a domain over it, perhaps) nobody knows, and it is taken to.
bool may_pass_for(const TypeName& given, const TypeName& wanted);

}  // namespace pgfence
