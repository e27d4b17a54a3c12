#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// The check reads the new table, and is long where that was filled: meanwhile the referenced one takes no writes.
std::vector<Consequence> of_filled_table(const Step& step) {
    const auto* alter = step.is<AlterTable>();
    const Relation* table = alter ? step.before.find(alter->name) : nullptr;
    if (!table || table->existing || !table->table.filled) return {};
    std::vector<Consequence> found;
    for (std::size_t i = 0; i < alter->cmds.size(); ++i) {
        const AlterTableCmd& cmd = alter->cmds[i];
        if (cmd.subtype != AlterTableType::AddConstraint || !cmd.constraint ||
            cmd.constraint->type != ConstraintType::foreign_key)
            continue;
        const bool is_checked = std::any_of(step.effects.work.begin(), step.effects.work.end(), [&](const Work& work) {
            return work.cause == Cause::foreign_key && work.command == i;
        });
        const Lock* lock = step.effects.lock_on(step.qualified(cmd.constraint->referenced));
        if (!is_checked || !lock || !lock->existing || !blocks(lock->mode, Traffic::writes)) continue;
        const Clause clause{*alter, cmd, i};
        Consequence consequence =
            of_lock(*lock,
                    fmt::format("Checks every row that this change puts into {} against {} under {}: {}",
                                clause.table_in_code(), in_code(cmd.constraint->referenced), sql_name(lock->mode),
                                who_waits(*lock)),
                    not_valid_then_validate(step, clause));
        consequence.grows_with_rows = true;
        consequence.certainty = Certainty::depends;
        consequence.depends_on.push_back(
            fmt::format("how many rows the change puts into {}", step.qualified(alter->name)));
        found.push_back(at(std::move(consequence), clause));
    }
    return found;
}

}  // namespace

extern const Rule add_foreign_key_not_valid_missing{
    .title = "Foreign key added without NOT VALID scans the table while writes are blocked",
    .category = Category::scan,
    .why = R"(
A new foreign key is checked for every row of the table, and until the transaction commits neither the table nor the
one it references takes writes. Added `NOT VALID` it guards new rows at once and checks none; a later `VALIDATE
CONSTRAINT`, in a migration of its own, checks the old ones while writes go on.

A new table that the same change fills from others is checked as well. Nobody waits for it, but for the one that it
references: a table that is empty has nothing to check.

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
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- migration:
CREATE TABLE emails (user_id bigint, email text);
INSERT INTO emails (user_id, email) SELECT id, email FROM users;
ALTER TABLE emails ADD CONSTRAINT emails_user FOREIGN KEY (user_id) REFERENCES users (id);
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
)",
             R"(
CREATE TABLE orders (user_id bigint);
INSERT INTO orders VALUES (1);
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        auto of_new = of_filled_table(step);
        if (!of_new.empty()) return of_new;
        return judge_clauses(
            step, added_constraints(step, ConstraintType::foreign_key), {Cause::foreign_key},
            [&](const Clause& clause, const Costly& work) {
                const bool per_partition = !step.server_has(Feature::not_valid_foreign_key_on_partitioned) &&
                                           is_partitioned(step, clause.statement.name);
                return ClauseMessage{
                    fmt::format("Scans {} to check the new foreign key to {}. {}", clause.table_in_code(),
                                in_code(clause.cmd.constraint->referenced), work.waiting()),
                    per_partition ? foreign_key_per_partition(step, clause) : not_valid_then_validate(step, clause)};
            });
    },
    .aliases =
        "add-constraint-fk-no-not-valid adding-foreign-key-constraint constraint-missing-not-valid "
        "add-fk-without-not-valid",
};

}  // namespace pgfence::rules
