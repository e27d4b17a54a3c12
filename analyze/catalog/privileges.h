#pragma once
// Who may do what with an object: lists of rights, and those that new objects have from the start.

#include <string>
#include <vector>

#include "analyze/catalog/relation.h"
#include "core/other_statements.h"

namespace pgfence {

/// A line of pg_default_acl. PostgreSQL adds those of a schema to those of all schemas.
struct DefaultRights {
    std::string maker;   ///< of what this role makes; empty: the role that runs the migrations, whatever it is called
    std::string schema;  ///< empty: in all
    ObjectType object = ObjectType::table;  ///< views are tables here
    RoleRights rights;
};

void give_rights(std::vector<RoleRights>& all, RoleRights given);
void take_rights(std::vector<RoleRights>& all, const std::string& role, const std::vector<std::string>& privileges);
/// What only one of two lists has is there perhaps.
void weaken_rights(std::vector<RoleRights>& all, const std::vector<RoleRights>& other);
void weaken_default_rights(std::vector<DefaultRights>& all, const std::vector<DefaultRights>& other);
void change_default_rights(std::vector<DefaultRights>& all, const DefaultPrivileges& change, const std::string& role);
/// Of a relation that `role` makes (empty: not known).
std::vector<RoleRights> rights_of_new(const std::vector<DefaultRights>& all, const std::string& role,
                                      const Relation& made);

/// Whether the object that took a name lacks what roles surely had on the one before.
enum class Lacks { nothing, perhaps, surely };
Lacks lacks_rights(const Relation& now, const Relation& before);
bool has_rights(const Relation& relation);  ///< surely, some

}  // namespace pgfence
