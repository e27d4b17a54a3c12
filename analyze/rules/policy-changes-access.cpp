#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Row level security was on before the file: rows of the table were hidden from some.
bool hides_rows(const Step& step, const Name& name) {
    const Relation* table = step.before.find(name);
    if (!table || !table->existing || !table->table.row_security) return false;
    return std::none_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* alter = std::get_if<AlterTable>(earlier.action);
        return alter && step.before.find(alter->name) == table &&
               std::any_of(alter->cmds.begin(), alter->cmds.end(),
                           [](const AlterTableCmd& cmd) { return cmd.subtype == AlterTableType::EnableRowSecurity; });
    });
}

const PolicyInfo* policy_of(const Catalog& catalog, const Name& table, const std::string& name) {
    const Relation* relation = catalog.find(table);
    if (!relation) return nullptr;
    const auto& policies = relation->table.policies;
    const auto found =
        std::find_if(policies.begin(), policies.end(), [&](const PolicyInfo& policy) { return policy.name == name; });
    return found == policies.end() ? nullptr : &*found;
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
        return fmt::format("{} may {} rows of {} that policy {} kept out", of_roles(dropped.roles),
                           done_with(dropped.command), in_code(table), in_code(dropped.name));
    return fmt::format("{} may no longer {} the rows of {} that policy {} let through", of_roles(dropped.roles),
                       done_with(dropped.command), in_code(table), in_code(dropped.name));
}

void add_opened(const Step& step, const PolicyChange& change, std::vector<Consequence>& found) {
    const PolicyInfo* policy = policy_of(step.after, change.table, change.name);
    if (!change.any_row || !policy || !policy->permissive || !hides_rows(step, change.table)) return;
    found.push_back(of_name(step, change.table,
                            fmt::format("policy {} lets {} {} every row of {}", in_code(change.name),
                                        of_roles(policy->roles), done_with(policy->command), in_code(change.table))));
}

void add_dropped(const Step& step, const Drop& drop, std::vector<Consequence>& found) {
    for (std::size_t i = 0; i < drop.names.size() && i < drop.parts.size(); ++i) {
        const PolicyInfo* policy = policy_of(step.before, drop.names[i], drop.parts[i]);
        if (!policy || !hides_rows(step, drop.names[i])) continue;
        Consequence gone = of_name(step, drop.names[i], fate(*policy, drop.names[i]));
        // What takes its place may do the same, under any name.
        gone.stands_at_end = [table = drop.names[i], before = *policy](const Catalog& end) {
            const Relation* now = end.find(table);
            if (!now || !now->table.row_security) return false;
            const auto& left = now->table.policies;
            return std::none_of(left.begin(), left.end(), [&](const PolicyInfo& one) {
                return (one.command == '*' || one.command == before.command) && one.permissive == before.permissive &&
                       (one.roles.empty() || one.roles == before.roles);
            });
        };
        found.push_back(std::move(gone));
    }
}

}  // namespace

extern const Rule policy_changes_access{
    .title = "Changed policy shows rows that were hidden, or hides rows that were seen",
    .category = Category::compatibility,
    .why = R"(
Where row level security is on, policies alone decide who sees and changes which rows. `USING (true)` and `WITH CHECK
(true)` let everybody whom the policy is for through to all of them, whatever the other policies say: permissive policies
add up. Without the last permissive policy for a command its rows are as if they were not there; without a restrictive one
everything that it kept out is open.

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
)"},
    .good = {R"(
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
        if (const auto* change = step.is<PolicyChange>()) add_opened(step, *change, found);
        if (const auto* drop = step.is<Drop>(); drop && drop->object == ObjectType::policy)
            add_dropped(step, *drop, found);
        for (Consequence& one : found) one.harm = Harm::lost_access;
        return found;
    },
};

}  // namespace pgfence::rules
