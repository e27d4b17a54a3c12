#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool is_table(RelationKind kind) { return kind == RelationKind::table || kind == RelationKind::partitioned_table; }

/// A table that the statement itself is about, and that no earlier one has locked.
const Lock* another_table(const Step& step, const std::vector<const HeldLock*>& held) {
    for (const Lock& lock : step.effects.locks) {
        const bool counts =
            lock.existing && lock.role == LockRole::target && is_table(lock.kind) && blocks(lock.mode, Traffic::reads);
        const auto same = [&](const HeldLock* other) { return other->lock.relation == lock.relation; };
        if (counts && std::none_of(held.begin(), held.end(), same)) return &lock;
    }
    return nullptr;
}

std::vector<const HeldLock*> tables_held(const Step& step) {
    std::vector<const HeldLock*> held = held_against(step, Traffic::reads);
    std::erase_if(held, [](const HeldLock* one) { return one->lock.role != LockRole::target; });
    return held;
}

}  // namespace

extern const Rule wide_lock_window{
    .title = "Strong locks on several tables in one transaction",
    .category = Category::lock,
    .why = R"(
Locks are held until the transaction ends. The one that is waited for last keeps everybody off the tables that are
locked already, and a transaction of the application that takes the same tables in another order deadlocks with this
one.

The rule reports the third table that a transaction locks: two brief locks are normal in a migration, and the fourth table
adds no news. It is off unless the config turns it on, which is worth it for tables that all requests need. Most teams
accept brief locks on several tables; `missing-lock-timeout` reports that nothing limits the wait, and a slow statement
under any of the locks has a finding of its own (`statement-after-access-exclusive`).

One table for each migration, or a short `lock_timeout` at least.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE invoices (id bigint PRIMARY KEY);
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE invoices ADD COLUMN note text;
ALTER TABLE users ADD COLUMN note text;
COMMIT;
)"},
    .good = {R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE invoices ADD COLUMN note text;
COMMIT;
ALTER TABLE users ADD COLUMN note text;
)",
             R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE users ADD COLUMN note text;
CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ADD COLUMN note text;
COMMIT;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto held = tables_held(step);
        const Lock* lock = another_table(step, held);
        if (held.size() != 2 || !lock) return {};
        std::optional<Recipe> recipe;
        if (step.alone && step.effects.work.empty()) recipe = Recipe{{apart(run(step.sql + ";"))}, ""};
        return {
            beside(of_lock(*lock,
                           fmt::format("Waits for {} on {} while the transaction already holds {} on {} and {}",
                                       sql_name(lock->mode), code(lock->relation), sql_name(held.front()->lock.mode),
                                       code(held.front()->lock.relation), code(held.back()->lock.relation)),
                           std::move(recipe)),
                   *held.front())};
    },
    .severity = Severity::off,
};

}  // namespace pgfence::rules
