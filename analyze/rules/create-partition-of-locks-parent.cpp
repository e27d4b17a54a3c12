#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

std::optional<Recipe> make_then_attach(const Step& step, const CreateTable& table) {
    const bool plain = table.columns.empty() && table.constraints.empty() && !table.partition_by &&
                       table.tablespace.empty() && table.access_method.empty() &&
                       table.persistence == Persistence::permanent && !table.if_not_exists;
    const auto for_values = text_behind(step.sql, {"PARTITION", "OF", "FOR"});
    if (!step.server_has(Feature::attach_partition_beside_readers) || !plain || !for_values || !step.alone)
        return std::nullopt;
    const std::string parent = quoted(*table.partition_of), name = quoted(table.name);
    return Recipe{{run(fmt::format("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);\n"
                                   "ALTER TABLE {} ATTACH PARTITION {} FOR {};",
                                   name, parent, parent, name, *for_values),
                       "the new table is empty, so attaching it scans nothing")},
                  "indexes, keys and row triggers come with ATTACH"};
}

}  // namespace

extern const Rule create_partition_of_locks_parent{
    .title = "CREATE TABLE PARTITION OF locks the partitioned table",
    .category = Category::lock,
    .why = R"(
Making a partition with `PARTITION OF` takes the strongest lock on the partitioned table: it waits for every query on
it, with everybody else queued behind. A default partition is locked and read as well.

From 12, a table made on its own and then attached needs no lock that is in a reader's or writer's way.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
-- migration:
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
)"},
    .about = kinds<CreateTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* table = step.is<CreateTable>();
        if (!table || !table->partition_of) return {};
        std::vector<Consequence> found;
        const Lock* lock = step.effects.lock_on(step.qualified(*table->partition_of));
        if (lock && lock->existing && blocks(lock->mode, Traffic::reads))
            found.push_back(of_lock(*lock,
                                    fmt::format("Making {} a partition takes {} on {}: {}", in_code(table->name),
                                                sql_name(lock->mode), code(lock->relation), its_waiters(*lock)),
                                    make_then_attach(step, *table)));
        if (const Costly work = costly(step, {Cause::default_partition}))
            found.push_back(
                of_work(step, work,
                        fmt::format("{1} default partition {0} for rows of the new partition. {2}",
                                    list_in_code(work.relations()), work.verb("Scans", "May scan"), work.waiting())));
        return found;
    },
};

}  // namespace pgfence::rules
