#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule add_exclusion_constraint{
    .title = "EXCLUDE constraint builds its index while reads and writes are blocked",
    .category = Category::lock,
    .why = R"(
An exclusion constraint builds its index inside the statement, under the lock that keeps all readers and writers out.
There is no way to build it concurrently and none to add it `NOT VALID`.

Plan a quiet time with a short `lock_timeout`, or put the constraint on a new table and move the rows there.
)",
    .bad = {R"(
CREATE EXTENSION btree_gist;
CREATE TABLE bookings (room integer, during tsrange);
-- migration:
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);
)",
            R"(
ALTER TABLE bookings ADD COLUMN note text, ADD EXCLUDE USING gist (during WITH &&);
)"},
    .good = {R"(
CREATE TABLE bookings (during tsrange, EXCLUDE USING gist (during WITH &&));
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, added_constraints(step, ConstraintType::exclusion), {Cause::exclusion},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format(
                        "Builds the index of the new EXCLUDE constraint on {}, which cannot be done concurrently. {}",
                        clause.table_in_code(), work.waiting()),
                    std::nullopt};
            });
    },
    .aliases = "add-constraint-exclude create-table-exclude-constraint",
};

}  // namespace pgfence::rules
