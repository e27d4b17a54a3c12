#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

using Kind = Transaction::Kind;

/// An earlier COMMIT or ROLLBACK of the file ended what no BEGIN of it began. Whether a transaction is open behind that
/// is up to the driver: psycopg 3, pg8000 and JDBC begin another one with the next statement, psycopg2 does not.
bool has_ended_the_runners(const Step& step) {
    int open = 0;
    bool ended = false;
    for (const Earlier& earlier : step.earlier) {
        const auto* transaction = std::get_if<Transaction>(earlier.action);
        if (!transaction) continue;
        if (transaction->kind == Kind::begin) ++open;
        const bool ends = transaction->kind == Kind::commit || transaction->kind == Kind::rollback;
        ended |= ends && open == 0;
        if (ends && open > 0) --open;
    }
    return ended;
}

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
                return kind == Kind::commit
                           ? "This COMMIT ends the transaction that the migration runner opened: what "
                             "came before stays applied if what follows fails"
                           : "This ROLLBACK ends the transaction that the migration runner opened, and "
                             "takes back what came before";
            return step.scope.transaction.kind == TransactionKind::none && !has_ended_the_runners(step)
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
runs outside it, and what came before stays applied if a later statement fails. Whether that runs in a transaction of
its own is up to the driver.

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
