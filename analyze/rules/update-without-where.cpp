#include "analyze/judge.h"
#include "analyze/recipe.h"
#include "analyze/sql_text.h"

namespace pgfence::rules {
namespace {

/// Only for one column set to something that stays the same: else the batches would never come to an end.
std::optional<Recipe> in_batches(const Step& step, const Dml& update) {
    if (update.set_columns.size() != 1 || update.query.has_where || !update.query.functions.empty() ||
        update.query.relations.size() != 1)
        return std::nullopt;
    const Name& table = update.query.relations.front().name;
    const auto assignment = text_behind(step.sql, {"SET"});
    const auto value = assignment ? text_behind(*assignment, {"="}) : std::nullopt;
    if (!value || text_behind(*assignment, {"RETURNING"}) || text_behind(*assignment, {"FROM"}) ||
        is_partitioned(step, table))
        return std::nullopt;
    const std::string column = quoted(update.set_columns.front());
    return Recipe{
        {backfill(table, update.set_columns.front(), *value, fmt::format("{} IS DISTINCT FROM ({})", column, *value))},
        ""};
}

}  // namespace

extern const Rule update_without_where{
    .title = "UPDATE of every row in one transaction",
    .category = Category::scan,
    .why = R"(
Every row is written anew, locked until the transaction ends, and leaves a dead copy behind: writers of those rows
wait for the whole run, the table doubles, replicas fall behind, and a failure near the end undoes it all.

Change the rows in batches, each committed by itself, outside the migration.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, price numeric, amount integer, total numeric);
-- migration:
UPDATE orders SET state = 'new';
)",
            R"(
UPDATE orders SET total = price * amount WHERE true;
)"},
    .good = {R"(
UPDATE orders SET state = 'new' WHERE id = 1;
)",
             R"(
CREATE TABLE orders (state text);
UPDATE orders SET state = 'new';
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* update = step.is<Dml>();
        const Work* work = update && update->kind == Dml::Kind::update ? step.work(Cause::every_row) : nullptr;
        if (!work) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("every row of {} is changed and stays locked until the transaction ends", work->relation);
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        consequence.recipe = in_batches(step, *update);
        return {std::move(consequence)};
    },
    .aliases = "update-in-migration ban-update-without-where",
};

}  // namespace pgfence::rules
