#include <algorithm>
#include <array>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Statements about the cluster rather than the schema, by command tag.
constexpr std::array<std::string_view, 20> kKinds{"ALTER DATABASE",       "ALTER DEFAULT PRIVILEGES",
                                                  "ALTER ROLE",           "ALTER SYSTEM",
                                                  "ALTER TABLESPACE",     "CREATE DATABASE",
                                                  "CREATE EVENT TRIGGER", "CREATE FOREIGN DATA WRAPPER",
                                                  "CREATE LANGUAGE",      "CREATE ROLE",
                                                  "CREATE SUBSCRIPTION",  "CREATE TABLESPACE",
                                                  "DROP DATABASE",        "DROP EVENT TRIGGER",
                                                  "DROP OWNED",           "DROP ROLE",
                                                  "DROP TABLESPACE",      "GRANT ROLE",
                                                  "REASSIGN OWNED",       "REVOKE ROLE"};

/// Who runs what follows, or owns what is there.
std::string change_of_role(const Step& step) {
    if (const auto* set = step.is<SetVariable>(); set && set->name == "role") return "SET ROLE";
    if (const auto* owner = step.is<ChangeOwner>()) return fmt::format("the owner of {}", in_code(owner->name));
    const auto changes = clauses(step, {AlterTableType::ChangeOwner});
    return changes.empty() ? "" : fmt::format("the owner of {}", changes.front().table_in_code());
}

}  // namespace

extern const Rule superuser_operation{
    .title = "Roles, owners or the server itself changed in a migration",
    .category = Category::policy,
    .why = R"(
Roles, tablespaces, settings of the server and event triggers belong to the cluster, not to the schema: they need
rights that the role which runs migrations should not have, and what they change is shared with other databases. They
are better kept where the servers are described.
)",
    .bad = {R"(
CREATE ROLE app;
CREATE ROLE admin;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE ROLE reporting LOGIN;
)",
            R"(
ALTER SYSTEM SET work_mem = '1GB';
)",
            R"(
ALTER TABLE orders OWNER TO app;
)",
            R"(
SET ROLE admin;
)"},
    .good = {R"(
GRANT SELECT ON orders TO reporting;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const std::string role = change_of_role(step);
        const bool listed = std::find(kKinds.begin(), kKinds.end(), step.kind) != kKinds.end();
        if (!listed && role.empty()) return {};
        Consequence consequence;
        consequence.message = fmt::format("Changes {}, which is not part of the schema",
                                          role.empty() ? "an object of the whole server" : role);
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
