#pragma once
// What stands in FROM and USING, and which columns that gives: names are looked for among them.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyze/lower/lowering.h"

namespace pgfence {

inline constexpr int kConditionDepth = 200;

/// The row's own columns, as a comparison has them; their qualifiers may differ.
const ColumnRef* column_of(const Node* n);
/// Its names, "o" and "id" of o.id; none: it is no column.
std::vector<std::string> column_names(const Node* n);
/// "=" of a = b
std::string operator_of(const A_Expr& e);
std::string called(const RangeVar& table);  ///< its alias, or its own name
bool same_table(const RangeVar& a, const RangeVar& b);

/// A query in FROM: a sub-select, or what a name of WITH stands for.
struct FromQuery {
    std::string name;
    const Node* query;
    const List* columns;  ///< names that it was given; null: its own
};

/// What stands where a name is looked for.
struct FromItems {
    std::vector<const RangeVar*> tables;
    std::vector<FromQuery> sources;
    std::vector<std::string> names;    ///< by which its items are called, tables included
    std::vector<std::string> columns;  ///< of items that are no tables
    bool other = false;                ///< an item whose columns are not known
};
FromItems level_of(const List* from, const NamedQueries& named);

/// A column that a query gives, and the target's column whose values it has to have.
struct Wanted {
    std::size_t position;  ///< kStar: of that name, among those of a *
    std::string name, column;
};
inline constexpr std::size_t kStar = static_cast<std::size_t>(-1);

bool is_star(const ResTarget& target);
std::optional<Wanted> wanted_of(const FromQuery& source, const std::string& name, const std::string& column);

}  // namespace pgfence
