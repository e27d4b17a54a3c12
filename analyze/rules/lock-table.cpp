#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule lock_table{
    .title = "LOCK TABLE blocks others",
    .category = Category::lock,
    .why = R"(
The lock is held until the transaction ends, and waited for behind every transaction that is in its way, with
everybody else behind it.

Most statements lock what they need by themselves. If an order of locks is needed, take the weakest mode that does,
with a short `lock_timeout`, and keep slow statements out of the transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
LOCK TABLE orders;
COMMIT;
)",
            R"(
BEGIN;
LOCK TABLE orders IN SHARE MODE;
COMMIT;
)"},
    .good = {R"(
BEGIN;
LOCK TABLE orders IN ACCESS SHARE MODE;
COMMIT;
)"},
    .about = kinds<LockTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Lock* lock = step.is<LockTable>() ? step.blocking(Traffic::writes) : nullptr;
        if (!lock) return {};
        return {of_lock(*lock, fmt::format("LOCK TABLE holds {} on {} until the transaction ends: {}",
                                           sql_name(lock->mode), code(lock->relation), its_waiters(*lock)))};
    },
};

}  // namespace pgfence::rules
