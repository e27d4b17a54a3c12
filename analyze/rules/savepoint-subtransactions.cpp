#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool is_savepoint(const Action& action) {
    const auto* transaction = std::get_if<Transaction>(&action);
    return transaction && transaction->kind == Transaction::Kind::savepoint;
}

std::int64_t savepoints_before(const Step& step) {
    return std::count_if(step.earlier.begin(), step.earlier.end(),
                         [](const Earlier& e) { return is_savepoint(*e.action); });
}

}  // namespace

extern const Rule savepoint_subtransactions{
    .title = "Many savepoints in one file",
    .category = Category::policy,
    .why = R"(
Every savepoint that writes is a subtransaction with an id of its own. Past a certain number of them in one transaction
every other session has to look them up on disk to know what it may see, and the whole server slows down.

Commit in between instead.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- migration:
BEGIN;
SAVEPOINT a;
UPDATE orders SET state = 'new' WHERE id = 1;
SAVEPOINT b;
UPDATE orders SET state = 'new' WHERE id = 2;
SAVEPOINT c;
UPDATE orders SET state = 'new' WHERE id = 3;
COMMIT;
)"},
    .good = {R"(
BEGIN;
SAVEPOINT a;
UPDATE orders SET state = 'new' WHERE id = 1;
COMMIT;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (!is_savepoint(step.action)) return {};
        const std::int64_t most = step.number("max-savepoints");
        if (savepoints_before(step) != most) return {};
        Consequence consequence;
        consequence.message = fmt::format("This file has more than {} savepoints", most);
        return {std::move(consequence)};
    },
    .once_per_file = true,
    .options = {{"max-savepoints", std::int64_t{10}, "savepoints that a file may have, up to 30"}},
    .example_options = {{"max-savepoints", std::int64_t{2}}},
};

}  // namespace pgfence::rules
