#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule ddl_and_backfill_same_transaction{
    .title = "Rows changed while an earlier lock keeps others out",
    .category = Category::lock,
    .why = R"(
A lock is held until the transaction ends. When rows are changed after an `ALTER TABLE` in the same transaction, that
statement's brief lock lasts as long as the change of the rows takes, and everybody waits for it.

Give the schema change a migration of its own, and change the rows afterwards, in batches.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, amount integer);
CREATE TABLE totals (order_id bigint, price numeric);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN total numeric;
UPDATE orders SET total = price * amount WHERE total IS NULL;
COMMIT;
)",
            R"(
BEGIN;
ALTER TABLE orders ADD COLUMN total numeric;
INSERT INTO totals SELECT id, price FROM orders;
COMMIT;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
BEGIN;
DROP TABLE IF EXISTS scratch;
UPDATE orders SET note = '' WHERE note IS NULL;
COMMIT;
)",
             R"(
ALTER TABLE orders ADD COLUMN total numeric;
UPDATE orders SET total = price * amount WHERE id < 1000;
)",
             R"(
BEGIN;
CREATE TABLE totals (id bigint);
ALTER TABLE totals ADD COLUMN total numeric;
INSERT INTO totals SELECT id, price FROM orders;
COMMIT;
)",
             R"(
BEGIN;
ALTER TABLE orders ADD COLUMN total numeric;
INSERT INTO states VALUES (1, 'new');
COMMIT;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* dml = step.is<Dml>();
        if (!dml || dml->values_only || dml->kind == Dml::Kind::select || dml->kind == Dml::Kind::copy_to) return {};
        if (std::none_of(step.effects.work.begin(), step.effects.work.end(),
                         [](const Work& work) { return work.existing; }))
            return {};
        const auto held = held_against(step, Traffic::writes);
        if (held.empty()) return {};
        const HeldLock& strongest = **std::max_element(
            held.begin(), held.end(), [](const HeldLock* a, const HeldLock* b) { return a->lock.mode < b->lock.mode; });
        Consequence consequence =
            of_lock(strongest.lock, fmt::format("rows are changed while this transaction still holds {} on {}: {}",
                                                sql_name(strongest.lock.mode), code(strongest.lock.relation),
                                                who_waits(strongest.lock)));
        consequence.grows_with_rows = true;
        if (step.alone)
            consequence.recipe = Recipe{
                {run(step.sql + ";", "in a migration of its own, once the schema change has been committed")}, ""};
        return {beside(std::move(consequence), strongest)};
    },
};

}  // namespace pgfence::rules
