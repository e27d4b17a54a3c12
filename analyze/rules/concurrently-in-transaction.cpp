#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

std::string_view place(const Scope& scope) {
    if (!scope.body.empty()) return scope.body;
    switch (scope.transaction.kind) {
        case TransactionKind::runner: return "the transaction that the migration runner opens";
        case TransactionKind::implicit: return "the transaction of several statements sent as one query";
        default: return "a transaction";
    }
}

}  // namespace

extern const Rule concurrently_in_transaction{
    .title = "Statement that cannot run in a transaction is in one",
    .category = Category::correctness,
    .why = R"(
`CREATE INDEX CONCURRENTLY`, `VACUUM`, `DETACH PARTITION CONCURRENTLY` and some others refuse to run in a transaction
block: the migration fails. A transaction need not be written down. Many runners wrap every file in one, and several
statements sent as one query are one transaction too.

Give the statement a file of its own, and tell the runner to leave its transaction out.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
BEGIN;
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
COMMIT;
)",
            R"(
BEGIN;
VACUUM orders;
COMMIT;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
-- migration:
BEGIN;
DROP INDEX CONCURRENTLY orders_user;
COMMIT;
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
             R"(
BEGIN;
CREATE INDEX orders_user ON orders (user_id);
COMMIT;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (step.is<AlterEnum>()) return {};  // enum-add-value-in-transaction
        for (const Failure& failure : step.effects.failures) {
            if (failure.kind != Failure::Kind::in_transaction_block) continue;
            std::optional<Recipe> recipe;
            if (step.alone) recipe = Recipe{{outside_transaction(step.sql + ";")}, ""};
            return {of_failure(step, failure, fmt::format("Fails in {}: {}", place(step.scope), failure.message),
                               std::move(recipe))};
        }
        return {};
    },
    .aliases = "concurrent-in-transaction ban-concurrent-index-creation-in-transaction",
};

}  // namespace pgfence::rules
