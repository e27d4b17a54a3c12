#pragma once
// The generated rows of PostgreSQL's catalogs (generated/*.inc), and how they are looked up. Inner header of the model.

#include <algorithm>
#include <span>
#include <string_view>

#include "core/server_version.h"

namespace pgfence::builtin {

/// The majors that the generated rows were asked of.
constexpr int kFirstVersion = kOldestServer, kLastVersion = kNewestServer;

struct Function {
    std::string_view name;
    int fewest_arguments, most_arguments;  ///< 100: variadic
    char volatility;  ///< pg_proc.provolatile: i, s, v; the worst of overloads with these arguments
    int since = kFirstVersion, until = kLastVersion;
};

/// One that no SQL can call, for its arguments or result: handlers, support functions of operator classes, triggers.
struct ServerFunction {
    std::string_view name;
};

struct Cast {
    std::string_view from, to;
    char method;   ///< pg_cast.castmethod: b, f, i
    char context;  ///< pg_cast.castcontext: i, a, e
    char volatility;
    int since = kFirstVersion, until = kLastVersion;
};

struct Type {
    std::string_view name;
    char category;  ///< pg_type.typcategory
    int length;     ///< pg_type.typlen, -1 for variable
    char input_volatility, output_volatility;
    std::string_view btree_family;
    int since = kFirstVersion, until = kLastVersion;
};

struct Operator {
    std::string_view name, left, right;  ///< left empty: prefix operator
    char volatility;                     ///< s or v: immutable ones have no row
    int since = kFirstVersion, until = kLastVersion;
};

/// pg_catalog's and, behind them, those of the contrib modules that migrations use.
std::span<const Function> functions();
std::span<const Function> contrib_functions();
/// Those of pg_catalog that compute, and those of contrib modules.
bool is_server_function(std::string_view name);
bool is_contrib_server_function(std::string_view name);
std::span<const Cast> casts();
std::span<const Cast> contrib_casts();
std::span<const Type> types();
std::span<const Type> contrib_types();
std::span<const Operator> operators();

/// A version that nobody has asked for its rows is taken to have the last one's.
template <class Row>
bool holds_on(const Row& row, int version) {
    version = std::min(version, kLastVersion);
    return row.since <= version && version <= row.until;
}

/// The rows of one key: tables are sorted by it.
template <class Row>
std::span<const Row> rows_of(std::span<const Row> table, std::string_view Row::*key, std::string_view wanted) {
    const auto first = std::lower_bound(table.begin(), table.end(), wanted,
                                        [key](const Row& row, std::string_view value) { return row.*key < value; });
    const auto last = std::upper_bound(first, table.end(), wanted,
                                       [key](std::string_view value, const Row& row) { return value < row.*key; });
    return {first, last};
}

/// Null: neither built in nor of a contrib module on that version.
const Type* find_type(std::string_view name, int version);
/// Null: there is no such pg_cast row on that version.
const Cast* find_cast(std::string_view from, std::string_view to, int version);

}  // namespace pgfence::builtin
