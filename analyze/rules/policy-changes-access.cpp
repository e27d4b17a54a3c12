#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyze/kit/judge.h"
#include "analyze/kit/same_condition.h"

namespace pgfence::rules {
namespace {

/// Row level security was on before the change: rows of the table were hidden from some.
bool hides_rows(const Step& step, const Name& name) {
    const Relation* table = step.before.find(name);
    return table && table->existing && table->table.row_security && table->table.row_security_existing;
}

const Relation* found_or_told(const Catalog& catalog, const Name& table) {
    const Relation* relation = catalog.find(table);
    return relation ? relation : catalog.told_of(table);
}

const PolicyInfo* policy_of(const Catalog& catalog, const Name& table, const std::string& name) {
    const Relation* relation = found_or_told(catalog, table);
    if (!relation) return nullptr;
    const auto& policies = relation->table.policies;
    const auto found =
        std::find_if(policies.begin(), policies.end(), [&](const PolicyInfo& policy) { return policy.name == name; });
    return found == policies.end() ? nullptr : &*found;
}

/// Whether row level security was on before the file, and what its policies say, is not known: no migration made the
/// table, or the history has gaps.
bool may_hide_rows(const Step& step, const Name& name, const std::string& policy) {
    const Relation* table = step.before.find(name);
    if (!table) return !step.before.is_absent(name);
    return table->existing && !step.before.complete() && !policy_of(step.before, name, policy) &&
           (!table->table.policies_known || !step.before.has_whole_history());
}

/// IF EXISTS of a policy that nothing speaks of is more likely caution than a loss.
bool is_caution(const Step& step, const Drop& drop, const Name& name) {
    const Relation* table = step.before.find(name);
    return drop.if_exists && table && table->table.policies_known && !table->table.row_security;
}

std::string done_with(char command) {
    switch (command) {
        case 'r': return "read";
        case 'a': return "insert";
        case 'w': return "update";
        case 'd': return "delete";
        default: return "read and change";
    }
}

std::string of_roles(const std::vector<std::string>& roles) {
    return roles.empty() ? "every role that has privileges on it" : list_in_code(roles);
}

/// What it does to whoever a permissive policy let through, and a restrictive one kept out.
std::string fate(const PolicyInfo& dropped, const Name& table) {
    if (!dropped.permissive)
        return fmt::format("Without policy {3}, {0} may {1} rows of {2} that it forbade", of_roles(dropped.roles),
                           done_with(dropped.command), in_code(table), in_code(dropped.name));
    return fmt::format("Without policy {3}, {0} may no longer {1} the rows of {2} that it allowed",
                       of_roles(dropped.roles), done_with(dropped.command), in_code(table), in_code(dropped.name));
}

/// Of a policy that no migration made: permissive or restrictive, it showed rows or hid them.
std::string fate_of_unknown(const std::string& policy, const Name& table) {
    return fmt::format("Changes which rows of {} policy {} allows", in_code(table), in_code(policy));
}

void make_doubtful(Consequence& consequence, const Name& table, const std::string& policy) {
    consequence.certainty = Certainty::depends;
    consequence.depends_on.push_back(
        fmt::format("the definition of {} (see pg_policies), and whether row level security is on for {}",
                    in_code(policy), in_code(table)));
}

void add_opened(const Step& step, const PolicyChange& change, std::vector<Consequence>& found) {
    const PolicyInfo* policy = policy_of(step.after, change.table, change.name);
    const bool hides = hides_rows(step, change.table);
    if (!change.create && !hides && may_hide_rows(step, change.table, change.name) &&
        !policy_of(step.before, change.table, change.name)) {
        found.push_back(
            of_name(step, change.table,
                    fmt::format("Policy {} allows other rows of {} than before, or allows them to other roles",
                                in_code(change.name), in_code(change.table))));
        return make_doubtful(found.back(), change.table, change.name);
    }
    if (!change.any_row || !policy || !policy->permissive || !hides) return;
    found.push_back(of_name(step, change.table,
                            fmt::format("Policy {} lets {} {} every row of {}", in_code(change.name),
                                        of_roles(policy->roles), done_with(policy->command), in_code(change.table))));
}

/// Not all whom the policy was for; none named is everybody.
bool are_fewer(const std::vector<std::string>& now, const std::vector<std::string>& before) {
    if (now.empty()) return false;
    return before.empty() || std::any_of(before.begin(), before.end(), [&](const std::string& role) {
               return std::find(now.begin(), now.end(), role) == now.end();
           });
}

bool is_for_the_same(const PolicyInfo& now, const PolicyInfo& before) {
    return (now.command == '*' || now.command == before.command) && now.permissive == before.permissive &&
           (now.roles.empty() || now.roles == before.roles);
}

/// WITH CHECK is USING's condition where it is not written.
bool lets_the_same_through(const PolicyInfo& now, const PolicyInfo& before) {
    if (now.any_row) return now.permissive || before.any_row;
    const auto checked = [](const PolicyInfo& policy) { return policy.checked ? policy.checked : policy.shown; };
    return says_the_same(now.shown, before.shown) && says_the_same(checked(now), checked(before));
}

/// The policy that replaces a dropped one for the same roles and commands.
enum class Replaced : std::uint8_t { by_nothing, by_another_condition, by_the_same };

/// `other`: than the one of that name.
Replaced replaced(const Relation& table, const PolicyInfo& before, const std::string& other = {}) {
    Replaced found = Replaced::by_nothing;
    for (const PolicyInfo& one : table.table.policies) {
        if (one.name == other || !is_for_the_same(one, before) || (one.permissive && one.no_row)) continue;
        found = std::max(found,
                         lets_the_same_through(one, before) ? Replaced::by_the_same : Replaced::by_another_condition);
    }
    return found;
}

/// The consequence stands where row level security is on at the end and that is what took the policy's place.
void stands_if(Consequence& consequence, const Name& table, const PolicyInfo& before, Replaced by) {
    consequence.stands_at_end = [table, before, by](const Catalog& end) {
        const Relation* now = end.find(table);
        return now && now->table.row_security && replaced(*now, before) == by;
    };
}

/// Whether more rows or fewer, nobody can tell.
Consequence other_rows(const Step& step, const Name& table, const PolicyInfo& before) {
    return of_name(step, table,
                   fmt::format("Lets {} {} other rows of {} than policy {} did", of_roles(before.roles),
                               done_with(before.command), in_code(table), in_code(before.name)));
}

/// The policies that migrations made on it.
std::vector<std::string> made_by_then(const Catalog& catalog, const Name& table) {
    const Relation* relation = found_or_told(catalog, table);
    std::vector<std::string> names;
    if (!relation) return names;
    for (const PolicyInfo& policy : relation->table.policies) names.push_back(policy.name);
    return names;
}

/// What the file made first may be what takes its place.
bool makes_one_before(const Step& step, const Name& table) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* made = std::get_if<PolicyChange>(earlier.action);
        return made && made->create && step.before.resolve(made->table) == step.before.resolve(table);
    });
}

/// Nobody has met a policy that the file makes and drops.
bool is_made_before(const Step& step, const Name& table, const std::string& name) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* made = std::get_if<PolicyChange>(earlier.action);
        return made && made->create && made->name == name &&
               step.before.resolve(made->table) == step.before.resolve(table);
    });
}

Consequence as_lost(Consequence consequence) {
    consequence.harm = Harm::lost_access;
    return consequence;
}

void add_dropped(const Step& step, const Drop& drop, std::vector<Consequence>& found) {
    for (std::size_t i = 0; i < drop.names.size() && i < drop.parts.size(); ++i) {
        const Name& table = drop.names[i];
        const PolicyInfo* policy = policy_of(step.before, table, drop.parts[i]);
        if (policy && is_made_before(step, table, drop.parts[i])) continue;
        if (policy && hides_rows(step, table)) {
            // What takes its place may do the same, under any name.
            found.push_back(as_lost(of_name(step, table, fate(*policy, table))));
            stands_if(found.back(), table, *policy, Replaced::by_nothing);
            found.push_back(other_rows(step, table, *policy));
            stands_if(found.back(), table, *policy, Replaced::by_another_condition);
        } else if (may_hide_rows(step, table, drop.parts[i]) && !is_caution(step, drop, table) &&
                   !makes_one_before(step, table)) {
            found.push_back(
                as_lost(of_name(step, table, policy ? fate(*policy, table) : fate_of_unknown(drop.parts[i], table))));
            make_doubtful(found.back(), table, drop.parts[i]);
            found.back().stands_at_end = [table, known = policy ? std::optional(*policy) : std::nullopt,
                                          made = made_by_then(step.before, table)](const Catalog& end) {
                if (end.is_absent(table)) return false;
                const Relation* now = found_or_told(end, table);
                if (known) return !now || replaced(*now, *known) == Replaced::by_nothing;
                // Of a policy that nobody knows, any new one may be what takes its place.
                return made_by_then(end, table) == made;
            };
        }
    }
}

/// Rows that the change takes from those who were let through: a restrictive policy, a permissive one that is for fewer
/// roles afterwards or lets no row through.
void add_closed(const Step& step, const PolicyChange& change, std::vector<Consequence>& found) {
    if (!hides_rows(step, change.table)) return;
    const PolicyInfo* before = policy_of(step.before, change.table, change.name);
    const PolicyInfo* after = policy_of(step.after, change.table, change.name);
    if (!after) return;
    const std::string table = in_code(change.table), policy = in_code(change.name);
    const auto stands = [&](const PolicyInfo& lost) {
        found.back().stands_at_end = [name = change.table, lost](const Catalog& end) {
            const Relation* now = end.find(name);
            return now && now->table.row_security && replaced(*now, lost, lost.name) == Replaced::by_nothing;
        };
    };
    if (change.create && !change.permissive && !change.any_row) {
        found.push_back(of_name(step, change.table,
                                fmt::format("Policy {} is restrictive: {} may no longer {} the rows of {} that it does "
                                            "not let through",
                                            policy, of_roles(after->roles), done_with(after->command), table)));
        found.back().stands_at_end = [name = change.table, policy_name = change.name](const Catalog& end) {
            const PolicyInfo* now = policy_of(end, name, policy_name);
            return now && !now->permissive;
        };
    } else if (!change.create && before && before->permissive && change.no_row) {
        found.push_back(of_name(step, change.table,
                                fmt::format("Policy {} lets no row through: {} may no longer {} the rows of {} that it "
                                            "allowed",
                                            policy, of_roles(before->roles), done_with(before->command), table)));
        stands(*before);
    } else if (!change.create && before && before->permissive && are_fewer(after->roles, before->roles)) {
        found.push_back(of_name(step, change.table,
                                fmt::format("Policy {} is for {} alone: other roles may no longer {} the rows of {} "
                                            "that it allowed",
                                            policy, list_in_code(after->roles), done_with(before->command), table)));
        stands(*before);
    }
}

/// ALTER POLICY that gives it another condition.
void add_altered(const Step& step, const PolicyChange& change, std::vector<Consequence>& found) {
    const PolicyInfo* before = policy_of(step.before, change.table, change.name);
    const PolicyInfo* after = policy_of(step.after, change.table, change.name);
    if (change.create || !before || !after || !hides_rows(step, change.table) || change.no_row ||
        is_made_before(step, change.table, change.name) || lets_the_same_through(*after, *before))
        return;
    found.push_back(other_rows(step, change.table, *before));
    stands_if(found.back(), change.table, *before, Replaced::by_another_condition);
}

}  // namespace

extern const Rule policy_changes_access{
    .title = "Changed policy shows rows that were hidden, or hides rows that were seen",
    .category = Category::compatibility,
    .why = R"(
Where row level security is on, policies alone decide who sees and changes which rows. `USING (true)` and `WITH CHECK
(true)` let everybody whom the policy is for through to all of them, whatever the other policies say: permissive policies
add up. Without the last permissive policy for a command its rows are as if they were not there; without a restrictive one
everything that it kept out is open. A policy that no migration made, or none that could be read, may be either.

A condition that changes is reported as well, with less weight: more rows may pass it, or fewer.

Name the roles (`TO app`), say which rows, and test with the application's own role. Shown data cannot be hidden again.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
CREATE POLICY all_orders ON orders FOR SELECT USING (true);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
ALTER POLICY own_orders ON orders USING (true);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
DROP POLICY own_orders ON orders;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
CREATE POLICY recent_orders ON orders AS RESTRICTIVE USING (id > 1000);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY recent_orders ON orders AS RESTRICTIVE USING (id > 1000);
)",
            R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
ALTER POLICY own_orders ON orders TO app;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
ALTER POLICY own_orders ON orders USING (false);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
BEGIN;
DROP POLICY own_orders ON orders;
CREATE POLICY own_orders ON orders USING (user_id = 2);
COMMIT;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
ALTER POLICY own_orders ON orders USING (user_id = 1 AND id > 1000);
)",
            R"(
DROP POLICY own_orders ON orders;
)"},
    .good = {R"(
DROP POLICY IF EXISTS own_orders ON orders;
CREATE POLICY own_orders ON orders USING (user_id = 2);
)",
             R"(
CREATE POLICY her_orders ON orders USING (user_id = 2);
DROP POLICY own_orders ON orders;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
BEGIN;
DROP POLICY own_orders ON orders;
CREATE POLICY her_orders ON orders USING ((orders.user_id = 1::bigint));
COMMIT;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
BEGIN;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_orders ON orders USING (true);
COMMIT;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
-- migration:
CREATE POLICY her_orders ON orders FOR SELECT USING (user_id = 2);
)"},
    .about = kinds<PolicyChange, Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        if (const auto* change = step.is<PolicyChange>()) {
            add_opened(step, *change, found);
            add_closed(step, *change, found);
            for (Consequence& one : found) one.harm = Harm::lost_access;
            add_altered(step, *change, found);
        }
        if (const auto* drop = step.is<Drop>(); drop && drop->object == ObjectType::policy)
            add_dropped(step, *drop, found);
        return found;
    },
};

}  // namespace pgfence::rules
