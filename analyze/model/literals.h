#pragma once
// Literals of a partition key's type, compared as the type's own operators do.

#include <optional>
#include <string>

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// How literals of a type are compared.
enum class Literals : std::uint8_t {
    integers,  ///< int2, int4, int8
    numbers,   ///< numeric, float8
    days,      ///< date: a time of day is cut off
    moments,   ///< timestamp: an offset is not looked at
    instants,  ///< timestamptz
    bytes,     ///< strings in collation "C"
    words,     ///< equal where they are spelled alike: other strings, enums
};

/// Nothing: a type whose literals cannot be compared here. `collation`: of the comparison; empty: the column's type's.
std::optional<Literals> literals_of(const Catalog& catalog, const TypeName& type, const Name& collation = {});

/// Below 0, 0 or above 0; nothing where it cannot be told: of `words`, which order depends on the collation, only 0 is.
std::optional<int> compare_literals(const Expr& a, const Expr& b, Literals literals);

/// Nothing: not known.
std::optional<bool> same_literal(const Expr& a, const Expr& b, Literals literals);

}  // namespace pgfence
