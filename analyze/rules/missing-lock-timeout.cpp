#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

namespace {

/// What the statement is about before what it drags along.
const Lock* blocked_target(const Step& step) {
    const Lock* strongest = step.blocking(Traffic::reads);
    for (const Lock& lock : step.effects.locks)
        if (strongest && lock.existing && lock.role == LockRole::target && lock.mode == strongest->mode) return &lock;
    return strongest;
}

}  // namespace

extern const Rule missing_lock_timeout{
    .title = "Strong lock waited for without a lock_timeout",
    .category = Category::robustness,
    .why = R"(
A statement whose lock keeps even readers out waits for every transaction that is in its way. While it waits, everybody who
comes after it queues behind it, even plain reads: one forgotten transaction and a harmless `ALTER TABLE` together
stop the table.

With a `lock_timeout` of a few seconds the statement gives up instead and can be tried again. A setting of the role or
the connection that runs the migrations does as well; pgfence cannot see that one, switch this rule off then.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text;
)",
            R"(
SET lock_timeout = 0;
ALTER TABLE orders ADD COLUMN note text;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
DROP INDEX orders_user;
)"},
    .good = {R"(
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN note text;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        // What leaves readers alone is said, with its own fix, by the rules about it.
        const Lock* lock = blocked_target(step);
        if (!lock || is_concurrent(step) || step.scope.timeout_ms("lock_timeout")) return {};
        return {of_lock(*lock,
                        fmt::format("nothing limits how long this waits for {} on {}, and everybody else behind it",
                                    sql_name(lock->mode), code(lock->relation)),
                        setting_in_front(step, "lock_timeout", "5s"))};
    },
    .aliases = "require-lock-timeout require-timeout-settings require-timeout lock-timeout-zero",
    .once_per_file = true,
};

}  // namespace pgfence::rules
