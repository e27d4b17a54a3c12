#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule refresh_matview_concurrent{
    .title = "REFRESH ... CONCURRENTLY still blocks other refreshes and changes of the view",
    .category = Category::lock,
    .why = R"(
Readers go on, but nobody else can refresh, index, vacuum or change the view until its query has run to the end and the
result has been compared row by row with what is there. Two jobs that refresh the same view queue behind each other.

Let one scheduled job refresh it, outside the migration.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE MATERIALIZED VIEW order_totals AS SELECT id, total FROM orders;
CREATE UNIQUE INDEX order_totals_id ON order_totals (id);
-- migration:
REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals;
)"},
    .good = {R"(
REFRESH MATERIALIZED VIEW order_totals;
)",
             R"(
CREATE MATERIALIZED VIEW order_totals AS SELECT 1 AS n;
REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals;
)"},
    .about = kinds<RefreshMaterializedView>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* refresh = step.is<RefreshMaterializedView>();
        const Lock* lock =
            refresh && refresh->concurrently ? step.effects.lock_on(step.qualified(refresh->name)) : nullptr;
        if (!lock || !lock->existing) return {};
        return {of_lock(*lock, fmt::format("Refreshes {} under {}: reads continue, another refresh waits",
                                           in_code(refresh->name), sql_name(lock->mode)))};
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
