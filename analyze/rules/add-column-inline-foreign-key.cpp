#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_column_inline_foreign_key{
    .title = "REFERENCES in ADD COLUMN locks the referenced table",
    .category = Category::lock,
    .why = R"(
`ADD COLUMN ... REFERENCES` locks two tables: the one that is altered, and the one that is referenced, whose writers
wait until the transaction ends. Without a default nothing has to be checked and the locks are short, but they are
waited for: behind one long transaction both tables stand still. With a default every row is checked as well.

Set a short `lock_timeout`. With a default, add the column first and the key afterwards `NOT VALID`.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN user_id bigint REFERENCES users (id);
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN user_id bigint DEFAULT 1 CONSTRAINT orders_user REFERENCES users;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders
        ADD COLUMN user_id bigint DEFAULT 1 REFERENCES users ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED;
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN user_id bigint;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AddColumn}))
            for (const Constraint& key : clause.cmd.column->constraints) {
                if (key.type != ConstraintType::foreign_key) continue;
                if (const Costly work = costly(step, {Cause::foreign_key}, clause.index)) {
                    found.push_back(at(
                        of_work(step, work,
                                fmt::format("Scans {1} to check the foreign key of new column {0}. {2}",
                                            in_code(clause.cmd.column->name), clause.table_in_code(), work.waiting()),
                                column_then_constraint(step, clause)),
                        clause));
                    continue;
                }
                const Lock* lock = step.effects.lock_on(step.qualified(key.referenced));
                if (!lock || !lock->existing || !blocks(lock->mode, Traffic::writes)) continue;
                found.push_back(at(
                    of_lock(*lock, fmt::format("The foreign key of {} locks {} too. {}: briefly, but it waits for "
                                               "every open transaction that wrote there",
                                               clause.table_in_code(), in_code(key.referenced), waiting(lock->mode))),
                    clause));
            }
        return found;
    },
    .aliases = "add-column-inline-foreign-key-not-valid adding-foreign-key-constraint",
};

}  // namespace pgfence::rules
