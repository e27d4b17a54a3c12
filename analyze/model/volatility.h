#pragma once
// How stable an expression's value is: what decides between a constant stored once (11+), a rewrite of the table, and
// an error. Mirrors contain_volatile_functions and contain_mutable_functions of PostgreSQL's optimizer/util/clauses.c.
// The facts about built-in functions, casts and operators were read from the catalogs of real servers
// (tools/catalog-facts).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/expr.h"

namespace pgfence {

/// pg_proc.provolatile, weakest promise last.
enum class Volatility : std::uint8_t {
    immutable,
    stable,     ///< the same within a statement: now(), current_setting()
    volatile_,  ///< may change with each row: random(), nextval()
    unknown,    ///< depends on a function that is neither built in nor in the catalog
};

/// Of a function of pg_catalog, the worst of its overloads that take that many arguments.
/// `name` as PostgreSQL stores it, without schema; `nargs` -1 asks over every overload; `version` is the major.
Volatility function_volatility(std::string_view name, int nargs, int version);

/// The worst of everything in the expression; unknown only when nothing in it is known to be volatile.
/// Functions nobody knows are appended to `unknown_functions`, as written, each once.
/// A cast whose argument type cannot be told counts as the worst cast into that type, except that a plain literal is
/// converted once, when the statement is parsed.
Volatility volatility_of(const Expr& expr, const Catalog& catalog, int version,
                         std::vector<std::string>& unknown_functions);

}  // namespace pgfence
