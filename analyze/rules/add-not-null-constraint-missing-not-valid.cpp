#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_not_null_constraint_missing_not_valid{
    .title = "NOT NULL constraint added without NOT VALID scans the whole table",
    .category = Category::scan,
    .why = R"(
`ADD CONSTRAINT ... NOT NULL` looks at every row for a null while nobody can read or write the table. Added `NOT
VALID` it guards new rows at once and reads none; a later `VALIDATE CONSTRAINT` reads the old ones while traffic goes
on.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- migration:
ALTER TABLE orders ADD CONSTRAINT state_given NOT NULL state;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD NOT NULL state;
)"},
    .good = {R"(
ALTER TABLE orders ADD CONSTRAINT state_given NOT NULL state NOT VALID;
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(step, added_constraints(step, ConstraintType::not_null), {Cause::not_null},
                             [&](const Clause& clause, const Costly& work) {
                                 return ClauseMessage{fmt::format("Scans {1} to look for nulls in column {0}. {2}",
                                                                  list_in_code(clause.cmd.constraint->keys),
                                                                  clause.table_in_code(), work.waiting()),
                                                      not_valid_then_validate(step, clause)};
                             });
    },
    .since = since(Feature::named_not_null),
};

}  // namespace pgfence::rules
