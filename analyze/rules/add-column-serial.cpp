#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_column_serial{
    .title = "Serial column added to an existing table rewrites it",
    .category = Category::rewrite,
    .why = R"(
`serial`, `bigserial` and `smallserial` mean a default of `nextval()`, which gives every old row a number of its own:
the whole table and all its indexes are written anew while nobody can read or write it. `GENERATED AS IDENTITY` rewrites
the table just the same.

Add the column and its sequence apart, number the old rows in batches, and make it `NOT NULL` at the end.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN number bigserial;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN number serial NOT NULL;
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE "Shop"."Order Lines" ADD COLUMN "Number" serial;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN number smallserial CHECK (number > 0);
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (id bigserial);
)",
             R"(
ALTER TABLE orders ADD COLUMN number bigint;
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AddColumn}), {Cause::serial_default},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format("Rewrites {1} to number its rows for serial column {0}. {2}",
                                in_code(clause.cmd.column->name), clause.table_in_code(), work.waiting()),
                    column_then_sequence(step, clause, false)};
            });
    },
    .aliases = "adding-serial-primary-key-field",
};

}  // namespace pgfence::rules
