#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule alter_column_type_blocked{
    .title = "Type of a column that something depends on cannot be changed",
    .category = Category::correctness,
    .why = R"(
PostgreSQL refuses to change the type of a column that a view, a rule, a generated column, a trigger's column list or
the partition key uses. The migration fails and, depending on the runner, is left half done.

Drop what depends on it first and make it again in the same transaction, or add a new column beside the old one.
)",
    .bad = {R"(
CREATE TABLE orders (id integer, note text);
CREATE VIEW order_ids AS SELECT id FROM orders;
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
)"},
    .good = {R"(
CREATE TABLE orders (id integer, note text);
CREATE VIEW order_notes AS SELECT note FROM orders;
-- migration:
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
)"},
    .about = alter_table<AlterTableType::AlterColumnType>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AlterColumnType}))
            for (const Failure& failure : step.effects.failures)
                if (failure.kind == Failure::Kind::not_allowed && failure.command == clause.index)
                    found.push_back(
                        at(of_failure(step, failure,
                                      fmt::format("The type of column {} of {} cannot be changed: {}",
                                                  in_code(clause.cmd.name), clause.table_in_code(), failure.message)),
                           clause));
        return found;
    },
    .aliases = "changing-column-type",
};

}  // namespace pgfence::rules
