#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_foreign_key_not_valid_missing{
    .title = "Foreign key added without NOT VALID checks every row while writes wait",
    .category = Category::scan,
    .why = R"(
A new foreign key is checked for every row of the table, and until the transaction commits neither the table nor the
one it references takes writes. Added `NOT VALID` it guards new rows at once and checks none; a later `VALIDATE
CONSTRAINT`, in a migration of its own, checks the old ones while writes go on.

Before 18 a partitioned table cannot have a `NOT VALID` foreign key: there each partition gets its own first.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);
)",
            R"(
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text,
    ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint, user_id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- migration:
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
)",
            R"(
CREATE TABLE users (shop bigint, id bigint, PRIMARY KEY (shop, id));
CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint, user_id bigint, parent bigint);
-- migration:
ALTER TABLE orders ADD FOREIGN KEY (shop, user_id) REFERENCES users MATCH FULL DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (parent) REFERENCES orders;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL;
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
)",
             R"(
ALTER TABLE orders VALIDATE CONSTRAINT orders_user;
)",
             R"(
CREATE TABLE orders (user_id bigint);
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, added_constraints(step, ConstraintType::foreign_key), {Cause::foreign_key},
            [&](const Clause& clause, const Costly& work) {
                const bool per_partition = !step.server_has(Feature::not_valid_foreign_key_on_partitioned) &&
                                           is_partitioned(step, clause.statement.name);
                return ClauseMessage{
                    fmt::format("every row of {} is checked against {} {}", clause.table_in_code(),
                                in_code(clause.cmd.constraint->referenced), work.waiting()),
                    per_partition ? foreign_key_per_partition(step, clause) : not_valid_then_validate(step, clause)};
            });
    },
    .aliases =
        "add-constraint-fk-no-not-valid adding-foreign-key-constraint constraint-missing-not-valid "
        "add-fk-without-not-valid",
};

}  // namespace pgfence::rules
