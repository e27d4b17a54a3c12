#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// What the statement rewrites: one table, whole.
struct Rewritten {
    Name table;
    bool by_index = false, analyze = false;
    std::string index;
};

std::optional<Rewritten> rewritten_by(const Step& step) {
    if (const auto* cluster = step.is<Cluster>()) return Rewritten{cluster->table, true, false, cluster->index};
    if (const auto* repack = step.is<Repack>())
        return Rewritten{repack->table, repack->by_index, repack->analyze, repack->index};
    const auto* vacuum = step.is<Vacuum>();
    if (!vacuum || !vacuum->full || vacuum->tables.size() > 1) return std::nullopt;
    const bool one = !vacuum->tables.empty();
    return Rewritten{one ? vacuum->tables.front().name : Name{}, false, vacuum->analyze, ""};
}

/// The rows that change meanwhile are found by the primary key; partitions go one by one.
std::optional<Recipe> concurrently(const Step& step, const Rewritten& rewritten) {
    const Relation* table = step.server_has(Feature::repack) ? step.before.find(rewritten.table) : nullptr;
    if (!table || table->kind != RelationKind::table || table->persistence != Persistence::permanent ||
        table->table.replica_identity != 'd' || !table->table.children.empty())
        return std::nullopt;
    const auto& constraints = table->table.constraints;
    if (std::none_of(constraints.begin(), constraints.end(), [](const TableConstraint& c) {
            return c.type == ConstraintType::primary_key && !c.deferrable && !c.maybe;
        }))
        return std::nullopt;
    const std::string index = rewritten.index.empty() ? "" : " " + quoted(rewritten.index);
    const std::string sql = fmt::format("REPACK (CONCURRENTLY{}) {}{}{};", rewritten.analyze ? ", ANALYZE" : "",
                                        quoted(rewritten.table), rewritten.by_index ? " USING INDEX" : "", index);
    return Recipe{{outside_transaction(sql)},
                  "the copy needs as much disk space as the table, a replication slot (max_repack_replication_slots), "
                  "and a wal_level above minimal"};
}

}  // namespace

extern const Rule vacuum_full_cluster{
    .title = "VACUUM FULL, CLUSTER and REPACK rewrite the table",
    .category = Category::rewrite,
    .why = R"(
They write the whole table and all its indexes anew while nobody can read or write it, and need room for a second copy
meanwhile.

Plain `VACUUM` is enough to make space usable again. To give it back to the system online there is `REPACK (CONCURRENTLY)`
from 19 on, for tables with a primary key; before, there are the extensions pg_repack and pg_squeeze.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint CONSTRAINT orders_pkey PRIMARY KEY);
-- migration:
VACUUM FULL orders;
)",
            R"(
VACUUM (FULL, ANALYZE) orders;
)",
            R"(
CLUSTER orders USING orders_pkey;
)"},
    .good = {R"(
VACUUM orders;
)",
             R"(
VACUUM (ANALYZE) orders;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
REPACK (CONCURRENTLY) orders;
)"},
    .about = kinds<Vacuum, Cluster, Repack>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto rewritten = rewritten_by(step);
        if (const Costly work = costly(step, {Cause::vacuum_full, Cause::cluster}))
            return {of_work(step, work, fmt::format("Rewrites {}. {}", list_in_code(work.relations()), work.waiting()),
                            rewritten ? concurrently(step, *rewritten) : std::nullopt)};
        const auto* repack = step.is<Repack>();
        if (!rewritten || !rewritten->table.empty() || (repack && repack->concurrently)) return {};
        Consequence consequence;
        consequence.message = "Rewrites every table of the database. Blocks reads and writes of each meanwhile";
        consequence.grows_with_rows = true;
        return {std::move(consequence)};
    },
    .aliases = "vacuum-full prefer-repack",
};

}  // namespace pgfence::rules
