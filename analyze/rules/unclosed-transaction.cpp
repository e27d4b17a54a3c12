#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

using Kind = Transaction::Kind;

bool leaves_open(const Step& step) {
    if (const auto* transaction = step.is<Transaction>()) {
        const bool ends = transaction->kind == Kind::commit || transaction->kind == Kind::rollback ||
                          transaction->kind == Kind::prepare;
        if (ends) return transaction->chain;
        if (transaction->kind == Kind::begin) return step.scope.transaction.kind != TransactionKind::runner;
    }
    return step.scope.transaction.kind == TransactionKind::explicit_;
}

}  // namespace

extern const Rule unclosed_transaction{
    .title = "BEGIN without COMMIT",
    .category = Category::correctness,
    .why = R"(
The file ends and the transaction is still open. Most runners close the connection, and everything that the file did is
rolled back without a word; one that goes on with the next file holds every lock for as long.

Add the `COMMIT`.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
)",
            R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT AND CHAIN;
)"},
    .good = {R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
)",
             R"(
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
START TRANSACTION;
ALTER TABLE orders ADD COLUMN note text;
END;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (!step.scope.last_in_file || !step.scope.body.empty() || !leaves_open(step)) return {};
        Consequence consequence;
        consequence.message = "The file ends with its transaction still open: it is rolled back";
        return {std::move(consequence)};
    },
    .aliases = "ban-uncommitted-transaction",
};

}  // namespace pgfence::rules
