#pragma once
// Conditions that name rows by a unique key: the server finds them by that key's index, and there are no more of them
// than there are values.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/expr.h"

namespace pgfence {

/// Of which table the columns of a condition are, and what is compared with them.
struct KeyLookup {
    const Relation& table;
    std::string_view called;  ///< what the statement calls the table
    bool alone = true;        ///< no FROM or USING brings in columns of others
    /// A side of the comparison that is the same whichever row of the table it is held against.
    std::function<bool(const Expr& comparison, const Expr& side)> is_value;
    bool ranges = false;  ///< BETWEEN counts as well
};

/// Columns that equal such a value in every row for which the condition holds.
std::vector<std::string> fixed_columns(const Expr& condition, const KeyLookup& lookup);
/// They are all columns of one of its unique indexes, in each branch of an OR.
bool names_rows_by_key(const Catalog& catalog, const Expr& condition, const KeyLookup& lookup);
/// All columns of one of the table's unique indexes are among them.
bool hold_a_key(const Catalog& catalog, const Relation& table, const std::vector<std::string>& columns);

}  // namespace pgfence
