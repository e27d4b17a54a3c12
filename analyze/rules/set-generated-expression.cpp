#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule set_generated_expression{
    .title = "SET EXPRESSION rewrites the table",
    .category = Category::rewrite,
    .why = R"(
A stored generated column gets a new value in every row: the table and all its indexes are written anew while nobody can
read or write it. A virtual column (18 and later) has no stored values, and changes at once.

Add a new generated column only if the table may be rewritten at a quiet time; otherwise an ordinary column, kept by a
trigger and filled in batches, does the same online.
)",
    .bad = {R"(
CREATE TABLE orders (price numeric, amount numeric, total numeric GENERATED ALWAYS AS (price) STORED);
-- migration:
ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (price * amount);
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ALTER total SET EXPRESSION AS (price * amount);
)"},
    .good = {R"(
CREATE TABLE orders (price numeric, total numeric GENERATED ALWAYS AS (price) VIRTUAL);
-- migration:
ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (price * 2);
)",
             R"(
ALTER TABLE orders ALTER COLUMN total DROP EXPRESSION;
)"},
    .about = alter_table<AlterTableType::SetExpression>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::SetExpression}), {Cause::set_expression},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format("{1} {2}: generated column {0} gets a new expression. {3}", in_code(clause.cmd.name),
                                work.verb("Rewrites", "May rewrite"), clause.table_in_code(), work.waiting()),
                    std::nullopt};
            });
    },
    .since = since(Feature::set_expression),
};

}  // namespace pgfence::rules
