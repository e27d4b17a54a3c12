#include "analyze/kit/extension_calls.h"

namespace pgfence::rules {

extern const Rule extension_function_drops{
    .title = "Function of an extension drops rows, a column or a table",
    .category = Category::destructive,
    .why = R"(
`drop_chunks`, `drop_partition_time`, `add_retention_policy` and `DropGeometryColumn` look like queries and are DROPs:
what they remove comes back from a backup alone.

Look first what would go (`show_chunks`, `show_partitions`), and keep a copy of it for a while.
)",
    .bad = {R"(
CREATE EXTENSION timescaledb;
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
-- migration:
SELECT drop_chunks('readings', INTERVAL '1 year');
)",
            R"(
CREATE EXTENSION postgis;
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
-- migration:
SELECT DropGeometryColumn('public', 'readings', 'place');
)",
            R"(
CREATE SCHEMA partman;
CREATE EXTENSION pg_partman SCHEMA partman;
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
-- migration:
SELECT partman.drop_partition_time('public.readings');
)"},
    .good = {R"(
SELECT show_chunks('readings');
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const auto& [function, table] : extension_calls(step))
            if (function->does == ExtensionFunction::Does::drops)
                found.push_back(of_name(step, table,
                                        fmt::format("{}() of {} is called for {}: {}", function->name,
                                                    function->extension, in_code(table), function->words)));
        return found;
    },
};

}  // namespace pgfence::rules
