#pragma once
// Functions by which extensions change a table as a whole, from their sources and documentation: a call is a DDL
// statement in all but name.

#include <cstdint>
#include <string_view>

#include "core/query.h"

namespace pgfence {

struct ExtensionFunction {
    enum class Does : std::uint8_t {
        locks,       ///< nobody can use the table while it is taken over, and then the partitions are there
        moves_rows,  ///< all rows are written anew, elsewhere
        adds_column,
        drops,     ///< rows go, or a column with its values, or the table
        rewrites,  ///< ALTER COLUMN TYPE
    };
    std::string_view name, extension;
    Does does;
    bool stops_reads;            ///< else writes alone
    bool takes_over;             ///< from then on its parts are the extension's to make and to change
    std::string_view condition;  ///< what it depends on whether rows are touched; empty: on nothing
    std::string_view words;      ///< "makes it a hypertable"
};

/// "public.orders" as a string argument names it (stringToQualifiedNameList).
Name name_in_text(std::string_view text);
/// Null: none that is known.
const ExtensionFunction* extension_function(const FunctionUse& use);
/// The table that it is about, where the call says it; empty: it is made when the statement runs.
Name table_of(const FunctionUse& use, const ExtensionFunction& function);

}  // namespace pgfence
