#include <algorithm>
#include <utility>

#include "analyze/kit/judge.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

/// Commands for which no permissive policy lets a row through: restrictive ones only take rows away.
struct ShutOut {
    std::vector<std::string> commands;  ///< for everybody
    std::vector<std::string> roles;     ///< for whom alone the others have policies; empty: for everybody
};

/// Of the policies for a command: nothing where one is for everybody, or for all that were granted anything.
void add_open_to(const Relation& table, const std::vector<const PolicyInfo*>& policies, ShutOut& found) {
    std::vector<std::string> roles;
    for (const PolicyInfo* policy : policies) {
        if (policy->roles.empty()) return;
        roles.insert(roles.end(), policy->roles.begin(), policy->roles.end());
    }
    const auto& rights = table.rights;
    if (!rights.empty() && std::all_of(rights.begin(), rights.end(),
                                       [&](const RoleRights& granted) { return is_among(granted.role, roles); }))
        return;
    for (const std::string& role : roles)
        if (!is_among(role, found.roles)) found.roles.push_back(role);
}

ShutOut shut_out(const Catalog& catalog, const Name& name) {
    constexpr std::pair<char, const char*> kCommands[] = {
        {'r', "SELECT"}, {'a', "INSERT"}, {'w', "UPDATE"}, {'d', "DELETE"}};
    const Relation* table = catalog.find(name);
    ShutOut found;
    if (!table && catalog.has_policy_on_unknown(catalog.resolve(name))) return found;
    for (const auto& [letter, word] : kCommands) {
        std::vector<const PolicyInfo*> policies;
        if (table)
            for (const PolicyInfo& policy : table->table.policies)
                if (policy.permissive && !policy.no_row && (policy.command == '*' || policy.command == letter))
                    policies.push_back(&policy);
        if (policies.empty())
            found.commands.emplace_back(word);
        else
            add_open_to(*table, policies, found);
    }
    return found;
}

/// Whatever the row, a policy lets everybody read it; or row level security is off.
bool shows_every_row(const Catalog& catalog, const Name& name) {
    const Relation* table = catalog.find(name);
    if (!table) return catalog.shows_all_of_unknown(catalog.resolve(name));
    bool shows = !table->table.row_security;
    for (const PolicyInfo& policy : table->table.policies) {
        if (policy.command != '*' && policy.command != 'r') continue;
        if (!policy.permissive && !policy.any_row) return false;
        shows = shows || (policy.permissive && policy.any_row && policy.roles.empty());
    }
    return shows;
}

const char* whom_it_concerns(const Clause& clause) {
    return clause.cmd.subtype == AlterTableType::ForceRowSecurity ? "every role, its owner included,"
                                                                  : "every role but its owner";
}

std::string what_is_shut_out(const std::vector<std::string>& commands, const Clause& clause) {
    const char* who = whom_it_concerns(clause);
    if (commands.size() == 4)
        return fmt::format("{} has no policy that allows rows: {} no longer sees any of them", clause.table_in_code(),
                           who);
    if (commands.empty())
        return fmt::format("{} loses a policy later in this change: {} no longer sees its rows", clause.table_in_code(),
                           who);
    return fmt::format("{} has no policy for {}: {} is rejected, or finds no row", clause.table_in_code(),
                       list_in_words(commands), who);
}

/// There are policies, but none that lets every row through.
Consequence hides_some(const Step& step, const Clause& clause) {
    const Name& table = clause.statement.name;
    Consequence some = of_name(step, table,
                               fmt::format("Hides rows of {} from {} where no policy lets them through: code finds "
                                           "fewer rows from then on",
                                           clause.table_in_code(), whom_it_concerns(clause)));
    some.certainty = Certainty::depends;
    some.depends_on = {fmt::format("which rows of {} the policies let through, and as which role code connects",
                                   clause.table_in_code())};
    some.stands_at_end = [table](const Catalog& end) {
        const ShutOut left = shut_out(end, table);
        return left.commands.empty() && left.roles.empty() && !shows_every_row(end, table);
    };
    return some;
}

/// As the statement leaves it, and as the whole change does, there is one of these, or none.
std::vector<Consequence> shuts_out(const Step& step, const Clause& clause) {
    const Name& table = clause.statement.name;
    const ShutOut shut = shut_out(step.after, table);
    Consequence all = of_name(step, table, what_is_shut_out(shut.commands, clause));
    if (!step.before.find(table)) {
        all.certainty = Certainty::depends;
        all.depends_on = {fmt::format("whether {} has policies", clause.table_in_code())};
    }
    all.stands_at_end = [table](const Catalog& end) { return !shut_out(end, table).commands.empty(); };
    const std::string roles = shut.roles.empty() ? "some roles" : list_in_code(shut.roles);
    Consequence others = of_name(step, table,
                                 fmt::format("{} has policies for {} only: other roles are rejected, or find no row",
                                             clause.table_in_code(), roles));
    others.certainty = Certainty::depends;
    others.depends_on = {fmt::format("which other roles use {}", clause.table_in_code())};
    others.stands_at_end = [table](const Catalog& end) {
        const ShutOut left = shut_out(end, table);
        return left.commands.empty() && !left.roles.empty();
    };
    std::vector<Consequence> found{std::move(all), std::move(others), hides_some(step, clause)};
    for (Consequence& one : found) one.harm = Harm::lost_access;
    return found;
}

/// Said again, it changes nothing.
bool is_so_already(const Step& step, const Clause& clause) {
    const Relation* table = step.before.find(clause.statement.name);
    if (!table) return false;
    return clause.cmd.subtype == AlterTableType::ForceRowSecurity ? table->table.row_security_forced
                                                                  : table->table.row_security;
}

}  // namespace

extern const Rule row_level_security{
    .title = "Row level security changes which rows code sees",
    .category = Category::compatibility,
    .why = R"(
Where row level security is enabled and no policy lets a row through, it is as if the row were not there: queries of
everybody but the table's owner find nothing, and inserts fail. With `FORCE` that goes for the owner too. Disabling it
shows every row to whoever may read the table at all.

A policy is for one command (`FOR SELECT`) or for all of them: who may read by it may not write. A restrictive one only
takes rows away from what the others let through. `TO app` concerns the role `app` and its members: all others are kept
out.

A policy that lets no row through (`USING (false)`) counts as none. Policies that let some rows through hide the others,
also from code that does not yet say for whom it asks (`current_setting('app.tenant')`): unless one of them lets everybody
read every row, that is reported too.

Create the policies in the same transaction, before it is enabled, and test with the application's own role.
)",
    .bad = {R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
)",
            R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ADD COLUMN note text, FORCE ROW LEVEL SECURITY;
)",
            R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_orders ON orders FOR SELECT USING (true);
)",
            R"(
CREATE ROLE app;
CREATE TABLE orders (user_id bigint);
CREATE POLICY own_orders ON orders TO app USING (user_id = 1);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
)",
            R"(
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
)",
            R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (false);
)",
            R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_orders ON orders USING (true);
)",
             R"(
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_orders ON orders USING (true);
)",
             R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_orders ON orders FOR SELECT USING (true);
CREATE POLICY add_orders ON orders FOR INSERT WITH CHECK (true);
CREATE POLICY change_orders ON orders FOR UPDATE USING (user_id = 1);
CREATE POLICY remove_orders ON orders FOR DELETE USING (user_id = 1);
)",
             R"(
CREATE TABLE orders (user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
)",
             R"(
CREATE TABLE orders (user_id bigint);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
)"},
    .about = alter_table<AlterTableType::EnableRowSecurity, AlterTableType::ForceRowSecurity,
                         AlterTableType::DisableRowSecurity>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        using enum AlterTableType;
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {EnableRowSecurity, ForceRowSecurity, DisableRowSecurity})) {
            const Name& table = clause.statement.name;
            if (clause.cmd.subtype == DisableRowSecurity) {
                found.push_back(at(of_name(step, table,
                                           fmt::format("Every row of {} becomes visible to all who may read the table",
                                                       clause.table_in_code())),
                                   clause));
                found.back().harm = Harm::lost_access;
                continue;
            }
            if (is_so_already(step, clause)) continue;
            for (Consequence& consequence : shuts_out(step, clause))
                found.push_back(at(std::move(consequence), clause));
        }
        return found;
    },
    .aliases = "restrictive-policy rls-enabled-no-policy policy-exists-rls-disabled",
};

}  // namespace pgfence::rules
