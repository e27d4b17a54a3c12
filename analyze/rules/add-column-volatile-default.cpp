#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_column_volatile_default{
    .title = "Column added with a volatile default rewrites the table",
    .category = Category::rewrite,
    .why = R"(
A default that the server can work out once is stored beside the table, and the column is there at once. A volatile
one (`random()`, `clock_timestamp()`, `gen_random_uuid()`, `nextval()`, a function nobody declared `STABLE`) has a
value of its own for every row: the whole table and all its indexes are written anew, and until that is done nobody
can read or write it. `now()` is not volatile: it costs nothing.

Add the column without the default, set the default for new rows, and fill the old rows in batches.
)",
    .bad = {R"(
CREATE EXTENSION pgcrypto;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
)",
            R"(
ALTER TABLE orders ADD COLUMN seen timestamptz DEFAULT clock_timestamp();
)",
            R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- migration:
ALTER TABLE orders ADD COLUMN luck double precision NOT NULL DEFAULT random();
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN luck float8 DEFAULT random(), ADD COLUMN note text,
    ADD COLUMN seen timestamptz NOT NULL DEFAULT clock_timestamp();
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN made timestamptz DEFAULT clock_timestamp() NOT NULL CHECK (made > '2000-01-01');
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
)",
             R"(
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
)",
             R"(
ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AddColumn}), {Cause::volatile_default},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format("{1} {2}: the default of column {0} is volatile. {3}", in_code(clause.cmd.column->name),
                                work.verb("Rewrites", "May rewrite"), clause.table_in_code(), work.waiting()),
                    column_then_fill(step, clause)};
            });
    },
    .aliases = "add-column-non-constant-default adding-field-with-default",
};

}  // namespace pgfence::rules
