#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule validate_in_same_transaction{
    .title = "Constraint validated while the lock that added it is still held",
    .category = Category::scan,
    .why = R"(
`NOT VALID` and `VALIDATE CONSTRAINT` help only in two transactions. In one, the strong lock of the first statement is
held until the end, so the reading of the second happens while everybody waits, just as without `NOT VALID`.

Put `VALIDATE CONSTRAINT` into a migration of its own. Where the runner takes all pending migrations into one transaction
(Drizzle, TypeORM, Knex, Alembic), that is not enough: deploy the first before you add the second.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);
-- migration:
BEGIN;
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
COMMIT;
)"},
    .good = {R"(
BEGIN;
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
COMMIT;
)",
             R"(
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
)"},
    .about = alter_table<AlterTableType::ValidateConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::ValidateConstraint})) {
            const HeldLock* held = held_against(step, Traffic::writes, step.qualified(clause.statement.name));
            const bool reads_rows =
                std::any_of(step.effects.work.begin(), step.effects.work.end(),
                            [](const Work& work) { return work.existing && work.kind == Work::Kind::scan; });
            if (!held || !reads_rows) continue;
            Consequence consequence = of_lock(
                held->lock,
                fmt::format("Constraint {} is validated in the transaction that still holds {} on {}: blocks {}",
                            in_code(clause.cmd.name), sql_name(held->lock.mode), clause.table_in_code(),
                            blocked_in_words(held->lock.mode)));
            consequence.grows_with_rows = true;
            if (step.alone && clause.statement.cmds.size() == 1)
                consequence.recipe = Recipe{{apart(run(step.sql + ";"))}, ""};
            found.push_back(at(beside(std::move(consequence), *held), clause));
        }
        return found;
    },
    .aliases = "not-valid-validate-same-tx constraint-missing-not-valid",
};

}  // namespace pgfence::rules
