#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule missing_idle_timeout{
    .title = "Transaction with a strong lock and no idle_in_transaction_session_timeout",
    .category = Category::policy,
    .why = R"(
When the migration's client hangs or loses its way in the middle of a transaction, the session sits there idle and
keeps its locks. `idle_in_transaction_session_timeout` ends such a session, and the locks with it.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
)"},
    .good = {R"(
SET idle_in_transaction_session_timeout = '30s';
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
)",
             R"(
ALTER TABLE orders ADD COLUMN note text;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Lock* lock = step.blocking(Traffic::writes);
        if (!lock || !step.scope.in_transaction_block || step.scope.timeout_ms("idle_in_transaction_session_timeout"))
            return {};
        return {
            of_lock(*lock,
                    fmt::format("No idle_in_transaction_session_timeout: an idle session would hold {} on {} for ever",
                                sql_name(lock->mode), code(lock->relation)),
                    setting_in_front(step, "idle_in_transaction_session_timeout", "30s"))};
    },
    .aliases = "require-idle-in-transaction-timeout",
    .once_per_change = true,
};

}  // namespace pgfence::rules
