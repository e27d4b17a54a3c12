#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule alter_column_default_cached{
    .title = "Default value cached by running application",
    .category = Category::compatibility,
    .why = R"(
Mappers that read a table's defaults when they start (Active Record with `partial_inserts` on, which was its default
before Rails 7) write the old default into new rows until they are restarted. Code that leaves the column out of its
inserts gets the new one at once.

Switch partial inserts off and deploy that first, or write the value explicitly.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text DEFAULT 'new');
-- migration:
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'open';
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ALTER state DROP DEFAULT;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN state text DEFAULT 'new';
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
)"},
    .about = alter_table<AlterTableType::ColumnDefault>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::ColumnDefault})) {
            const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
            if (column && !column->existing) continue;
            const std::string name = quoted(clause.cmd.name);
            found.push_back(at(
                of_name(
                    step, clause.statement.name,
                    fmt::format("Running code that cached the default of column {} of {} goes on writing the old value",
                                code(name), clause.table_in_code())),
                clause));
        }
        return found;
    },
    .severity = Severity::off,
};

}  // namespace pgfence::rules
