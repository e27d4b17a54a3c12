#include "analyze/kit/extension_calls.h"

namespace pgfence::rules {
namespace {

Consequence of_call(const Step& step, const ExtensionFunction& function, const Name& table) {
    const std::string name = step.qualified(table);
    const Lock* lock = step.effects.lock_on(name);
    const std::string message =
        fmt::format("{}() of {} changes {}: {}. {}", function.name, function.extension, in_code(table), function.words,
                    lock ? waiting(lock->mode) : "Others wait meanwhile");
    Consequence consequence = of_name(step, table, message);
    if (lock) consequence.lock = lock->mode;
    consequence.grows_with_rows =
        function.does == ExtensionFunction::Does::moves_rows || function.does == ExtensionFunction::Does::rewrites;
    if (!function.condition.empty()) {
        consequence.certainty = Certainty::depends;
        consequence.depends_on.push_back(std::string(function.condition));
    }
    return consequence;
}

}  // namespace

extern const Rule extension_function_on_table{
    .title = "Function of an extension changes a table that is in use",
    .category = Category::rewrite,
    .why = R"(
`create_hypertable`, `create_distributed_table`, `create_parent` and their kin look like queries and are DDL: they lock
the table until the transaction ends, and most of them write all of its rows anew, into chunks, shards or partitions.

Call them while the table is still empty, in the migration that makes it. A table that has rows is better moved to a new
one in batches, with a trigger that keeps both the same meanwhile; Citus has `create_distributed_table_concurrently`.
)",
    .bad = {R"(
CREATE EXTENSION timescaledb;
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
-- migration:
SELECT create_hypertable('readings', 'at', migrate_data => true);
)",
            R"(
CREATE EXTENSION citus;
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
-- migration:
SELECT create_distributed_table('public.readings', 'at');
)",
            R"(
CREATE SCHEMA partman;
CREATE EXTENSION pg_partman SCHEMA partman;
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
-- migration:
SELECT partman.create_parent('public.readings', 'at', '1 month');
)",
            R"(
CREATE EXTENSION postgis;
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
-- migration:
SELECT AddGeometryColumn('public', 'readings', 'place', 4326, 'POINT', 2);
)"},
    .good = {R"(
CREATE TABLE readings (at timestamptz NOT NULL, value float8);
SELECT create_hypertable('readings', 'at');
)",
             R"(
SELECT show_chunks('readings');
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const auto& [function, table] : extension_calls(step))
            if (function->does != ExtensionFunction::Does::drops) found.push_back(of_call(step, *function, table));
        return found;
    },
};

}  // namespace pgfence::rules
