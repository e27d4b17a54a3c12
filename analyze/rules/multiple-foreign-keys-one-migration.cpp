#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Tables that others write to and that foreign keys of this transaction point at, the ones before this statement too.
std::vector<std::string> locked_tables(const Step& step) {
    std::vector<std::string> tables;
    const auto add = [&](const Lock& lock) {
        const bool counts =
            lock.existing && lock.role == LockRole::referenced_table && blocks(lock.mode, Traffic::writes);
        if (counts && std::find(tables.begin(), tables.end(), lock.relation) == tables.end())
            tables.push_back(lock.relation);
    };
    for (const HeldLock& held : step.scope.held) add(held.lock);
    for (const Lock& lock : step.effects.locks) add(lock);
    return tables;
}

}  // namespace

extern const Rule multiple_foreign_keys_one_migration{
    .title = "Foreign keys of one transaction lock several tables at once",
    .category = Category::lock,
    .why = R"(
Each foreign key keeps writers off the table that it points at until the transaction ends. Several in one transaction
(or in one `CREATE TABLE`) hold the first while they wait for the next: one long transaction on any of the tables stops
writes on all of them, and the application may take the same tables in another order, which is a deadlock.

One foreign key for each migration, or a short `lock_timeout`: with one in force this is not reported.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE teams (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE members (user_id bigint REFERENCES users (id), team_id bigint REFERENCES teams (id));
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE shops (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, shop_id bigint);
-- migration:
BEGIN;
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_shop FOREIGN KEY (shop_id) REFERENCES shops NOT VALID;
COMMIT;
)"},
    .good = {R"(
SET lock_timeout = '2s';
CREATE TABLE members (user_id bigint REFERENCES users (id), team_id bigint REFERENCES teams (id));
)",
             R"(
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_shop FOREIGN KEY (shop_id) REFERENCES shops NOT VALID;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE members (user_id bigint REFERENCES users (id), team_id bigint REFERENCES teams (id));
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto own = locks_as(step, LockRole::referenced_table, Traffic::writes);
        if (own.empty() || step.scope.timeout_ms("lock_timeout")) return {};
        auto tables = locked_tables(step);
        if (tables.size() < 2) return {};
        Consequence consequence = of_lock(
            *own.front(),
            fmt::format("Foreign keys of this transaction block writes to {} at the same time", list_in_words(tables)));
        consequence.relations = std::move(tables);
        return {std::move(consequence)};
    },
    .aliases = "multiple-foreign-keys",
    .once_per_file = true,
    .severity = Severity::off,
};

}  // namespace pgfence::rules
