#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule drop_not_null{
    .title = "Dropped NOT NULL lets nulls reach code that does not expect them",
    .category = Category::compatibility,
    .why = R"(
From now on the column may be null. Code that is running, reports and other services read it as a value that is always
there; in many languages the first null is a crash.

Let every reader cope with nulls before the first writer may store one. Where the column is about to be dropped this is
the right first step.
)",
    .bad = {R"(
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
)",
            R"(
CREATE TABLE orders (note text NOT NULL);
-- migration:
ALTER TABLE orders ADD COLUMN state text, ALTER note DROP NOT NULL;
)"},
    .good = {R"(
CREATE TABLE orders (note text);
-- migration:
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
)",
             R"(
CREATE TABLE orders (note text NOT NULL);
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
)",
             R"(
CREATE TABLE orders (note text NOT NULL);
-- migration:
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
ALTER TABLE orders DROP COLUMN note;
)"},
    .about = alter_table<AlterTableType::DropNotNull>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropNotNull})) {
            const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
            if (column && (!column->not_null || !column->existing)) continue;
            Consequence consequence = of_name(
                step, clause.statement.name,
                fmt::format("Column {} of {} can be NULL from now on: running code that reads it must accept nulls",
                            in_code(clause.cmd.name), clause.table_in_code()));
            consequence.stands_at_end = [table = clause.statement.name, name = clause.cmd.name](const Catalog& end) {
                const Relation* relation = end.find(table);
                const Column* left = relation ? relation->column(name) : nullptr;
                return !relation || !relation->columns_known || (left && !left->not_null);
            };
            found.push_back(at(std::move(consequence), clause));
        }
        return found;
    },
    .aliases = "ban-drop-not-null",
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
