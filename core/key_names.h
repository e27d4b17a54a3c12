#pragma once
// What a column's name says of it, where nobody described the table.

#include <string_view>

namespace pgfence {

/// `id` of any table, `user_id` of users: as a rule the key of its rows. `table` is a name without its schema; empty:
/// not known.
inline bool is_named_like_key(std::string_view table, std::string_view column) {
    constexpr std::string_view kEnd = "_id";
    if (column == "id") return true;
    return column.size() > kEnd.size() && column.ends_with(kEnd) &&
           table.starts_with(column.substr(0, column.size() - kEnd.size()));
}

}  // namespace pgfence
