#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/superfluous_index.h"

namespace pgfence::rules {

extern const Rule create_index_not_concurrent{
    .title = "Index built without CONCURRENTLY blocks writes",
    .category = Category::lock,
    .why = R"(
`CREATE INDEX` keeps every `INSERT`, `UPDATE` and `DELETE` on the table waiting until the index is built, which takes
minutes on a large table; reads go on.

`CREATE INDEX CONCURRENTLY` lets writes go on. It must run outside a transaction, and when it fails it leaves an
invalid index that has to be dropped.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, email text);
-- migration:
CREATE INDEX orders_user ON orders (user_id);
)",
            R"(
CREATE UNIQUE INDEX ON orders (lower(email)) WHERE email IS NOT NULL;
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY, "Bar Code" text);
-- migration:
CREATE INDEX ON "Shop"."Order Lines" (lower("Bar Code"), id DESC);
)",
            R"(
DO $$ BEGIN
    CREATE TABLE archived_orders (id bigint);
    CREATE INDEX IF NOT EXISTS orders_user ON orders (user_id DESC NULLS LAST) INCLUDE (id) WITH (fillfactor = 70);
END $$;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;
-- migration:
CREATE UNIQUE INDEX totals_id ON totals (id);
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
             R"(
CREATE TABLE orders (user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        const Costly work = costly(step, {Cause::index});
        if (!index || !work || is_partitioned(step, index->table)) return {};
        // index-build-after-alter-same-transaction says who waits then, and has the same fix.
        if (held_against(step, Traffic::reads, step.qualified(index->table))) return {};
        return {of_work(step, work,
                        fmt::format("Builds {} on {} without CONCURRENTLY. {}", new_index(*index),
                                    in_code(index->table), work.waiting()),
                        index_concurrently_if_needed(step, *index))};
    },
    .aliases = "require-concurrent-index-creation add-index-non-concurrent",
};

}  // namespace pgfence::rules
