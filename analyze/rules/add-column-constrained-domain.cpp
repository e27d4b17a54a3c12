#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_column_constrained_domain{
    .title = "Column of a domain with constraints rewrites the table",
    .category = Category::rewrite,
    .why = R"(
When a column's type is a domain that has a `CHECK` or `NOT NULL`, the server tests every row of the table against it
and writes the whole table anew to do so, even when the column has no default and is null everywhere.

Give the column the domain's base type, and repeat the domain's conditions as `CHECK ... NOT VALID` on the table,
validated afterwards.
)",
    .bad = {R"(
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE users (id bigint);
-- migration:
ALTER TABLE users ADD COLUMN contact email;
)",
            R"(
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE users (id bigint);
-- migration:
ALTER TABLE users ADD COLUMN note text, ADD COLUMN contact email;
)"},
    .good = {R"(
CREATE DOMAIN label AS text;
CREATE TABLE users (id bigint);
-- migration:
ALTER TABLE users ADD COLUMN contact label;
)",
             R"(
ALTER TABLE users ADD COLUMN contact text;
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AddColumn}), {Cause::constrained_domain},
            [&](const Clause& clause, const Costly& work) {
                const ColumnDef& column = *clause.cmd.column;
                std::optional<Recipe> recipe;
                const Domain* domain = step.before.find_domain(column.type.name);
                auto steps = other_clauses(step, clause);
                if (domain && steps && column.constraints.empty() && !domain->default_expr) {
                    steps->push_back(run(fmt::format("ALTER TABLE {} ADD COLUMN {} {};", clause.table(),
                                                     quoted(column.name), type_in_sql(domain->base))));
                    steps->push_back(advice(fmt::format(
                        "repeat the conditions of {} as CHECK constraints on {}: add each NOT VALID, then validate it",
                        in_code(column.type.name), clause.table_in_code())));
                    recipe = Recipe{std::move(*steps), fmt::format("{} has the domain's base type, {}",
                                                                   in_code(column.name), type_in_sql(domain->base))};
                }
                return ClauseMessage{
                    fmt::format("{1} {2}: new column {0} is checked against its domain. {3}", in_code(column.name),
                                work.verb("Rewrites", "May rewrite"), clause.table_in_code(), work.waiting()),
                    std::move(recipe)};
            });
    },
};

}  // namespace pgfence::rules
