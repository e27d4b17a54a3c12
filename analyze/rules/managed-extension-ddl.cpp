#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// What TimescaleDB, Citus and pg_partman do by functions of their own.
const Name* changed_by_hand(const Step& step) {
    if (const auto* table = step.is<CreateTable>()) return table->partition_of ? &*table->partition_of : nullptr;
    if (const auto* alter = step.is<AlterTable>()) return &alter->name;
    if (const auto* index = step.is<CreateIndex>()) return &index->table;
    if (const auto* truncate = step.is<Truncate>())
        return truncate->tables.empty() ? nullptr : &truncate->tables.front().name;
    return nullptr;
}

}  // namespace

extern const Rule managed_extension_ddl{
    .title = "Table that an extension manages is changed by plain SQL",
    .category = Category::policy,
    .why = R"(
Chunks of TimescaleDB, shards of Citus and partitions of pg_partman are made, and changed, by functions of the
extension. What plain DDL does to such a table goes through to all of its parts, on other servers too, and some of it is
refused: the locks shown here are only those of the table itself.

Known are tables that a migration handed over (`create_hypertable`, `create_distributed_table`, `create_parent`).
)",
    .bad = {R"(
CREATE EXTENSION timescaledb;
CREATE TABLE readings (at timestamptz NOT NULL);
SELECT create_hypertable('readings', 'at');
-- migration:
ALTER TABLE readings ADD COLUMN value double precision;
)",
            R"(
CREATE EXTENSION citus;
CREATE TABLE public.orders (id bigint);
SELECT create_distributed_table('public.orders', 'id');
-- migration:
CREATE INDEX CONCURRENTLY orders_id ON orders (id);
)"},
    .good = {R"(
CREATE TABLE readings (at timestamptz NOT NULL);
-- migration:
ALTER TABLE readings ADD COLUMN value double precision;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Name* name = changed_by_hand(step);
        const Relation* table = name ? step.before.find(*name) : nullptr;
        if (!table || table->table.managed_by.empty()) return {};
        return {of_name(step, *name,
                        fmt::format("{} is managed by {}: this changes all of its parts", in_code(*name),
                                    table->table.managed_by))};
    },
};

}  // namespace pgfence::rules
