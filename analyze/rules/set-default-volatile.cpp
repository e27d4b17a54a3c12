#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule set_default_volatile{
    .title = "Volatile default leaves existing rows as they are",
    .category = Category::correctness,
    .why = R"(
`SET DEFAULT gen_random_uuid()` gives a value to rows that are inserted from now on. Rows that are there keep what
they have, which is null where nothing else was written. (That holds for every `SET DEFAULT`; with a value that is
different in each row it is the one that people expect to fill the column.)

Fill the old rows in batches, outside the migration.
)",
    .bad = {R"(
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
)",
            R"(
CREATE TABLE orders (token uuid);
-- migration:
ALTER TABLE orders ADD COLUMN note text, ALTER token SET DEFAULT gen_random_uuid();
)"},
    .good = {R"(
ALTER TABLE orders ALTER COLUMN created SET DEFAULT now();
)",
             R"(
CREATE TABLE orders (token uuid NOT NULL);
-- migration:
ALTER TABLE orders ALTER token SET DEFAULT gen_random_uuid();
)",
             R"(
CREATE TABLE orders (id bigint);
-- migration:
ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER token SET DEFAULT gen_random_uuid();
)"},
    .about = alter_table<AlterTableType::ColumnDefault>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::ColumnDefault}))
            for (const Caveat* caveat : caveats(step, Caveat::Kind::unstable_default)) {
                const Relation* table = table_after(step);
                const Column* column = table ? table->column(clause.cmd.name) : nullptr;
                if (caveat->command != clause.index || (column && (column->not_null || !column->existing))) continue;
                found.push_back(at(of_name(step, clause.statement.name,
                                           fmt::format("Only new rows of {} get a value for column {}",
                                                       clause.table_in_code(), in_code(clause.cmd.name))),
                                   clause));
            }
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
