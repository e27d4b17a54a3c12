#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule create_index_partitioned_parent{
    .title = "Index on a partitioned table is built on every partition at once",
    .category = Category::lock,
    .why = R"(
`CREATE INDEX` on a partitioned table builds an index on each partition, one after the other, and writes to all of
them wait until the last is done. `CONCURRENTLY` is refused there.

Create the index `ON ONLY` the parent (instant), build each partition's own `CONCURRENTLY`, and attach them one by
one.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- migration:
CREATE INDEX orders_id ON orders (id);
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Orders" (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE "Shop"."Orders 2024" PARTITION OF "Shop"."Orders" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    PARTITION BY LIST (id);
CREATE TABLE "Shop"."Orders 2024 1" PARTITION OF "Shop"."Orders 2024" FOR VALUES IN (1);
-- migration:
CREATE INDEX ON "Shop"."Orders" (day, id);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- migration:
CREATE INDEX orders_id ON ONLY orders (id);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index || !is_partitioned(step, index->table)) return {};
        const std::string table = quoted(index->table);
        if (const Costly work = costly(step, {Cause::index}))
            return {of_work(step, work,
                            fmt::format("Builds the index on every partition of {}. {}", code(table), work.waiting()),
                            index_concurrently(step))};
        for (const Failure& failure : step.effects.failures)
            if (index->concurrently && failure.kind == Failure::Kind::not_allowed)
                return {
                    of_failure(step, failure,
                               fmt::format("{} is partitioned, and this index fails: {}", code(table), failure.message),
                               index_concurrently(step))};
        return {};
    },
};

}  // namespace pgfence::rules
