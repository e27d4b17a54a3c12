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

/// From the third table on everything has been said.
std::size_t tables_held(const std::vector<const HeldLock*>& held) {
    return static_cast<std::size_t>(
        std::count_if(held.begin(), held.end(), [](const HeldLock* h) { return h->lock.role == LockRole::target; }));
}

}  // namespace

extern const Rule wide_lock_window{
    .title = "Strong locks on several tables in one transaction",
    .category = Category::lock,
    .why = R"(
Locks are held until the transaction ends. The one that is waited for last keeps everybody off the tables that are
locked already, and a transaction of the application that takes the same tables in another order deadlocks with this
one.

One table for each migration, or a short `lock_timeout` at least.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE invoices (id bigint PRIMARY KEY);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE invoices ADD COLUMN note text;
COMMIT;
)"},
    .good = {R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
ALTER TABLE invoices ADD COLUMN note text;
)",
             R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ADD COLUMN note text;
COMMIT;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto held = held_against(step, Traffic::reads);
        const Lock* lock = another_table(step, held);
        if (held.empty() || !lock || tables_held(held) > 1) return {};
        std::optional<Recipe> recipe;
        if (step.alone && step.effects.work.empty()) recipe = Recipe{{apart(run(step.sql + ";"))}, ""};
        return {beside(of_lock(*lock,
                               fmt::format("Waits for {} on {} while the transaction already holds {} on {}",
                                           sql_name(lock->mode), code(lock->relation),
                                           sql_name(held.front()->lock.mode), code(held.front()->lock.relation)),
                               std::move(recipe)),
                       *held.front())};
    },
};

}  // namespace pgfence::rules
