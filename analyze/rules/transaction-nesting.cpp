#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

using Kind = Transaction::Kind;

std::string nested(const Step& step, Kind kind) {
    const bool runner = step.scope.transaction.kind == TransactionKind::runner;
    const bool open = runner || step.scope.transaction.kind == TransactionKind::explicit_;
    switch (kind) {
        case Kind::begin:
            if (runner) return "The migration runner has opened a transaction: this BEGIN does nothing";
            return open ? "A transaction is already open: this BEGIN does nothing" : "";
        case Kind::commit:
        case Kind::rollback:
            if (runner)
                return fmt::format(
                    "This {} ends the transaction that the migration runner opened: what follows is not rolled back if "
                    "it fails",
                    kind == Kind::commit ? "COMMIT" : "ROLLBACK");
            return step.scope.transaction.kind == TransactionKind::none
                       ? "No transaction is open here: this does nothing"
                       : "";
        default: return "";
    }
}

}  // namespace

extern const Rule transaction_nesting{
    .title = "BEGIN inside a transaction, or COMMIT without one",
    .category = Category::correctness,
    .why = R"(
PostgreSQL has no nested transactions: a second `BEGIN` is a warning, and the first `COMMIT` ends the one transaction
there is. Where the migration runner has opened it, that commits half of the migration, the runner's own bookkeeping
runs outside it, and what follows in the file is not undone if it fails.

Leave `BEGIN` and `COMMIT` to the runner, or tell it to open no transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
)"},
    .good = {R"(
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
)",
             R"(
BEGIN;
SAVEPOINT before;
ALTER TABLE orders ADD COLUMN note text;
ROLLBACK TO before;
COMMIT;
)"},
    .about = kinds<Transaction>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* transaction = step.is<Transaction>();
        if (!transaction || !step.scope.body.empty()) return {};
        Consequence consequence;
        consequence.message = nested(step, transaction->kind);
        if (consequence.message.empty()) return {};
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
