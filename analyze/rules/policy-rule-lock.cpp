#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

std::string what(const Step& step) {
    if (const auto* policy = step.is<PolicyChange>())
        return fmt::format("{} policy {}", policy->create ? "Creating" : "Changing", in_code(policy->name));
    if (const auto* rule = step.is<CreateRule>()) return "Creating rule " + quoted(rule->name);
    const auto* drop = step.is<Drop>();
    if (!drop || (drop->object != ObjectType::policy && drop->object != ObjectType::rule)) return "";
    return fmt::format("Dropping {} {}", drop->object == ObjectType::policy ? "policy" : "rule",
                       drop->parts.empty() ? "" : in_code(drop->parts.front()));
}

}  // namespace

extern const Rule policy_rule_lock{
    .title = "Policies and rules briefly block reads and writes",
    .category = Category::lock,
    .why = R"(
Creating, changing or dropping a row security policy or a rule is instant, but needs the strongest lock on the table: it
waits for every transaction that so much as reads it, and all that come later queue behind.

Set a short `lock_timeout`, and keep slow statements out of the same transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE POLICY own_orders ON orders USING (user_id = 1);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
ALTER POLICY own_orders ON orders USING (user_id = 2);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
DROP POLICY IF EXISTS own_orders ON orders;
)",
            R"(
CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING;
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint);
CREATE POLICY own_orders ON orders USING (user_id = 1);
)",
             R"(
DROP TRIGGER keep ON orders;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const std::string change = what(step);
        const Lock* lock = change.empty() ? nullptr : step.blocking(Traffic::reads);
        if (!lock) return {};
        return {of_lock(*lock, fmt::format("{} takes {} on {}: {} until the transaction ends", change,
                                           sql_name(lock->mode), code(lock->relation), its_waiters(*lock)))};
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
