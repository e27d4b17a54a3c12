#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule drop_foreign_key_locks_referenced{
    .title = "Dropping a foreign key locks the referenced table too",
    .category = Category::lock,
    .why = R"(
A foreign key has triggers on both tables. Dropping it, or the column it stands on, takes the strongest lock on the
referenced table as well: readers and writers of both wait until the transaction ends, and behind one long query on
either the statement itself waits with everybody queued behind it. Where the same statement checks or rewrites a table, all its
locks last as long as that.

Do it in a transaction of its own with a short `lock_timeout`.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint CONSTRAINT orders_user REFERENCES users);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
-- migration:
ALTER TABLE orders DROP COLUMN user_id;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint CONSTRAINT orders_user REFERENCES users);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user,
    ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
)"},
    .good = {R"(
CREATE TABLE orders (amount integer CONSTRAINT amount_positive CHECK (amount > 0));
-- migration:
ALTER TABLE orders DROP CONSTRAINT amount_positive;
)"},
    .about = alter_table<AlterTableType::DropConstraint, AlterTableType::DropColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        if (clauses(step, {AlterTableType::DropConstraint, AlterTableType::DropColumn}).empty()) return found;
        const std::string table = quoted(step.is<AlterTable>()->name);
        for (const Lock* lock : locks_as(step, LockRole::referenced_table, Traffic::writes))
            found.push_back(
                of_lock(*lock, fmt::format("Dropping the foreign key of {} takes {} on {} too: {}", code(table),
                                           sql_name(lock->mode), code(lock->relation), its_waiters(*lock))));
        return found;
    },
};

}  // namespace pgfence::rules
