#include "analyze/catalog/extension_functions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/text.h"

namespace pgfence {
namespace {

using Does = ExtensionFunction::Does;
constexpr bool kOver = true;

// clang-format off
constexpr ExtensionFunction kFunctions[] = {
    {"create_hypertable", "TimescaleDB", Does::moves_rows, true, kOver,
     "migrate_data of create_hypertable(): without it a table that holds rows is refused", "it becomes a hypertable"},
    {"create_distributed_hypertable", "TimescaleDB", Does::moves_rows, true, kOver,
     "migrate_data of create_distributed_hypertable(): without it a table that holds rows is refused",
     "it becomes a hypertable"},
    {"create_distributed_table", "Citus", Does::moves_rows, false, kOver, "", "its rows are copied to the shards"},
    {"create_reference_table", "Citus", Does::moves_rows, false, kOver, "", "its rows are copied to every node"},
    {"citus_add_local_table_to_metadata", "Citus", Does::locks, true, kOver, "", "it becomes a shard of its own"},
    {"undistribute_table", "Citus", Does::moves_rows, true, false, "", "its rows are copied back"},
    {"alter_distributed_table", "Citus", Does::moves_rows, true, false, "", "its rows are copied to other shards"},
    {"alter_table_set_access_method", "Citus", Does::moves_rows, true, false, "", "its rows are copied"},
    {"truncate_local_data_after_distributing_table", "Citus", Does::drops, true, false, "",
     "the rows that the coordinator has kept of it are removed"},
    {"create_parent", "pg_partman", Does::locks, true, kOver, "", "partitions are made"},
    {"create_partition", "pg_partman", Does::locks, true, kOver, "", "partitions are made"},
    {"partition_data_time", "pg_partman", Does::moves_rows, false, false, "", "rows are moved into partitions"},
    {"partition_data_id", "pg_partman", Does::moves_rows, false, false, "", "rows are moved into partitions"},
    {"drop_partition_time", "pg_partman", Does::drops, true, false, "", "old partitions are dropped with their rows"},
    {"drop_partition_id", "pg_partman", Does::drops, true, false, "", "old partitions are dropped with their rows"},
    {"drop_chunks", "TimescaleDB", Does::drops, true, false, "", "old chunks are dropped with their rows"},
    {"add_retention_policy", "TimescaleDB", Does::drops, false, false, "",
     "from now on a job drops its old chunks with their rows"},
    {"dropgeometrytable", "PostGIS", Does::drops, true, false, "", "it is dropped"},
    {"undo_partition", "pg_partman", Does::moves_rows, true, false, "", "rows are moved out of partitions"},
    {"addgeometrycolumn", "PostGIS", Does::adds_column, true, false, "", "a column is added"},
    {"dropgeometrycolumn", "PostGIS", Does::drops, true, false, "", "a column is dropped with its values"},
    {"updategeometrysrid", "PostGIS", Does::rewrites, true, false, "", "the column gets another type"},
    {"populate_geometry_columns", "PostGIS", Does::rewrites, true, false, "", "columns get other types"},
};
// clang-format on

/// How many names stand before the column's in the calls of PostGIS: [catalog, [schema,]] table, by what else they
/// take.
std::size_t names_of_table(const FunctionUse& use) {
    const auto with = [&](int others) { return static_cast<std::size_t>(std::max(1, use.arguments - others)); };
    if (use.name.name == "dropgeometrycolumn") return with(1);
    if (use.name.name == "dropgeometrytable") return with(0);
    if (use.name.name == "updategeometrysrid") return with(2);
    if (use.name.name != "addgeometrycolumn") return 1;
    // column, SRID, type, dimension and perhaps use_typmod: the SRID is the first number.
    std::size_t number = 0;
    while (number < use.literals.size() && use.literals[number].find_first_not_of("-0123456789") != std::string::npos)
        ++number;
    return number < 2 ? 1 : number - 1;
}

}  // namespace

Name name_in_text(std::string_view text) {
    Name name;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && quoted && text.substr(i + 1).starts_with('"')) {
            name.name += text[i++];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == '.' && !quoted) {
            name.schema = std::exchange(name.name, {});
        } else {
            name.name += quoted ? c : to_lower(c);
        }
    }
    return name;
}

const ExtensionFunction* extension_function(const FunctionUse& use) {
    const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                     [&](const ExtensionFunction& one) { return one.name == use.name.name; });
    return found == std::end(kFunctions) ? nullptr : found;
}

Name table_of(const FunctionUse& use, const ExtensionFunction& function) {
    if (use.literals.empty()) return {};
    if (function.extension != "PostGIS") return name_in_text(use.literals.front());
    const std::size_t names = names_of_table(use);
    if (names > use.literals.size()) return {};
    return {names > 1 ? use.literals[names - 2] : std::string(), use.literals[names - 1]};
}

}  // namespace pgfence
