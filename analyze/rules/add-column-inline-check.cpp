#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_column_inline_check{
    .title = "CHECK in ADD COLUMN scans the whole table",
    .category = Category::scan,
    .why = R"(
A `CHECK` that stands in the column's definition is tested against every row at once, while nobody can read or write
the table, even when the new column is null in all of them.

Add the column first, then the `CHECK` as a constraint of the table `NOT VALID`, and validate it in a migration of its
own.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN amount integer CHECK (amount > 0);
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN amount integer CONSTRAINT amount_positive CHECK (amount > 0);
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN note text;
    ALTER TABLE orders ADD COLUMN amount integer DEFAULT 1 NOT NULL CHECK (amount > 0) CHECK (amount < 100);
END $$;
)",
            R"(
ALTER TABLE orders ADD COLUMN code text DEFAULT md5(random()::text) CHECK (code <> '');
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN amount integer;
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
)",
             R"(
CREATE TABLE orders (amount integer CHECK (amount > 0));
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AddColumn}), {Cause::check},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format("Scans {1} to validate the CHECK of new column {0}. {2}",
                                in_code(clause.cmd.column->name), clause.table_in_code(), work.waiting()),
                    column_then_constraint(step, clause)};
            });
    },
    .aliases = "constraint-missing-not-valid",
};

}  // namespace pgfence::rules
