#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_check_not_valid_missing{
    .title = "CHECK added without NOT VALID scans the whole table",
    .category = Category::scan,
    .why = R"(
A new `CHECK` is tested against every row while nobody can read or write the table. Added `NOT VALID` it guards new
rows at once and reads none; a later `VALIDATE CONSTRAINT`, in a migration of its own, reads the old ones while
traffic goes on.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, amount integer);
-- migration:
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0);
)",
            R"(
ALTER TABLE orders ADD CHECK (amount > 0);
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT amount_positive CHECK (amount > 0);
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY, "Unit Price" numeric);
-- migration:
ALTER TABLE "Shop"."Order Lines" ADD CHECK ("Unit Price" > 0);
)",
            R"(
ALTER TABLE orders ADD CHECK (amount > 0), ADD CONSTRAINT id_positive CHECK (id > 0) NO INHERIT;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD CHECK (amount > 0);
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
)",
             R"(
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
)",
             R"(
CREATE TABLE orders (amount integer);
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0);
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(step, added_constraints(step, ConstraintType::check), {Cause::check},
                             [&](const Clause& clause, const Costly& work) {
                                 return ClauseMessage{fmt::format("Scans {} to validate the new CHECK constraint. {}",
                                                                  clause.table_in_code(), work.waiting()),
                                                      not_valid_then_validate(step, clause)};
                             });
    },
    .aliases = "add-constraint-check-no-not-valid constraint-missing-not-valid add-check-without-not-valid",
};

}  // namespace pgfence::rules
