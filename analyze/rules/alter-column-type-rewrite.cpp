#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "core/stand_in.h"

namespace pgfence::rules {
namespace {

std::string type_of(const Clause& clause) {
    const ColumnDef& column = *clause.cmd.column;
    return column.type_sql.empty() ? type_in_sql(column.type) : column.type_sql;
}

bool is_string(const TypeName& type) { return type.name.name == "text" || type.name.name == "varchar"; }

/// A shorter string needs no other type: a CHECK says as much.
std::optional<Recipe> length_as_check(const Step& step, const Clause& clause) {
    const Column* old = column_before(step, clause.statement.name, clause.cmd.name);
    const TypeName& type = clause.cmd.column->type;
    const bool shorter =
        old && is_string(old->type) && type.name.name == "varchar" && type.typmods.size() == 1 && !clause.cmd.expr;
    auto steps = other_clauses(step, clause);
    if (!shorter || !steps) return std::nullopt;
    const std::string name = quoted(clause.statement.name.name + "_" + clause.cmd.name + "_length");
    steps->push_back(run(fmt::format("ALTER TABLE {} ADD CONSTRAINT {} CHECK (char_length({}) <= {}) NOT VALID;",
                                     clause.table(), name, quoted(clause.cmd.name), type.typmods.front())));
    steps->push_back(run(fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {};", clause.table(), name)));
    return Recipe{std::move(*steps),
                  fmt::format("{} keeps its type, CHECK {} limits the length", in_code(clause.cmd.name), code(name))};
}

std::optional<Recipe> beside_the_old(const Step& step, const Clause& clause) {
    auto steps = other_clauses(step, clause);
    auto recipe = replace_column(step, clause.statement.name, clause.cmd.name,
                                 {clause.cmd.name + "_new", type_of(clause), clause.cmd.expr_sql});
    if (!steps || !recipe) return std::nullopt;
    recipe->steps.insert(recipe->steps.begin(), steps->begin(), steps->end());
    return recipe;
}

}  // namespace

extern const Rule alter_column_type_rewrite{
    .title = "Column type change rewrites the table",
    .category = Category::rewrite,
    .why = R"(
Most type changes store every row anew, and every index with it, while nobody can read or write the table: `int` to
`bigint`, `text` to `varchar(50)`, anything with a `USING` expression. A few cost nothing, such as a longer
`varchar(n)`, `varchar` to `text`, or a larger precision of `numeric`; those are not reported when the old type is
known.

Add a column of the new type beside the old one, keep both equal by a trigger, fill it in batches, and swap the names.
)",
    .bad = {R"(
CREATE TABLE orders (id integer);
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
)",
            R"(
CREATE TABLE orders (id integer, note text);
-- migration:
ALTER TABLE orders ADD COLUMN state text, ALTER COLUMN note TYPE jsonb USING note::jsonb;
)",
            R"(
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY, "Unit Price" integer NOT NULL);
-- migration:
ALTER TABLE "Shop"."Order Lines"
    ALTER COLUMN "Unit Price" TYPE numeric(12,2) USING "Order Lines"."Unit Price" / 100.0;
)",
            R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE numeric;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, amount integer, total integer NOT NULL, note text);
-- migration:
ALTER TABLE orders ALTER COLUMN amount TYPE bigint, ALTER COLUMN total TYPE numeric USING total / 100.0;
)",
            R"(
CREATE TABLE orders (id serial PRIMARY KEY, number integer UNIQUE);
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
)",
            R"(
CREATE TABLE orders (id integer PRIMARY KEY, total integer CHECK (total > 0));
CREATE INDEX orders_total ON orders (total);
-- migration:
DO $$ BEGIN
    ALTER TABLE orders ALTER total SET DATA TYPE numeric(12, 2) USING total / 100.0;
    ALTER TABLE orders ADD COLUMN note text;
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (note varchar(20));
-- migration:
ALTER TABLE orders ALTER COLUMN note TYPE varchar(50);
)",
             R"(
CREATE TABLE orders (note varchar(20));
-- migration:
ALTER TABLE orders ALTER COLUMN note TYPE text;
)"},
    .about = alter_table<AlterTableType::AlterColumnType>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AlterColumnType}), {Cause::type_change},
            [&](const Clause& clause, const Costly& work) {
                auto as_check = length_as_check(step, clause);
                return ClauseMessage{
                    clause.cmd.column->type.name.name == kUnknownType
                        ? fmt::format(
                              "Whether {} is rewritten is not known: the files do not tell which type column {} "
                              "gets",
                              clause.table_in_code(), in_code(clause.cmd.name))
                        : fmt::format("{2} {3} to change column {0} to {1}. {4}", in_code(clause.cmd.name),
                                      type_of(clause), work.verb("Rewrites", "May rewrite"), clause.table_in_code(),
                                      work.waiting()),
                    as_check ? std::move(as_check) : beside_the_old(step, clause)};
            });
    },
    .aliases = "alter-column-type changing-column-type",
};

}  // namespace pgfence::rules
