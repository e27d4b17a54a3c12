#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

std::string name_of_not_null(const ColumnDef& column) {
    for (const Constraint& constraint : column.constraints)
        if (constraint.type == ConstraintType::not_null) return constraint.name;
    return "";
}

}  // namespace

extern const Rule add_column_not_null_no_default{
    .title = "NOT NULL column without a default fails on a table with rows",
    .category = Category::correctness,
    .why = R"(
A new `NOT NULL` column without a default has nothing to put into the rows that are there: the statement fails as soon
as the table holds one row. Where the table is empty it works, and then the code that is still running cannot insert
any more, because it does not know the column.

Add it with a constant default (instant), or without `NOT NULL`: deploy the code that fills it, fill the old rows, and
add `NOT NULL` last.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN state text NOT NULL;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN state text NOT NULL;
)",
            R"(
ALTER TABLE orders ADD COLUMN state text CONSTRAINT state_given NOT NULL;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN state text NOT NULL;
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN state text NOT NULL;
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AddColumn}))
            for (const Failure& failure : step.effects.failures) {
                if (failure.kind != Failure::Kind::existing_rows || failure.command != clause.index) continue;
                const ColumnDef& column = *clause.cmd.column;
                std::optional<Recipe> recipe;
                if (auto steps = other_clauses(step, clause)) {
                    steps->push_back(run(fmt::format("ALTER TABLE {} ADD COLUMN {} {};", clause.table(),
                                                     quoted(column.name), column.type_sql)));
                    steps->push_back(
                        after(fmt::format("a deploy whose code writes {}", in_code(column.name)),
                              advice(fmt::format("fill {} in the old rows in batches, outside the migration",
                                                 in_code(column.name)))));
                    recipe = Recipe{std::move(*steps), "or give it a constant DEFAULT, which is instant"};
                    add_not_null(*recipe, step, clause.statement.name, column.name, name_of_not_null(column));
                }
                Consequence consequence = of_failure(step, failure,
                                                     fmt::format("column {} of {} is NOT NULL and has no default: this "
                                                                 "fails if the table holds a row, and the running code "
                                                                 "cannot insert any more if it does not",
                                                                 in_code(column.name), clause.table_in_code()),
                                                     std::move(recipe));
                consequence.relations = {step.qualified(clause.statement.name)};
                found.push_back(at(std::move(consequence), clause));
                break;
            }
        return found;
    },
    .aliases = "adding-required-field adding-not-nullable-field",
};

}  // namespace pgfence::rules
