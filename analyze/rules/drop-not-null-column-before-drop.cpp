#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"

namespace pgfence::rules {
extern const Rule drop_not_null_column_before_drop{
    .title = "NOT NULL column must become nullable before code stops writing it",
    .category = Category::compatibility,
    .why = R"(
Code that no longer writes the column has to be deployed before the column goes. But as long as the column is `NOT NULL`
and has no default, that code cannot insert a row. So there is no moment at which both the old and the new release work:
whichever is deployed first fails, and so does a rollback.

Drop `NOT NULL` (or set a default) first, deploy, then drop the column.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, note text NOT NULL);
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
            R"(
CREATE TABLE orders (id bigint, note text NOT NULL);
-- migration:
ALTER TABLE orders ADD COLUMN state text, DROP note;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, note text NOT NULL DEFAULT '');
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY);
-- migration:
ALTER TABLE orders DROP COLUMN id;
)",
             R"(
CREATE TABLE orders (id bigint, note text NOT NULL);
-- migration:
ALTER TABLE orders ADD COLUMN note_new jsonb;
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders RENAME COLUMN note_new TO note;
)"},
    .about = alter_table<AlterTableType::DropColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropColumn})) {
            const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
            if (!column || !column->existing || !column->not_null || column->default_expr || column->identity ||
                column->generated || is_added_again(clause))
                continue;
            const std::string name = quoted(clause.cmd.name);
            std::optional<Recipe> recipe;
            auto steps = other_clauses(step, clause);
            if (auto first = drop_not_null_first(step, clause.statement.name, clause.cmd.name); steps && first) {
                steps->push_back(*std::move(first));
                steps->push_back(after(fmt::format("a deploy whose code no longer reads or writes {}", code(name)),
                                       run(fmt::format("ALTER TABLE {} DROP COLUMN {}{};", clause.table(), name,
                                                       clause.cmd.cascade ? " CASCADE" : ""))));
                recipe = Recipe{std::move(*steps), ""};
            }
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("Column {} of {} is NOT NULL without a default: INSERTs of code "
                                                   "that no longer writes it fail until it is dropped",
                                                   code(name), clause.table_in_code()),
                                       std::move(recipe)),
                               clause));
            found.back().stands_at_end = [table = clause.statement.name, name = clause.cmd.name](const Catalog& end) {
                const Relation* left = end.find(table);
                return !left || !left->column(name);
            };
        }
        return found;
    },
};

}  // namespace pgfence::rules
