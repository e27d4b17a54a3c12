#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

std::optional<Recipe> columns_not_null_first(const Step& step, const Clause& clause) {
    const Relation* table = step.before.find(clause.statement.name);
    const Relation* index = step.before.find({clause.statement.name.schema, clause.cmd.constraint->using_index});
    if (!step.server_has(Feature::check_proves_not_null) || !table || !index || !step.alone ||
        clause.statement.cmds.size() > 1)
        return std::nullopt;
    Recipe recipe;
    for (const IndexElement& element : index->index.elements) {
        const Column* column = table->column(element.column);
        if (!column) return std::nullopt;
        if (column->not_null && column->not_null_valid) continue;
        add_not_null(recipe, step, clause.statement.name, element.column);
    }
    recipe.steps.push_back(run(step.sql + ";", "instant: nothing is left to check"));
    return recipe;
}

}  // namespace

extern const Rule primary_key_using_index_nullable{
    .title = "PRIMARY KEY USING INDEX on a nullable column scans the whole table",
    .category = Category::scan,
    .why = R"(
`PRIMARY KEY USING INDEX` builds no index, but a key's columns must be `NOT NULL`: for each one that is not yet, every
row is looked at for a null while nobody can read or write the table.

Make the columns `NOT NULL` first, without a scan under that lock.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint);
CREATE UNIQUE INDEX orders_id ON orders (id);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_id;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint NOT NULL);
CREATE UNIQUE INDEX orders_id ON orders (id);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_id;
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto candidates = without(added_constraints(step, ConstraintType::primary_key), [](const Clause& clause) {
            return clause.cmd.constraint->using_index.empty();
        });
        return judge_clauses(step, candidates, {Cause::not_null}, [&](const Clause& clause, const Costly& work) {
            return ClauseMessage{fmt::format("{} {}: the new primary key makes its columns NOT NULL. {}",
                                             work.verb("Scans", "May scan"), clause.table_in_code(), work.waiting()),
                                 columns_not_null_first(step, clause)};
        });
    },
    .aliases = "add-pk-using-index",
};

}  // namespace pgfence::rules
