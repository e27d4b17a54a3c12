#pragma once
// What a migration asks the database before it sends a statement: whoever knows the schema can answer that.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace pgfence {

struct SchemaQuestion {
    enum class Asks : std::uint8_t {
        table,       ///< whether there is a table or view of that name
        base_table,  ///< likewise of tables alone
        column,
        index,
        constraint,
        rows,   ///< whether `sql` finds a row, a query that the migration wrote
        holds,  ///< whether `sql` is so, a condition that the migration wrote
        other,  ///< something that no schema tells
    };
    struct Schema {
        enum class Which : std::uint8_t { current, on_search_path, named };
        Which which = Which::current;
        std::string name = {};
        auto operator<=>(const Schema&) const = default;
    };
    Asks asks = Asks::other;
    Schema schema = {};
    std::string table = {};
    std::string part = {};             ///< the name of its column, index or constraint
    std::string constraint_type = {};  ///< as information_schema.table_constraints calls it; empty: any
    std::string sql = {};
    bool is_so = true;       ///< false: the statement is sent when it is not
    std::size_t behind = 0;  ///< how many statements had been sent: asked again later, it is another question
    auto operator<=>(const SchemaQuestion&) const = default;
};

}  // namespace pgfence
