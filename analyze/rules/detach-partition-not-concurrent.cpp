#include "analyze/kit/judge.h"
#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/recipe_steps.h"

namespace pgfence::rules {
namespace {

std::optional<Recipe> concurrently(const Step& step, const Clause& clause) {
    const Relation* parent = step.before.find(clause.statement.name);
    if (!step.server_has(Feature::detach_concurrently) || !step.alone ||
        (parent && step.before.default_partition(parent->id)))
        return std::nullopt;
    const Name& partition = clause.cmd.relation;
    std::string kept = "a CHECK";
    if (parent && parent->table.partition_key) {  // DetachAddConstraintIfNeeded
        const auto& key = parent->table.partition_key->elements;
        kept = "CHECK " + quoted(name_for_column(step, partition, key.size() == 1 ? key.front().column : "", "check"));
    }
    return Recipe{{outside_transaction(step.sql + " CONCURRENTLY;")},
                  fmt::format("{} keeps its bounds as {}", in_code(partition), kept)};
}

}  // namespace

extern const Rule detach_partition_not_concurrent{
    .title = "DETACH PARTITION locks the partitioned table",
    .category = Category::lock,
    .why = R"(
`DETACH PARTITION` takes the strongest lock on the partitioned table: it waits for every query on any partition, with
everybody else queued behind.

From 14, `DETACH PARTITION ... CONCURRENTLY` waits without being in anybody's way. It must run outside a transaction,
and is refused where there is a default partition.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2020 PARTITION OF orders FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- migration:
ALTER TABLE orders DETACH PARTITION orders_2020;
)"},
    .good = {R"(
ALTER TABLE orders DETACH PARTITION orders_2020 CONCURRENTLY;
)"},
    .about = alter_table<AlterTableType::DetachPartition>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DetachPartition})) {
            const Lock* lock = step.effects.lock_on(step.qualified(clause.statement.name));
            if (clause.cmd.concurrently || !lock || !blocks(lock->mode, Traffic::reads)) continue;
            found.push_back(at(of_lock(*lock,
                                       fmt::format("Detaching {} without CONCURRENTLY takes {} on {}: {}",
                                                   in_code(clause.cmd.relation), sql_name(lock->mode),
                                                   code(lock->relation), its_waiters(*lock)),
                                       concurrently(step, clause)),
                               clause));
        }
        return found;
    },
    .aliases = "detach-partition require-concurrent-partition-detach detach-partition-non-concurrent",
};

}  // namespace pgfence::rules
