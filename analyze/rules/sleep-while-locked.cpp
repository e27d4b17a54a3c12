#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool sleeps(const FunctionUse& use) {
    return (use.name.schema.empty() || use.name.schema == "pg_catalog") &&
           (use.name.name == "pg_sleep" || use.name.name == "pg_sleep_for" || use.name.name == "pg_sleep_until");
}

}  // namespace

extern const Rule sleep_while_locked{
    .title = "The transaction sleeps while it holds locks",
    .category = Category::lock,
    .why = R"(
`pg_sleep` keeps the transaction open, and with it every lock that its earlier statements took: who waits for one of
them waits as long again.

Sleep between transactions, not inside one.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
SELECT pg_sleep(10);
COMMIT;
)",
            R"(
DO $$ BEGIN
  LOCK TABLE orders IN SHARE MODE;
  PERFORM pg_sleep(10);
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN note text;
SELECT pg_sleep(10);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
SELECT pg_sleep(10);
COMMIT;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* dml = step.is<Dml>();
        if (!dml || dml->reach != Dml::Reach::run) return {};
        const auto& functions = dml->query.functions;
        if (std::none_of(functions.begin(), functions.end(), sleeps)) return {};
        const auto held = held_against(step, Traffic::writes);
        if (held.empty()) return {};
        Consequence consequence = of_lock(
            held.front()->lock, fmt::format("The transaction sleeps while it {}", who_waits(held.front()->lock)));
        return {beside(std::move(consequence), *held.front())};
    },
};

}  // namespace pgfence::rules
