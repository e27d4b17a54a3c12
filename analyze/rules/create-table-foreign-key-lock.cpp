#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule create_table_foreign_key_lock{
    .title = "REFERENCES in CREATE TABLE locks the referenced table",
    .category = Category::lock,
    .why = R"(
Nothing is checked, the new table is empty. But a foreign key puts triggers on the referenced table, whose writers
wait until the transaction ends, and the statement itself waits for every transaction that is writing there, with
everybody else behind it.

The lock is brief: set a short `lock_timeout`, and keep slow statements out of the same transaction.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE orders (user_id bigint REFERENCES users (id));
)",
            R"(
CREATE TABLE orders (user_id bigint, FOREIGN KEY (user_id) REFERENCES users (id));
)"},
    .good = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
)",
             R"(
CREATE TABLE orders (user_id bigint);
)"},
    .about = kinds<CreateTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* table = step.is<CreateTable>();
        if (!table) return {};
        std::vector<Consequence> found;
        for (const Lock* lock : locks_as(step, LockRole::referenced_table, Traffic::writes))
            found.push_back(of_lock(
                *lock,
                fmt::format("The foreign key of new table {} takes {} on {}: {} until the transaction ends",
                            in_code(table->name), sql_name(lock->mode), code(lock->relation), its_waiters(*lock))));
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
