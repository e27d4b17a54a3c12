#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule instant_strong_lock{
    .title = "Instant statement that still waits for a strong lock",
    .category = Category::lock,
    .why = R"(
The statement takes no time, but it waits for every transaction that is in its way, and everybody who comes later
queues behind it: one long reader in front of it stops the table.

With a short `lock_timeout` it gives up instead and can be tried again; with one in force this is not reported. The
rule is off unless it is switched on, because `missing-lock-timeout` says as much once for each file.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, number bigint, note text);
CREATE UNIQUE INDEX orders_number ON orders (number);
-- migration:
ALTER TABLE orders ADD COLUMN memo text;
)",
            R"(
ALTER TABLE orders ALTER COLUMN note SET DEFAULT 'none';
)",
            R"(
ALTER TABLE orders ADD CONSTRAINT orders_number UNIQUE USING INDEX orders_number;
)"},
    .good = {R"(
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Lock* lock = step.blocking(Traffic::writes);
        if (!lock || is_concurrent(step) || step.scope.timeout_ms("lock_timeout")) return {};
        return {of_lock(
            *lock, fmt::format("Waits for {} on {} until open transactions on it end; other queries queue behind it",
                               sql_name(lock->mode), code(lock->relation)))};
    },
    .aliases =
        "add-column-constant-default validate-constraint add-constraint-unique-using-index detach-partition-concurrent "
        "add-constraint-unknown-type",
    .backstop = true,
    .severity = Severity::off,
};

}  // namespace pgfence::rules
