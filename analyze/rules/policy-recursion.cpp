#include "analyze/catalog/row_security.h"
#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool leads_back(const Catalog& catalog, const Name& name) {
    const Relation* table = catalog.find(name);
    return table && policies_lead_back(catalog, *table);
}

}  // namespace

extern const Rule policy_recursion{
    .title = "A policy reads the table that it protects: queries fail",
    .category = Category::compatibility,
    .why = R"(
A policy `FOR SELECT`, or for all commands, is asked for each row that anybody reads, in subqueries too. Where its own
condition reads the table again, or reads another table whose policies do, each question asks the next one: every query of
a role that the policies are for ends with `infinite recursion detected in policy for relation`. The statement that
creates the policy succeeds, and so do the queries of the owner and of superusers: it is the application that finds out.

Ask in a function that is `SECURITY DEFINER` and owned by the table's owner, to whom the policies do not apply, or read a
table that has none.
)",
    .bad = {R"(
CREATE TABLE members (team_id bigint, user_id bigint);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
-- migration:
CREATE POLICY own_teams ON members USING (team_id IN (SELECT team_id FROM members WHERE user_id = 1));
)",
            R"(
CREATE TABLE members (team_id bigint, user_id bigint);
CREATE POLICY own_teams ON members FOR SELECT USING (EXISTS (SELECT FROM members AS own WHERE own.user_id = 1));
-- migration:
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
)",
            R"(
CREATE TABLE teams (id bigint, owner_id bigint);
CREATE TABLE members (team_id bigint, user_id bigint);
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_members ON teams USING (id IN (SELECT team_id FROM members));
-- migration:
CREATE POLICY of_owners ON members USING (team_id IN (SELECT id FROM teams WHERE owner_id = 1));
)",
            R"(
CREATE TABLE members (team_id bigint, user_id bigint);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_teams ON members USING (user_id = 1);
-- migration:
ALTER POLICY own_teams ON members USING (team_id IN (SELECT team_id FROM members WHERE user_id = 1));
)",
            R"(
CREATE TABLE members (team_id bigint, user_id bigint);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
-- migration:
DO $$
BEGIN
  FOR i IN 1..2 LOOP
    EXECUTE format('CREATE POLICY own_teams_%s ON members USING (team_id IN (SELECT team_id FROM members))', i);
  END LOOP;
  IF current_user = 'app' THEN
    CREATE POLICY own_teams ON members USING (team_id IN (SELECT team_id FROM members));
  END IF;
END $$;
)"},
    .good = {R"(
CREATE TABLE members (team_id bigint, user_id bigint);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_members ON members FOR SELECT USING (true);
-- migration:
CREATE POLICY own_teams ON members FOR UPDATE USING (team_id IN (SELECT team_id FROM members WHERE user_id = 1));
)",
             R"(
CREATE TABLE teams (id bigint, owner_id bigint);
CREATE TABLE members (team_id bigint, user_id bigint);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
-- migration:
CREATE POLICY of_owners ON members USING (team_id IN (SELECT id FROM teams WHERE owner_id = 1));
)",
             R"(
CREATE TABLE members (team_id bigint, user_id bigint);
-- migration:
CREATE POLICY own_teams ON members USING (team_id IN (SELECT team_id FROM members WHERE user_id = 1));
)"},
    .about = kinds<PolicyChange, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* policy = std::get_if<PolicyChange>(&step.action);
        const auto* alter = std::get_if<AlterTable>(&step.action);
        if (!policy && !alter) return {};
        const Name& table = policy ? policy->table : alter->name;
        if (!leads_back(step.after, table) || leads_back(step.before, table)) return {};
        Consequence found = of_name(
            step, table,
            fmt::format(
                "The policies of {} read it again: queries of every role that they are for fail with \"infinite "
                "recursion detected in policy for relation\"",
                in_code(table)));
        found.harm = Harm::lost_access;
        // Of a loop or branch that may not run, its end knows no policy for sure.
        found.stands_at_end = [table](const Catalog& end) {
            const Relation* now = end.find(table);
            return now && (!now->table.policies_known || policies_lead_back(end, *now));
        };
        return {std::move(found)};
    },
};

}  // namespace pgfence::rules
