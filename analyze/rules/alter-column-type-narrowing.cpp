#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

std::string new_type(const Clause& clause) {
    return clause.cmd.column->type_sql.empty() ? "the new type" : clause.cmd.column->type_sql;
}

}  // namespace

extern const Rule alter_column_type_narrowing{
    .title = "Narrower column type fails on existing values, or cuts them",
    .category = Category::correctness,
    .why = R"(
One number that is out of range, or one string that is too long, makes the whole statement fail, after it has rewritten
the table for as long as it took to find it. Other conversions lose something without a word: a smaller scale or
precision rounds, `timestamp` to `date` drops the time, and a cast in `USING` (`note::varchar(10)`) cuts strings off.

Ask first whether such values exist, and clean them up. An expression in `USING` that says what to do with them, such as
`left(note, 10)`, is not reported.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE integer;
)",
            R"(
CREATE TABLE orders (note varchar(200));
-- migration:
ALTER TABLE orders ADD COLUMN state text, ALTER COLUMN note TYPE varchar(50);
)",
            R"(
CREATE TABLE orders (note text);
-- migration:
ALTER TABLE orders ALTER COLUMN note TYPE varchar(50) USING note::varchar(50);
)",
            R"(
CREATE TABLE orders (price numeric(10,4));
-- migration:
ALTER TABLE orders ALTER COLUMN price TYPE numeric(10,2);
)",
            R"(
CREATE TABLE orders (created timestamptz);
-- migration:
DO $$ BEGIN
    ALTER TABLE orders ALTER COLUMN created TYPE date;
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (id integer, note varchar(50), price numeric(10,2));
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE bigint, ALTER COLUMN note TYPE text, ALTER COLUMN price TYPE numeric(12,2);
)",
             R"(
CREATE TABLE orders (note text);
-- migration:
ALTER TABLE orders ALTER COLUMN note TYPE varchar(50) USING left(note, 50);
)",
             R"(
CREATE TABLE orders (note text);
ALTER TABLE orders ALTER COLUMN note TYPE varchar(50);
)"},
    .about = alter_table<AlterTableType::AlterColumnType>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AlterColumnType})) {
            const std::string change =
                fmt::format("{} of {} to {}", in_code(clause.cmd.name), clause.table_in_code(), new_type(clause));
            for (const Failure& failure : step.effects.failures)
                if (failure.kind == Failure::Kind::existing_rows && failure.command == clause.index) {
                    Consequence consequence =
                        of_name(step, clause.statement.name,
                                fmt::format("Changing column {} fails if an existing value does not fit", change));
                    consequence.fails = true;
                    consequence.certainty = Certainty::depends;
                    consequence.depends_on = {fmt::format("the values in {}", in_code(clause.cmd.name))};
                    found.push_back(at(std::move(consequence), clause));
                }
            for (const Caveat* caveat : caveats(step, Caveat::Kind::values_rounded))
                if (caveat->command == clause.index)
                    found.push_back(
                        at(of_name(step, clause.statement.name,
                                   fmt::format("Changing column {} silently rounds or cuts existing values", change)),
                           clause));
        }
        return found;
    },
    .aliases = "changing-column-type",
};

}  // namespace pgfence::rules
