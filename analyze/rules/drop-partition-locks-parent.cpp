#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

std::optional<Recipe> detach_first(const Step& step, const Drop& drop) {
    const Relation* table = step.before.find(drop.names.front());
    const Relation* parent =
        table && !table->table.parents.empty() ? step.before.get(table->table.parents.front()) : nullptr;
    if (!step.server_has(Feature::detach_concurrently) || drop.names.size() != 1 || !parent ||
        step.before.default_partition(parent->id))
        return std::nullopt;
    return Recipe{{outside_transaction(fmt::format("ALTER TABLE {} DETACH PARTITION {} CONCURRENTLY;",
                                                   quoted(parent->name), quoted(drop.names.front()))),
                   run(step.sql + ";")},
                  ""};
}

}  // namespace

extern const Rule drop_partition_locks_parent{
    .title = "Dropping a partition locks the partitioned table",
    .category = Category::lock,
    .why = R"(
`DROP TABLE` of a partition takes the strongest lock on the partitioned table too, and on its default partition:
readers and writers of all partitions wait until the transaction ends.

From 14, detach it with `CONCURRENTLY` first; what is left is a table of its own and can be dropped without a lock on
the others.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2020 PARTITION OF orders FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- migration:
DROP TABLE orders_2020;
)"},
    .good = {R"(
DROP TABLE orders_2020;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::table) return {};
        std::vector<Consequence> found;
        for (const Lock* lock : locks_as(step, LockRole::partitioned_table, Traffic::reads))
            found.push_back(of_lock(*lock,
                                    fmt::format("Dropping a partition takes {} on {}: {}", sql_name(lock->mode),
                                                code(lock->relation), its_waiters(*lock)),
                                    detach_first(step, *drop)));
        return found;
    },
};

}  // namespace pgfence::rules
