#include <algorithm>
#include <utility>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Commands for which no permissive policy lets a row through: restrictive ones only take rows away.
std::vector<std::string> shut_out(const Catalog& catalog, const Name& name) {
    constexpr std::pair<char, const char*> kCommands[] = {
        {'r', "SELECT"}, {'a', "INSERT"}, {'w', "UPDATE"}, {'d', "DELETE"}};
    const Relation* table = catalog.find(name);
    std::vector<std::string> commands;
    for (const auto& [letter, word] : kCommands) {
        const bool open =
            table ? std::any_of(table->table.policies.begin(), table->table.policies.end(),
                                [letter = letter](const PolicyInfo& policy) {
                                    return policy.permissive && (policy.command == '*' || policy.command == letter);
                                })
                  : catalog.has_policy_on_unknown(catalog.resolve(name));
        if (!open) commands.emplace_back(word);
    }
    return commands;
}

std::string what_is_shut_out(const std::vector<std::string>& commands, const Clause& clause) {
    const char* who = clause.cmd.subtype == AlterTableType::ForceRowSecurity ? "whoever it applies to, its owner too,"
                                                                             : "everybody but its owner";
    if (commands.size() == 4)
        return fmt::format("{} has no policy that lets rows through: {} sees none of its rows any more",
                           clause.table_in_code(), who);
    if (commands.empty())
        return fmt::format("{} loses a policy later in this change: {} is kept from its rows", clause.table_in_code(),
                           who);
    return fmt::format("{} has no policy for {}: {} is refused, or finds no row", clause.table_in_code(),
                       list_in_words(commands), who);
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
takes rows away from what the others let through.

Create the policies in the same transaction, before it is enabled, and test with the application's own role. A table
that has a policy for every command by the end of the change is not reported.
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
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
)",
             R"(
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders USING (user_id = 1);
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
                                           fmt::format("every row of {} is shown to whoever may read the table",
                                                       clause.table_in_code())),
                                   clause));
                found.back().harm = Harm::lost_access;
                continue;
            }
            if (is_so_already(step, clause)) continue;
            Consequence consequence = of_name(step, table, what_is_shut_out(shut_out(step.after, table), clause));
            consequence.harm = Harm::lost_access;
            if (!step.before.find(table)) {
                consequence.certainty = Certainty::depends;
                consequence.depends_on = {fmt::format("whether {} has policies", clause.table_in_code())};
            }
            consequence.stands_at_end = [table](const Catalog& end) { return !shut_out(end, table).empty(); };
            found.push_back(at(std::move(consequence), clause));
        }
        return found;
    },
    .aliases = "restrictive-policy rls-enabled-no-policy policy-exists-rls-disabled",
};

}  // namespace pgfence::rules
