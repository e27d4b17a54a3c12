#include <algorithm>
#include <utility>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// Rules of their own say more of these: index-build-after-alter-same-transaction, validate-in-same-transaction,
/// ddl-and-backfill-same-transaction.
bool told_by_others(const Step& step) {
    if (const auto* index = step.is<CreateIndex>())
        return held_against(step, Traffic::reads, step.qualified(index->table)) != nullptr;
    if (const auto* dml = step.is<Dml>())
        return dml->reach == Dml::Reach::run && dml->kind != Dml::Kind::select && dml->kind != Dml::Kind::copy_to;
    for (const Clause& clause : clauses(step, {AlterTableType::ValidateConstraint}))
        if (held_against(step, Traffic::writes, step.qualified(clause.statement.name))) return true;
    return false;
}

/// "`public.orders`, `public.users`, `public.shops` and 2 more"
std::string named_in_code(const std::vector<std::string>& tables) {
    constexpr std::size_t kNamed = 3;
    if (tables.size() <= kNamed) return list_in_code(tables);
    std::vector<std::string> coded;
    for (const std::string& table : tables) coded.push_back(code(table));
    return joined_up_to(kNamed, coded);
}

}  // namespace

extern const Rule statement_after_access_exclusive{
    .title = "Slow statement while an earlier lock still blocks others",
    .category = Category::lock,
    .why = R"(
A lock is held until the transaction ends, not until its statement does. A slow statement in the same transaction,
even on another table, makes everybody wait for both.

Put the slow statement into a migration of its own, or in front of the one that takes the lock.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE invoices (id bigint PRIMARY KEY, amount integer);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE invoices ADD CONSTRAINT amount_positive CHECK (amount > 0);
COMMIT;
)",
            R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
CREATE TABLE copy AS SELECT * FROM invoices;
COMMIT;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users);
CREATE INDEX orders_user_id ON orders (user_id);
-- migration:
BEGIN;
ALTER TABLE orders DROP CONSTRAINT orders_user;
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
COMMIT;
)"},
    .good = {R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN state text;
COMMIT;
)",
             R"(
ALTER TABLE orders ADD COLUMN note text;
CREATE TABLE copy AS SELECT * FROM invoices;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (told_by_others(step)) return {};
        auto held = held_against(step, Traffic::reads);
        // A statement that locks readers out of the same table by itself makes nobody wait longer: its own rule tells.
        std::erase_if(held, [&](const HeldLock* h) {
            const Lock* own = step.effects.lock_on(h->lock.relation);
            return own && blocks(own->mode, Traffic::reads);
        });
        const auto slow =
            std::max_element(step.effects.work.begin(), step.effects.work.end(), [](const Work& a, const Work& b) {
                return std::pair(a.existing, a.existing && a.certain) < std::pair(b.existing, b.existing && b.certain);
            });
        if (held.empty() || slow == step.effects.work.end() || !slow->existing) return {};
        // What it works on itself is named first.
        std::stable_partition(held.begin(), held.end(),
                              [&](const HeldLock* h) { return step.effects.lock_on(h->lock.relation) != nullptr; });
        std::vector<std::string> tables;
        for (const HeldLock* h : held) tables.push_back(h->lock.relation);
        const LockMode mode = held.front()->lock.mode;
        Consequence consequence =
            of_lock(held.front()->lock,
                    fmt::format("Scans or changes {} while the transaction still holds {} on {}: blocks {} {}",
                                code(slow->relation), sql_name(mode), named_in_code(tables),
                                tables.size() > 1 ? "their" : "its", blocked_in_words(mode)));
        consequence.relations = std::move(tables);
        consequence.grows_with_rows = true;
        if (!slow->certain) {
            consequence.certainty = Certainty::depends;
            consequence.depends_on = step.effects.depends_on;
        }
        // Slow under a lock of its own: there its own rule has the fix.
        const bool own_hazard = std::any_of(step.effects.work.begin(), step.effects.work.end(), [](const Work& work) {
            return work.existing && blocks(work.under, Traffic::writes);
        });
        if (step.alone && !own_hazard) consequence.recipe = Recipe{{apart(run(step.sql + ";"))}, ""};
        return {beside(std::move(consequence), *held.front())};
    },
};

}  // namespace pgfence::rules
