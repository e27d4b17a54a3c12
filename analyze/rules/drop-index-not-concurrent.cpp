#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// Not the index itself, of which nobody can tell that it is one when no earlier migration made it.
bool is_table(const Step& step, const Lock& lock) {
    const auto& names = step.is<Drop>()->names;
    return std::none_of(names.begin(), names.end(),
                        [&](const Name& name) { return step.qualified(name) == lock.relation; });
}

/// The table's lock where the catalog knows the table, else the index's own.
const Lock* table_lock(const Step& step) {
    const Lock* found = nullptr;
    for (const Lock& lock : step.effects.locks)
        if (lock.existing && blocks(lock.mode, Traffic::writes) && (!found || is_table(step, lock))) found = &lock;
    return found;
}

/// The transaction keeps everybody off the table already.
bool adds_nothing(const Step& step, const Lock& lock) {
    const HeldLock* held = step.scope.held.on(lock.relation);
    return held && held->lock.mode >= lock.mode;
}

}  // namespace

extern const Rule drop_index_not_concurrent{
    .title = "DROP INDEX locks the table, not only the index",
    .category = Category::lock,
    .why = R"(
`DROP INDEX` is quick, but it needs the strongest lock on the table: it waits for every query on it, and everybody
else waits behind it.

`DROP INDEX CONCURRENTLY` waits without being in anybody's way. It must run outside a transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, day date);
CREATE INDEX orders_user ON orders (user_id);
CREATE INDEX orders_day ON orders (day);
-- migration:
DROP INDEX orders_user;
)",
            R"(
DROP INDEX IF EXISTS orders_user, orders_day;
)",
            R"(
CREATE TABLE orders (id bigint);
CREATE INDEX orders_id ON orders (id);
-- migration:
DROP INDEX orders_id;
)",
            R"(
DO $$ BEGIN
    DROP INDEX public.orders_user;
END $$;
)"},
    .good = {R"(
DROP INDEX CONCURRENTLY orders_user;
)",
             R"(
CREATE TABLE orders (id bigint);
CREATE INDEX orders_id ON orders (id);
DROP INDEX orders_id;
)",
             R"(
CREATE TABLE orders (id bigint, user_id bigint, UNIQUE (id));
CREATE INDEX orders_user ON orders (user_id);
-- migration:
BEGIN;
ALTER TABLE orders DROP CONSTRAINT orders_id_key;
DROP INDEX orders_user;
COMMIT;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::index || drop->concurrently) return {};
        const Lock* lock = table_lock(step);
        if (!lock || adds_nothing(step, *lock)) return {};
        std::vector<std::string> names;
        for (const Name& name : drop->names) names.push_back(in_code(name));
        Consequence found =
            of_lock(*lock,
                    is_table(step, *lock)
                        ? fmt::format("DROP INDEX of {} without CONCURRENTLY takes {} on {}: {}", list_in_words(names),
                                      sql_name(lock->mode), code(lock->relation), its_waiters(*lock))
                        : fmt::format("DROP INDEX of {} without CONCURRENTLY takes {} on its table: blocks {}",
                                      list_in_words(names), sql_name(lock->mode), blocked_in_words(lock->mode)),
                    drop_index_concurrently(step));
        for (const Name& name : drop->names)
            if (step.qualified(name) != lock->relation) found.relations.push_back(step.qualified(name));
        return {std::move(found)};
    },
    .aliases = "require-concurrent-index-deletion drop-index-non-concurrent",
};

}  // namespace pgfence::rules
