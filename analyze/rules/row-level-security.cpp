#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool lacks_policies(const Catalog& catalog, const Name& name) {
    const Relation* table = catalog.find(name);
    return table ? table->table.policies.empty() : !catalog.has_policy_on_unknown(catalog.resolve(name));
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

Create the policies in the same transaction, before it is enabled, and test with the application's own role. A table
that has policies by the end of the change is not reported.
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
            if (!lacks_policies(step.after, table) || is_so_already(step, clause)) continue;
            Consequence consequence =
                of_name(step, table,
                        fmt::format("{} has no policy: {} sees none of its rows any more", clause.table_in_code(),
                                    clause.cmd.subtype == ForceRowSecurity ? "whoever it applies to, its owner too,"
                                                                           : "everybody but its owner"));
            consequence.harm = Harm::lost_access;
            if (!step.before.find(table)) {
                consequence.certainty = Certainty::depends;
                consequence.depends_on = {fmt::format("whether {} has policies", clause.table_in_code())};
            }
            consequence.stands_at_end = [table](const Catalog& end) { return lacks_policies(end, table); };
            found.push_back(at(std::move(consequence), clause));
        }
        return found;
    },
    .aliases = "restrictive-policy rls-enabled-no-policy policy-exists-rls-disabled",
};

}  // namespace pgfence::rules
