#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

bool identifies_rows(const Relation& index) {
    return index.index.unique && index.index.valid && !index.index.where &&
           std::none_of(index.index.elements.begin(), index.index.elements.end(),
                        [](const IndexElement& e) { return e.column.empty(); });
}

std::optional<Recipe> concurrently(const Step& step, const RefreshMaterializedView& refresh) {
    const Relation* view = step.before.find(refresh.name);
    const auto sql = with_word_behind(step.sql, {"REFRESH", "MATERIALIZED"}, "VIEW", "CONCURRENTLY");
    if (!sql) return std::nullopt;
    Recipe recipe;
    const auto indexes = view ? step.before.indexes_of(view->id) : std::vector<const Relation*>{};
    if (std::none_of(indexes.begin(), indexes.end(), [](const Relation* index) { return identifies_rows(*index); }))
        recipe.steps.push_back(
            advice(fmt::format("{} needs a unique index on plain columns over all its rows", in_code(refresh.name))));
    recipe.steps.push_back(run(*sql + ";"));
    return recipe;
}

}  // namespace

extern const Rule refresh_matview_not_concurrent{
    .title = "REFRESH MATERIALIZED VIEW without CONCURRENTLY blocks reads",
    .category = Category::lock,
    .why = R"(
The view cannot be read until its query has run to the end.

`REFRESH MATERIALIZED VIEW CONCURRENTLY` lets readers go on. It needs a unique index on plain columns of the view,
over all rows, and a view that has been filled once.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, price numeric);
CREATE MATERIALIZED VIEW order_totals AS SELECT user_id, sum(price) AS total FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX order_totals_user ON order_totals (user_id);
-- migration:
REFRESH MATERIALIZED VIEW order_totals;
)"},
    .good = {R"(
REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals;
)",
             R"(
CREATE MATERIALIZED VIEW order_totals AS SELECT 1 AS n;
REFRESH MATERIALIZED VIEW order_totals;
)"},
    .about = kinds<RefreshMaterializedView>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* refresh = step.is<RefreshMaterializedView>();
        const Lock* lock = refresh ? step.effects.lock_on(step.qualified(refresh->name)) : nullptr;
        if (!lock || !lock->existing || !blocks(lock->mode, Traffic::reads)) return {};
        Consequence consequence = of_lock(
            *lock, fmt::format("Refreshes {} without CONCURRENTLY. {}", in_code(refresh->name), waiting(lock->mode)),
            refresh->with_no_data ? std::nullopt : concurrently(step, *refresh));
        consequence.grows_with_rows = !refresh->with_no_data;
        return {std::move(consequence)};
    },
    .aliases = "refresh-matview-blocking refresh-matview-non-concurrent",
};

}  // namespace pgfence::rules
