#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

std::string expression(const ColumnDef& column) {
    for (const Constraint& constraint : column.constraints)
        if (constraint.type == ConstraintType::generated) return constraint.expr_sql;
    return "";
}

std::optional<Recipe> plain_or_virtual(const Step& step, const Clause& clause) {
    const ColumnDef& column = *clause.cmd.column;
    const std::string value = expression(column), name = quoted(column.name);
    auto steps = other_clauses(step, clause);
    if (value.empty() || !steps || column.constraints.size() > 1) return std::nullopt;
    const std::string add = fmt::format("ALTER TABLE {} ADD COLUMN {} {}", clause.table(), name, column.type_sql);
    if (step.server_has(Feature::virtual_generated_columns)) {
        steps->push_back(
            run(fmt::format("{} GENERATED ALWAYS AS ({}) VIRTUAL;", add, value), "instant: computed when it is read"));
        return Recipe{std::move(*steps),
                      fmt::format("{} becomes a virtual column, which cannot have an index or a foreign key", name)};
    }
    if (!takes_row_trigger(step, clause.statement.name)) return std::nullopt;
    steps->push_back(run(add + ";"));
    const SyncTrigger sync = computed_by_trigger(step, clause.statement.name, column.name, value);
    steps->push_back(run(sync.create, "computes it for each row that is inserted or updated"));
    steps->push_back(backfill(clause.statement.name, column.name, value,
                              fmt::format("{} IS DISTINCT FROM ({})::{}", name, value, column.type_sql)));
    return Recipe{std::move(*steps),
                  fmt::format("{} becomes a plain column that trigger and function {} keep up to date", name,
                              in_code(sync.name))};
}

}  // namespace

extern const Rule add_column_stored_generated{
    .title = "Stored generated column added to an existing table rewrites it",
    .category = Category::rewrite,
    .why = R"(
`GENERATED ALWAYS AS (...) STORED` computes a value for every row that is there: the whole table and all its indexes
are written anew while nobody can read or write it.

From 18 a `VIRTUAL` column is instant and computed when it is read. Before that, use a plain column that a trigger
keeps, filled in batches.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, amount integer);
-- migration:
ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (price * amount) STORED;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN total numeric GENERATED ALWAYS AS (price * amount) STORED;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, amount integer);
-- migration:
ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (price * amount) STORED, ADD COLUMN note text,
    ADD COLUMN twice numeric GENERATED ALWAYS AS (price * 2) STORED;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (coalesce(price, 0) * amount) STORED;
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN total numeric;
)",
             R"(
CREATE TABLE orders (price numeric, twice numeric GENERATED ALWAYS AS (price * 2) STORED);
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AddColumn}), {Cause::stored_generated},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format("Rewrites {1} to compute generated column {0} for every row. {2}",
                                in_code(clause.cmd.column->name), clause.table_in_code(), work.waiting()),
                    plain_or_virtual(step, clause)};
            });
    },
    .aliases = "adding-field-with-default",
    .since = since(Feature::generated_columns),
};

}  // namespace pgfence::rules
