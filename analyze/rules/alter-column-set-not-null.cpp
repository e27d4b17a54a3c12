#include "analyze/kit/earlier_rows.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// What an earlier statement has not filled, this one fails on.
std::string_view failure(const Filled& filled) {
    if (filled.every_null) return "";
    return filled.some ? ", and fails on one that the UPDATE before it has left" : ", and fails if there is one";
}

}  // namespace

extern const Rule alter_column_set_not_null{
    .title = "SET NOT NULL scans the whole table",
    .category = Category::scan,
    .why = R"(
`SET NOT NULL` looks at every row for a null while nobody can read or write the table. From 12 it looks at none when a
valid `CHECK (column IS NOT NULL)` proves the answer; a `CHECK` on something else, or one that is `NOT VALID`, proves
nothing.

A row that is still null makes it fail. An `UPDATE` before it that fills only some of them (`WHERE is_deleted = false`)
leaves such rows.

Add the proof `NOT VALID`, validate it while traffic goes on, then set `NOT NULL`. From 18 the `NOT NULL` constraint
itself can be added `NOT VALID` and validated.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, note text NOT NULL);
-- migration:
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
)",
            R"(
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL, ALTER COLUMN state SET NOT NULL;
)",
            R"(
CREATE TABLE orders (state text, amount integer);
-- migration:
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY, "Bar Code" text);
-- migration:
ALTER TABLE "Shop"."Order Lines" ALTER COLUMN "Bar Code" SET NOT NULL;
)",
            R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- migration:
ALTER TABLE orders ALTER COLUMN id SET NOT NULL;
)",
            R"(
ALTER TABLE orders ALTER COLUMN state SET NOT NULL, ALTER COLUMN id SET DEFAULT 1;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, note text);
-- migration:
ALTER TABLE orders ALTER state SET NOT NULL, ALTER note SET NOT NULL;
)",
            R"(
DO $$ BEGIN
    UPDATE orders SET state = 'new' WHERE state IS NULL;
    ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
END $$;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, deleted boolean NOT NULL);
-- migration:
UPDATE orders SET state = 'new' WHERE state IS NULL AND deleted = false;
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
)",
            R"(
UPDATE orders SET state = 'new' WHERE state IS NULL;
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
)"},
    .good = {R"(
CREATE TABLE orders (state text);
-- migration:
ALTER TABLE orders ADD CONSTRAINT state_given CHECK (state IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT state_given;
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
)",
             R"(
CREATE TABLE orders (state text);
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
)"},
    .about = alter_table<AlterTableType::SetNotNull>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto candidates = without(clauses(step, {AlterTableType::SetNotNull}), [&](const Clause& clause) {
            const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
            return column && column->not_null &&
                   !column->not_null_valid;  // set-not-null-validates-not-valid tells more
        });
        return judge_clauses(step, candidates, {Cause::not_null}, [&](const Clause& clause, const Costly& work) {
            const Filled filled =
                step.part ? Filled{true, nullptr} : filled_before(step, clause.statement.name, clause.cmd.name);
            return ClauseMessage{
                fmt::format("{1} {2} to look for nulls in column {0}{3}. {4}", in_code(clause.cmd.name),
                            work.verb("Scans", "May scan"), clause.table_in_code(), failure(filled), work.waiting()),
                set_not_null(step, clause)};
        });
    },
    .aliases = "adding-not-nullable-field set-not-null",
};

}  // namespace pgfence::rules
