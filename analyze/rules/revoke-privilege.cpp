#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Made by this file, as far as it is looked back: nobody has the privilege yet.
bool made_here(const Step& step, const Grant& grant, const Name& name) {
    if (is_relation(grant.object)) return !step.existing(name);
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        if (const auto* function = std::get_if<CreateFunction>(earlier.action)) return function->name.name == name.name;
        if (const auto* schema = std::get_if<CreateSchema>(earlier.action)) return schema->name == name.name;
        if (const auto* type = std::get_if<CreateEnum>(earlier.action)) return type->name.name == name.name;
        if (const auto* domain = std::get_if<CreateDomain>(earlier.action)) return domain->name.name == name.name;
        return false;
    });
}

std::vector<std::string> taken_from(const Step& step, const Grant& grant) {
    std::vector<std::string> names;
    for (const Name& name : grant.names)
        if (!made_here(step, grant, name)) names.push_back(in_code(name));
    return names;
}

constexpr std::string_view kWhoRunsIt = "which role runs this: ALTER DEFAULT PRIVILEGES of one gives them again";

/// Where another object has the name in the end and its roles lack what they had: surely, or depending on who made it.
std::vector<Consequence> of_lost_rights(Consequence gone, const Name& name, const Relation& before) {
    gone.harm = Harm::lost_access;
    std::vector<Consequence> found;
    for (const Lacks lacks : {Lacks::surely, Lacks::perhaps}) {
        found.push_back(gone);
        found.back().stands_at_end = [name, before, lacks](const Catalog& end) {
            const Relation* now = end.find(name);
            return now && now->id != before.id && lacks_rights(*now, before) == lacks;
        };
    }
    found.back().certainty = Certainty::depends;
    found.back().depends_on = {std::string(kWhoRunsIt)};
    return found;
}

void add_gone_with_routine(const Step& step, const Name& name, std::vector<Consequence>& found) {
    const Name resolved = step.before.resolve_function(name);
    if (!step.before.is_granted_function(resolved)) return;
    found.push_back(of_name(step, name,
                            fmt::format("Grants on {} are dropped with it: the new object of that name has none of "
                                        "them until they are granted again",
                                        quoted(name))));
    found.back().harm = Harm::lost_access;
    found.back().stands_at_end = [resolved](const Catalog& end) {
        return !end.find_functions(resolved).empty() && !end.is_granted_function(resolved);
    };
}

/// Rights belong to the object: what is made anew under its name has none of them. That it goes at all others tell.
std::vector<Consequence> rights_gone(const Step& step, const Drop& drop) {
    std::vector<Consequence> found;
    const bool routine = drop.object == ObjectType::function || drop.object == ObjectType::procedure ||
                         drop.object == ObjectType::routine;
    for (const Name& name : drop.names) {
        if (routine) {
            add_gone_with_routine(step, name, found);
            continue;
        }
        const Relation* relation = step.before.find(name);
        if (!relation || !has_rights(*relation) || !relation->existing) continue;
        Consequence gone = of_name(step, name,
                                   fmt::format("Grants on {} are dropped with it: the new object of that name lacks "
                                               "them until they are granted again",
                                               quoted(name)));
        for (Consequence& one : of_lost_rights(std::move(gone), relation->name, *relation))
            found.push_back(std::move(one));
    }
    return found;
}

/// They go with what is renamed: what takes its old name is another object.
std::vector<Consequence> rights_moved(const Step& step, const Rename& rename) {
    const bool whole = is_relation(rename.object) && rename.part.empty();
    const Relation* relation = whole ? step.before.find(rename.relation) : nullptr;
    if (!relation || !has_rights(*relation) || !relation->existing) return {};
    return of_lost_rights(of_name(step, rename.relation,
                                  fmt::format("Grants on {} go with it to its new name: the new object of the old name "
                                              "lacks them until they are granted again",
                                              quoted(rename.relation))),
                          relation->name, *relation);
}

/// Nobody could do anything by roles that the change makes.
bool are_new(const Step& step, const std::vector<std::string>& roles) {
    return !roles.empty() && std::all_of(roles.begin(), roles.end(),
                                         [&](const std::string& role) { return step.before.is_new_role(role); });
}

bool has_all(const std::vector<std::string>& all, const std::vector<std::string>& wanted) {
    const bool everything = std::find(all.begin(), all.end(), "all") != all.end();
    return everything || std::all_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
               return std::find(all.begin(), all.end(), one) != all.end();
           });
}

/// A role that the change makes was given all of it before: rights that move from one role to another. Code that still
/// comes as the old one fails; who has the new one does not. PUBLIC is no role that anybody could hand over.
const std::string* given_to_new_role(const Step& step, const Grant& revoked) {
    if (has_all(revoked.grantees, {"PUBLIC"})) return nullptr;
    for (const Earlier& earlier : step.earlier) {
        const auto* grant = std::get_if<Grant>(earlier.action);
        if (!grant || grant->revoke || grant->object != revoked.object || grant->all_of != revoked.all_of ||
            grant->grantees.empty() || !are_new(step, grant->grantees) ||
            !has_all(grant->privileges, revoked.privileges))
            continue;
        const bool same = std::all_of(revoked.names.begin(), revoked.names.end(), [&](const Name& name) {
            return std::any_of(grant->names.begin(), grant->names.end(),
                               [&](const Name& other) { return step.qualified(other) == step.qualified(name); });
        });
        if (same) return &grant->grantees.front();
    }
    return nullptr;
}

std::string in_words(const std::vector<std::string>& roles) {
    return std::find(roles.begin(), roles.end(), "PUBLIC") != roles.end()
               ? "PUBLIC (every role without a grant of its own)"
               : list_in_words(roles);
}

}  // namespace

extern const Rule revoke_privilege{
    .title = "Privileges are revoked",
    .category = Category::compatibility,
    .why = R"(
The next statement of running code that needs the privilege fails, in sessions that are open as well. `REVOKE ... FROM
PUBLIC` concerns every role that was never granted it by name.

Look who uses it (`pg_stat_statements` with `userid`, the log of a canary), grant those roles what they need first, and
revoke afterwards.
)",
    .bad = {R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
REVOKE INSERT ON orders FROM app;
)",
            R"(
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM app;
)",
            R"(
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
)",
            R"(
REVOKE pg_read_all_data FROM app;
)",
            R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
CREATE ROLE app_2;
GRANT SELECT, INSERT ON orders TO app_2;
REVOKE INSERT ON orders FROM app;
)",
            R"(
CREATE ROLE app;
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
GRANT SELECT ON orders TO app;
-- migration:
ALTER TABLE orders RENAME TO old_orders;
CREATE TABLE orders (LIKE old_orders INCLUDING ALL);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
REVOKE ALL ON orders FROM PUBLIC;
)",
             R"(
CREATE ROLE app;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app;
CREATE VIEW order_totals AS SELECT 1 AS n;
-- migration:
DROP VIEW order_totals;
CREATE VIEW order_totals AS SELECT 2 AS n;
)",
             R"(
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION f() FROM PUBLIC;
)",
             R"(
CREATE ROLE reporting;
GRANT SELECT, INSERT ON orders TO reporting;
REVOKE INSERT ON orders FROM reporting;
)",
             R"(
GRANT INSERT ON orders TO app;
)"},
    .about = kinds<Grant, Harmless, Drop, Rename>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        Consequence consequence;
        consequence.harm = Harm::lost_access;
        if (step.kind == "REVOKE ROLE") {
            if (are_new(step, step.is<Harmless>()->left_roles)) return {};
            consequence.message = "Members of the role lose its privileges";
            return {std::move(consequence)};
        }
        if (const auto* drop = step.is<Drop>()) return rights_gone(step, *drop);
        if (const auto* rename = step.is<Rename>()) return rights_moved(step, *rename);
        const auto* grant = step.is<Grant>();
        if (!grant || !grant->revoke || are_new(step, grant->grantees)) return {};
        const std::vector<std::string> names = taken_from(step, *grant);
        if (names.empty()) return {};
        consequence.message =
            fmt::format("Revokes {1} on {2} from {0}", in_words(grant->grantees),
                        grant->privileges.front() == "all" ? "all privileges" : list_in_words(grant->privileges),
                        list_in_words(names));
        if (const std::string* heir = given_to_new_role(step, *grant)) {
            consequence.harm = Harm::of_its_category;
            consequence.message += fmt::format(". It was granted to {} before: code that still connects as {} fails",
                                               in_code(*heir), list_in_words(grant->grantees));
        }
        if (is_relation(grant->object))
            for (const Name& name : grant->names)
                if (!made_here(step, *grant, name)) consequence.relations.push_back(step.qualified(name));
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
