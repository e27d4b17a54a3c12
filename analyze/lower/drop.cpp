// What takes existing objects away or calls them something else: DROP, RENAME, SET SCHEMA, OWNER TO.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

bool is_part_of_relation(::ObjectType type) {
    return type == OBJECT_TRIGGER || type == OBJECT_POLICY || type == OBJECT_RULE || type == OBJECT_TABCONSTRAINT ||
           type == OBJECT_COLUMN;
}

/// [schema.]relation.part
void split_part(const Node* object, Name& relation, std::string& part) {
    auto names = strings_of(list_of(object));
    if (names.empty()) return;
    part = std::move(names.back());
    names.pop_back();
    if (!names.empty()) relation.name = std::move(names.back());
    if (names.size() > 1) relation.schema = std::move(names[names.size() - 2]);
}

Name object_name(const RangeVar* relation, const Node* object) {
    return relation ? name_of(relation) : name_of_object(object);
}

// COMMENT ON CONSTRAINT c ON DOMAIN d is a list of a type and a name.
void add_domain_constraint(const Node* object, Comment& out) {
    const auto parts = items(list_of(object));
    if (parts.size() != 2) return;
    out.relation = name_of_object(parts[0]);
    out.part = value_of(parts[1]);
}

// A cast is dropped by its two types, an operator class by method and name: the name is the last part of either.
Name dropped_name(::ObjectType type, const Node* object) {
    const auto parts = items(list_of(object));
    if ((type == OBJECT_CAST || type == OBJECT_TRANSFORM) && parts.size() > 0) return name_of_object(parts[0]);
    return name_of_object(object);
}

}  // namespace

Action lower_drop_database(const DropdbStmt& drop) {
    Drop out;
    out.object = ObjectType::database;
    out.if_exists = drop.missing_ok;
    out.names.push_back({"", text_of(drop.dbname)});
    return out;
}

std::optional<std::vector<TypeName>> signature_of(const ObjectWithArgs& object, const StatementPosition& place) {
    if (object.args_unspecified) return std::nullopt;
    std::vector<TypeName> types;
    for (const Node* type : items(object.objargs))
        types.push_back(is(type, T_TypeName) ? type_of(&as<::TypeName>(type), place) : TypeName{});
    return types;
}

Action lower_drop(const DropStmt& drop, const StatementPosition& place) {
    if (drop.removeType == OBJECT_FDW && drop.behavior == DROP_CASCADE)
        return Unmodelled{"which servers and foreign tables are dropped with the wrapper is not kept"};
    Drop out;
    out.object = object_type_of(drop.removeType);
    out.if_exists = drop.missing_ok;
    out.cascade = drop.behavior == DROP_CASCADE;
    out.concurrently = drop.concurrent;
    for (const Node* object : items(drop.objects)) {
        if (!is_part_of_relation(drop.removeType)) {
            out.names.push_back(dropped_name(drop.removeType, object));
            if (is(object, T_ObjectWithArgs)) out.signatures.push_back(signature_of(as<ObjectWithArgs>(object), place));
            continue;
        }
        out.names.emplace_back();
        out.parts.emplace_back();
        split_part(object, out.names.back(), out.parts.back());
    }
    return out;
}

Action lower_rename(const RenameStmt& rename) {
    Rename out;
    out.object = object_type_of(rename.renameType);
    out.relation_type = object_type_of(rename.relationType);
    out.relation = object_name(rename.relation, rename.object);
    if (out.relation.empty())
        out.relation.name = text_of(rename.subname);
    else
        out.part = text_of(rename.subname);
    // The grammar says of which kind of relation for columns and attributes only.
    if (rename.renameType != OBJECT_COLUMN && rename.renameType != OBJECT_ATTRIBUTE)
        out.relation_type = is_part_of_relation(rename.renameType) ? ObjectType::table : out.object;
    out.new_name = text_of(rename.newname);
    out.cascade = rename.behavior == DROP_CASCADE;
    out.if_exists = rename.missing_ok;
    out.only = rename.relation && !rename.relation->inh && out.relation_type != ObjectType::type;
    return out;
}

Action lower_set_schema(const AlterObjectSchemaStmt& alter) {
    return SetSchema{object_type_of(alter.objectType), object_name(alter.relation, alter.object),
                     text_of(alter.newschema), alter.missing_ok};
}

Action lower_owner(const AlterOwnerStmt& alter) {
    return ChangeOwner{object_type_of(alter.objectType), object_name(alter.relation, alter.object),
                       role_of(alter.newowner)};
}

Action lower_drop_owned(const DropOwnedStmt& drop) {
    DropOwned out;
    for (const auto* role : items<RoleSpec>(drop.roles)) out.roles.push_back(role_of(role));
    out.cascade = drop.behavior == DROP_CASCADE;
    return out;
}

Action lower_reassign_owned(const ReassignOwnedStmt& reassign) {
    ReassignOwned out;
    for (const auto* role : items<RoleSpec>(reassign.roles)) out.roles.push_back(role_of(role));
    out.new_owner = role_of(reassign.newrole);
    return out;
}

Action lower_comment(const CommentStmt& comment) {
    Comment out;
    out.object = object_type_of(comment.objtype);
    if (comment.objtype == OBJECT_DOMCONSTRAINT)
        add_domain_constraint(comment.object, out);
    else if (is_part_of_relation(comment.objtype))
        split_part(comment.object, out.relation, out.part);
    else
        out.relation = name_of_object(comment.object);
    return out;
}

}  // namespace pgfence
