#include <algorithm>

#include "analyze/kit/judge.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// Those that more clients wait for than for any other.
std::vector<const HeldLock*> strongest(std::vector<const HeldLock*> held) {
    const auto weaker = [](const HeldLock* a, const HeldLock* b) { return a->lock.mode < b->lock.mode; };
    const auto most = std::max_element(held.begin(), held.end(), weaker);
    if (most == held.end()) return held;
    const auto mode = (*most)->lock.mode;
    std::erase_if(held, [&](const HeldLock* one) { return one->lock.mode != mode; });
    return held;
}

std::vector<std::string> relations_of(const std::vector<const HeldLock*>& held) {
    std::vector<std::string> names;
    for (const HeldLock* one : held) names.push_back(one->lock.relation);
    return names;
}

std::string in_words(std::vector<std::string> relations) {
    constexpr std::size_t kNamed = 3;
    for (std::string& relation : relations) relation = code(relation);
    return joined_up_to(kNamed, relations);
}

}  // namespace

extern const Rule lock_timeout_too_late{
    .title = "lock_timeout set where it has no effect",
    .category = Category::robustness,
    .why = R"(
A `lock_timeout` limits the waiting of the statements that follow. Behind the statement that takes the strong lock it
comes too late, and `SET LOCAL` outside a transaction sets nothing at all: the server only warns.

Set it at the head of the file; with `SET LOCAL`, behind `BEGIN`.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
SET LOCAL lock_timeout = '5s';
COMMIT;
)",
            R"(
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;
)"},
    .good = {R"(
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
)"},
    .about = kinds<SetVariable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* set = step.is<SetVariable>();
        if (!set || set->kind != SetVariable::Kind::set || set->name != "lock_timeout") return {};
        Consequence consequence;
        if (set->local && !step.scope.in_transaction_block) {
            consequence.message = "SET LOCAL outside a transaction has no effect: lock_timeout stays as it was";
            return {std::move(consequence)};
        }
        const auto held = strongest(held_against(step, Traffic::writes));
        if (held.empty() || set->values.empty() || set->values.front() == "0" || step.scope.timeout_ms("lock_timeout"))
            return {};
        consequence.relations = relations_of(held);
        consequence.message = fmt::format("lock_timeout is set only after this transaction took {} on {}",
                                          sql_name(held.front()->lock.mode), in_words(consequence.relations));
        return {beside(std::move(consequence), *held.front())};
    },
    .aliases = "lock-timeout-after-dangerous-statement",
};

}  // namespace pgfence::rules
