#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

namespace {

/// What the statement is about before what it drags along; of an index the table, where everybody else queues.
const Lock* blocked_target(const Step& step) {
    const Lock* strongest = step.blocking(Traffic::reads);
    if (!strongest) return nullptr;
    for (const LockRole role : {LockRole::table_of_the_index, LockRole::target})
        for (const Lock& lock : step.effects.locks)
            if (lock.existing && lock.role == role && lock.mode == strongest->mode) return &lock;
    return strongest;
}

/// An index that no migration mentions: its table is locked, and nobody knows which that is.
bool is_unknown_index(const Step& step, const Lock& lock) {
    const auto* drop = step.is<Drop>();
    return drop && drop->object == ObjectType::index && lock.role == LockRole::target &&
           !step.before.find_qualified(lock.relation);
}

}  // namespace

extern const Rule missing_lock_timeout{
    .title = "No lock_timeout for a strong lock",
    .category = Category::robustness,
    .why = R"(
A statement whose lock keeps even readers out waits for every transaction that is in its way. While it waits, everybody who
comes after it queues behind it, even plain reads: one forgotten transaction and a harmless `ALTER TABLE` together
stop the table.

With a `lock_timeout` of a few seconds the statement gives up instead and can be tried again. It is said once for a
change, with all places.

A setting of the role or the connection that runs the migrations does as well. In a pull request it is looked for in the
repository: `ALTER ROLE` or `ALTER DATABASE ... SET lock_timeout` (migrations that ran, scripts), `variables:` of
`database.yml`, `-c lock_timeout=5s` in connection strings and `PGOPTIONS`, settings of drivers, `postgresql.conf`,
Alembic's `env.py`, programs that run migrations, `StrongMigrations.lock_timeout`, the gem safe-pg-migrations,
`ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT`. Then the rule is silent, and the report says where it was seen. What is set on
the server alone pgfence cannot see: `lock-timeout-set-elsewhere = true` in the config says so.

Where none of the latest twenty migrations sets one, and the table is not known to be large or busy, a pull request's
report has one note in place of a finding. To get the finding all the same, give the rule a severity in the config.
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
        const bool unknown = is_unknown_index(step, *lock);
        Consequence found =
            of_lock(*lock,
                    fmt::format("No lock_timeout: while this waits for {} on {}{}, other queries queue behind it",
                                sql_name(lock->mode), unknown ? "the table of " : "", code(lock->relation)),
                    setting_in_front(step, "lock_timeout", "5s"));
        if (unknown) {
            found.certainty = Certainty::depends;
            found.depends_on = step.effects.depends_on;
        }
        // Whatever the role or the connection has is of no help then; DEFAULT goes back to that.
        const Setting* set = step.scope.setting("lock_timeout");
        if (set && !set->value.empty() && set->set_at.end > set->set_at.begin) {
            found.related = set->set_at;
            found.related_message = "lock_timeout is switched off here";
        }
        return {std::move(found)};
    },
    .aliases = "require-lock-timeout require-timeout-settings require-timeout lock-timeout-zero",
    .once_per_change = true,
    .subject = RuleSubject::no_lock_timeout,
};

}  // namespace pgfence::rules
