#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_column_inline_unique{
    .title = "UNIQUE or PRIMARY KEY in ADD COLUMN builds its index while reads and writes are blocked",
    .category = Category::lock,
    .why = R"(
A `UNIQUE` or `PRIMARY KEY` in the column's definition builds its index inside the statement, under the lock that
keeps all readers and writers out.

Add the column first, build the index `CONCURRENTLY`, then make it a constraint with `USING INDEX`.
)",
    .bad = {R"(
CREATE TABLE users (name text);
-- migration:
ALTER TABLE users ADD COLUMN email text UNIQUE;
)",
            R"(
ALTER TABLE users ADD COLUMN note text, ADD COLUMN email text CONSTRAINT users_email UNIQUE;
)",
            R"(
ALTER TABLE users ADD COLUMN id bigint PRIMARY KEY;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE users ADD COLUMN email text UNIQUE DEFERRABLE;
END $$;
)"},
    .good = {R"(
ALTER TABLE users ADD COLUMN email text;
)",
             R"(
CREATE TABLE users (email text UNIQUE);
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AddColumn}), {Cause::unique, Cause::primary_key, Cause::exclusion},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format("Builds the index of new column {} on {}. {}", in_code(clause.cmd.column->name),
                                clause.table_in_code(), work.waiting()),
                    work.works.front()->cause == Cause::unique ? column_then_constraint(step, clause) : std::nullopt};
            });
    },
    .aliases = "disallowed-unique-constraint adding-serial-primary-key-field",
};

}  // namespace pgfence::rules
