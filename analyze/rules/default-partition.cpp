#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// The partitioned table that gets a default partition; null when none does.
const Name* parent_of_default(const Step& step) {
    if (const auto* table = step.is<CreateTable>())
        return table->partition_of && table->bound && table->bound->is_default ? &*table->partition_of : nullptr;
    const auto* alter = step.is<AlterTable>();
    if (!alter) return nullptr;
    for (const AlterTableCmd& cmd : alter->cmds)
        if (cmd.subtype == AlterTableType::AttachPartition && cmd.bound && cmd.bound->is_default) return &alter->name;
    return nullptr;
}

}  // namespace

extern const Rule default_partition{
    .title = "Default partition",
    .category = Category::policy,
    .why = R"(
A default partition takes the rows that no other wants, and nobody notices that a partition is missing. From then on
every partition that is added reads the whole default partition first, under a lock, and is refused when a row of its
range is in there.
)",
    .bad = {R"(
CREATE TABLE readings (day date, value integer) PARTITION BY RANGE (day);
-- migration:
CREATE TABLE readings_rest PARTITION OF readings DEFAULT;
)",
            R"(
CREATE TABLE readings (day date, value integer) PARTITION BY RANGE (day);
CREATE TABLE readings_rest (day date, value integer);
-- migration:
ALTER TABLE readings ATTACH PARTITION readings_rest DEFAULT;
)"},
    .good = {R"(
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Name* parent = parent_of_default(step);
        if (!parent) return {};
        return {of_name(step, *parent,
                        fmt::format("Adding any later partition of {} scans this one first", in_code(*parent)))};
    },
};

}  // namespace pgfence::rules
