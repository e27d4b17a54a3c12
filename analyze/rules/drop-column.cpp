#include "analyze/judge.h"
#include "analyze/recipe.h"

namespace pgfence::rules {

extern const Rule drop_column{
    .title = "Dropped column takes its data with it",
    .category = Category::destructive,
    .why = R"(
The column's values are gone, and every query of the code that is still running that names it fails from that moment:
ORMs list all columns they know in each `SELECT` and `INSERT`. Indexes and constraints that contain the column go with
it.

Deploy code that no longer knows the column first; drop it in the release after.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
            R"(
ALTER TABLE orders ADD COLUMN state text, DROP COLUMN IF EXISTS note;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN state text;
    ALTER TABLE orders DROP COLUMN note;
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (note text);
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropColumn})) {
            const std::string column = quoted(clause.cmd.name);
            std::optional<Recipe> recipe;
            if (auto steps = other_clauses(step, clause)) {
                steps->push_back(after(fmt::format("a deploy whose code no longer reads or writes {}", column),
                                       run(fmt::format("ALTER TABLE {} DROP COLUMN {}{}{};", clause.table(),
                                                       clause.cmd.missing_ok ? "IF EXISTS " : "", column,
                                                       clause.cmd.cascade ? " CASCADE" : ""))));
                recipe = Recipe{std::move(*steps), ""};
            }
            const std::string_view code = is_added_again(clause)
                                              ? "what it holds does not come back with the new column of that name"
                                              : "and running code that names it fails";
            found.push_back(
                at(of_name(step, clause.statement.name,
                           fmt::format("{} of {} is lost, {}", column, clause.table(), code), std::move(recipe)),
                   clause));
        }
        return found;
    },
    .aliases = "ban-drop-column",
};

}  // namespace pgfence::rules
