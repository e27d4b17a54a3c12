#include "analyze/catalog/privileges.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::string_view kAll = "all", kEverybody = "PUBLIC";

bool includes(const RoleRights& all, const std::vector<std::string>& privileges) {
    return is_among(kAll, all.privileges) ||
           std::all_of(privileges.begin(), privileges.end(),
                       [&](const std::string& one) { return is_among(one, all.privileges); });
}

/// The role has them, by a grant to itself or to everybody.
bool has_rights(const std::vector<RoleRights>& all, const RoleRights& wanted, bool perhaps) {
    return std::all_of(wanted.privileges.begin(), wanted.privileges.end(), [&](const std::string& privilege) {
        return std::any_of(all.begin(), all.end(), [&](const RoleRights& one) {
            return (perhaps || !one.perhaps) && (one.role == wanted.role || one.role == kEverybody) &&
                   includes(one, {privilege});
        });
    });
}

bool is_same_line(const DefaultRights& a, const DefaultRights& b) {
    return a.maker == b.maker && a.schema == b.schema && a.object == b.object && a.rights.role == b.rights.role;
}

}  // namespace

void give_rights(std::vector<RoleRights>& all, RoleRights given) {
    for (RoleRights& known : all) {
        if (known.role != given.role || known.perhaps != given.perhaps) continue;
        for (std::string& privilege : given.privileges)
            if (!is_among(privilege, known.privileges)) known.privileges.push_back(std::move(privilege));
        return;
    }
    all.push_back(std::move(given));
}

void take_rights(std::vector<RoleRights>& all, const std::string& role, const std::vector<std::string>& privileges) {
    for (RoleRights& known : all)
        if (known.role == role)
            std::erase_if(known.privileges, [&](const std::string& one) {
                return is_among(kAll, privileges) || is_among(one, privileges);
            });
    std::erase_if(all, [](const RoleRights& known) { return known.privileges.empty(); });
}

void weaken_rights(std::vector<RoleRights>& all, const std::vector<RoleRights>& other) {
    for (RoleRights& known : all) known.perhaps |= !has_rights(other, known, false);
    for (RoleRights there : other) {
        if (has_rights(all, there, true)) continue;
        there.perhaps = true;
        give_rights(all, std::move(there));
    }
}

void weaken_default_rights(std::vector<DefaultRights>& all, const std::vector<DefaultRights>& other) {
    const auto has = [](const std::vector<DefaultRights>& lines, const DefaultRights& wanted, bool perhaps) {
        return std::any_of(lines.begin(), lines.end(), [&](const DefaultRights& line) {
            return is_same_line(line, wanted) && has_rights({line.rights}, wanted.rights, perhaps);
        });
    };
    for (DefaultRights& line : all) line.rights.perhaps |= !has(other, line, false);
    for (DefaultRights there : other) {
        if (has(all, there, true)) continue;
        there.rights.perhaps = true;
        all.push_back(std::move(there));
    }
}

void change_default_rights(std::vector<DefaultRights>& all, const DefaultPrivileges& change, const std::string& role) {
    if (change.rights.option_only) return;
    const auto makers = change.makers.empty() ? std::vector{role} : change.makers;
    const auto schemas = change.schemas.empty() ? std::vector{std::string()} : change.schemas;
    for (const std::string& maker : makers)
        for (const std::string& schema : schemas)
            for (const std::string& grantee : change.rights.grantees) {
                DefaultRights line{maker, schema, change.rights.object, {grantee, change.rights.privileges}};
                if (!change.rights.revoke) {
                    all.push_back(std::move(line));
                    continue;
                }
                for (DefaultRights& known : all) {
                    if (!is_same_line(known, line)) continue;
                    std::vector<RoleRights> left{std::move(known.rights)};
                    take_rights(left, grantee, change.rights.privileges);
                    known.rights = left.empty() ? RoleRights{} : std::move(left.front());
                }
                std::erase_if(all, [](const DefaultRights& known) { return known.rights.privileges.empty(); });
            }
}

std::vector<RoleRights> rights_of_new(const std::vector<DefaultRights>& all, const std::string& role,
                                      const Relation& made) {
    const ObjectType object = made.kind == RelationKind::sequence ? ObjectType::sequence : ObjectType::table;
    std::vector<RoleRights> rights;
    for (const DefaultRights& line : all) {
        const bool is_here = line.schema.empty() || line.schema == made.name.schema;
        const bool is_other_role = line.maker != role && !line.maker.empty() && !role.empty();
        if (line.object != object || !is_here || is_other_role) continue;
        RoleRights given = line.rights;
        given.perhaps |= line.maker != role;
        give_rights(rights, std::move(given));
    }
    return rights;
}

Lacks lacks_rights(const Relation& now, const Relation& before) {
    Lacks lacks = Lacks::nothing;
    for (const RoleRights& had : before.rights) {
        if (had.perhaps || has_rights(now.rights, had, false)) continue;
        if (!has_rights(now.rights, had, true)) return Lacks::surely;
        lacks = Lacks::perhaps;
    }
    return lacks;
}

bool has_rights(const Relation& relation) {
    return std::any_of(relation.rights.begin(), relation.rights.end(),
                       [](const RoleRights& rights) { return !rights.perhaps; });
}

}  // namespace pgfence
