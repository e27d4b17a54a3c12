#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/superfluous_index.h"

namespace pgfence::rules {

extern const Rule index_build_after_alter_same_transaction{
    .title = "Index built while an earlier lock blocks reads",
    .category = Category::lock,
    .why = R"(
A lock is held until the transaction ends. An index built after an `ALTER TABLE` in the same transaction is built
while that statement's lock still keeps readers out, not only writers.

Build the index in a migration of its own, `CONCURRENTLY`.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX orders_note ON orders (note);
COMMIT;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX CONCURRENTLY orders_note ON orders (note);
)",
             R"(
BEGIN;
CREATE TABLE orders (note text);
ALTER TABLE orders ADD COLUMN id bigint;
CREATE INDEX orders_note ON orders (note);
COMMIT;
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index || !costly(step, {Cause::index})) return {};
        const HeldLock* held = held_against(step, Traffic::reads, step.qualified(index->table));
        if (!held) return {};
        Consequence consequence =
            of_lock(held->lock,
                    fmt::format("Builds {} while this transaction still holds {} on {}: blocks {}", new_index(*index),
                                sql_name(held->lock.mode), in_code(index->table), blocked_in_words(held->lock.mode)),
                    index_concurrently_if_needed(step, *index));
        consequence.grows_with_rows = true;
        return {beside(std::move(consequence), *held)};
    },
};

}  // namespace pgfence::rules
