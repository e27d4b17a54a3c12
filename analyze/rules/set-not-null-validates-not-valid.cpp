#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule set_not_null_validates_not_valid{
    .title = "SET NOT NULL validates a NOT VALID constraint while reads and writes are blocked",
    .category = Category::scan,
    .why = R"(
From 18 a `NOT NULL` constraint can be added `NOT VALID`, which is instant. `ALTER COLUMN ... SET NOT NULL` on that
column then validates it on the spot: every row is read while nobody can read or write the table.

`VALIDATE CONSTRAINT` does the same reading while traffic goes on, and nothing else is needed.
)",
    .bad = {R"(
CREATE TABLE orders (state text);
ALTER TABLE orders ADD CONSTRAINT state_given NOT NULL state NOT VALID;
-- migration:
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
)"},
    .good = {R"(
CREATE TABLE orders (state text);
ALTER TABLE orders ADD CONSTRAINT state_given NOT NULL state NOT VALID;
-- migration:
ALTER TABLE orders VALIDATE CONSTRAINT state_given;
)"},
    .about = alter_table<AlterTableType::SetNotNull>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto candidates = without(clauses(step, {AlterTableType::SetNotNull}), [&](const Clause& clause) {
            const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
            return !column || !column->not_null || column->not_null_valid;
        });
        return judge_clauses(step, candidates, {Cause::not_null}, [&](const Clause& clause, const Costly& work) {
            const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
            std::optional<Recipe> recipe;
            if (auto steps = other_clauses(step, clause); steps && !column->not_null_constraint.empty()) {
                steps->push_back(
                    run(fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {};", clause.table(),
                                    quoted(column->not_null_constraint)),
                        "scans the table and blocks neither reads nor writes; the column is NOT NULL then"));
                recipe = Recipe{std::move(*steps), ""};
            }
            return ClauseMessage{
                fmt::format("Scans {1}: SET NOT NULL validates the NOT VALID constraint of column {0}. {2}",
                            quoted(clause.cmd.name), clause.table(), work.waiting()),
                std::move(recipe)};
        });
    },
    .since = since(Feature::named_not_null),
};

}  // namespace pgfence::rules
