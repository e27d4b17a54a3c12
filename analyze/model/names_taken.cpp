// What is there already and is made again, without OR REPLACE or IF NOT EXISTS. Only what is there for sure is a
// reason: what a branch may have made, it made to be there.

#include <algorithm>

#include "analyze/model/builtin.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"
#include "core/stand_in.h"
#include "core/text.h"

namespace pgfence {
namespace {

/// Two names of which a part is not known may be two names: `create_table(f"{prefix}users")`.
void refuse(Answer& answer, ErrorCode code, const std::string& what) {
    if (!contains(what, kUnknownValue) && !contains(what, kUnknownType)) answer.fails(code, what + " already exists");
}

template <class Parts>
const auto* named(const Parts& parts, std::string_view name) {
    const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.name == name; });
    return found == parts.end() ? nullptr : &*found;
}

bool is_there(const Relation* relation) { return relation && !relation->maybe; }

/// Tables, views and composite types are types of their name.
bool is_type_too(const Relation& relation) { return !is_index(relation) && relation.kind != RelationKind::sequence; }

/// Of no schema but pg_catalog, and no column's (t.a%TYPE).
bool is_builtin(const TypeName& type) {
    return type.name.schema == "pg_catalog" ||
           (type.name.schema.empty() &&
            !builtin::rows_of(builtin::types(), &builtin::Type::name, type.name.name).empty());
}

/// CREATE OR REPLACE of one that is there. What OUT parameters return is not compared.
void refuse_other_result(Answer& answer, const CreateFunction& made, const Function& there) {
    if (made.procedure != there.procedure)
        return answer.fails(Failure::Kind::not_allowed, "cannot change routine kind of " + in_message(made.name.name));
    const TypeName result = answer.catalog.resolve_type(made.result);
    if (!made.returned.empty() || !there.returned.empty() || !is_builtin(result) || !is_builtin(there.result)) return;
    if (canonical_type(result) != canonical_type(there.result) || result.setof != there.result.setof)
        answer.fails(Failure::Kind::not_allowed,
                     "cannot change return type of existing function " + in_message(made.name.name));
}

}  // namespace

// heap_create_with_catalog, DefineIndex
bool refuse_taken_relation(Answer& answer, const Name& resolved) {
    // Whether a session has its temporary ones still hangs on the runner.
    const bool taken = resolved.schema != "pg_temp" && is_there(answer.catalog.find(resolved));
    if (taken) refuse(answer, ErrorCode::duplicate_table, "relation " + in_message(resolved.name));
    return taken;
}

// CreateSchemaCommand, NamespaceCreate. That a database has its public still is taken for granted nowhere.
void model_create_schema(Answer& answer, const CreateSchema& schema) {
    if (schema.if_not_exists || !answer.catalog.surely_has_schema(schema.name) || schema.name == "public") return;
    refuse(answer, ErrorCode::duplicate_schema, "schema " + in_message(schema.name));
}

// TypeCreate
void refuse_taken_type(Answer& answer, const Name& resolved) {
    const Enum* other = answer.catalog.find_enum(resolved);
    const Domain* domain = answer.catalog.find_domain(resolved);
    const Relation* relation = answer.catalog.find(resolved);
    if ((other && !other->maybe) || (domain && !domain->maybe) || (is_there(relation) && is_type_too(*relation)))
        refuse(answer, ErrorCode::duplicate_object, "type " + in_message(resolved.name));
}

// ProcedureCreate
void refuse_taken_function(Answer& answer, const CreateFunction& made) {
    std::vector<TypeName> types;
    for (const TypeName& type : made.types) types.push_back(answer.catalog.resolve_type(type));
    const Function* there = answer.catalog.find_function(answer.catalog.creation_name(made.name), types);
    const bool told = std::none_of(types.begin(), types.end(), [](const TypeName& type) { return type.name.empty(); });
    if (!there || there->maybe || !told) return;
    if (made.or_replace)
        refuse_other_result(answer, made, *there);
    else
        refuse(answer, ErrorCode::duplicate_function,
               "function " + in_message(made.name.name) + " with the same argument types");
}

// CreateTriggerFiringOn, CreatePolicy, InsertRule
void refuse_taken_part(Answer& answer, ObjectType kind, const Name& table, const std::string& name) {
    const Relation* relation = answer.catalog.find(table);
    if (!is_there(relation)) return;
    const auto is_taken = [&](const auto& parts) {
        const auto* part = named(parts, name);
        return part && !part->maybe;
    };
    const std::string there = in_message(name) + " for " + (kind == ObjectType::policy ? "table " : "relation ") +
                              in_message(relation->name.name);
    if (kind == ObjectType::trigger && is_taken(relation->triggers))
        refuse(answer, ErrorCode::duplicate_object, "trigger " + there);
    if (kind == ObjectType::policy && is_taken(relation->table.policies))
        refuse(answer, ErrorCode::duplicate_object, "policy " + there);
    if (kind == ObjectType::rule && is_taken(relation->rules))
        refuse(answer, ErrorCode::duplicate_object, "rule " + there);
}

// AddEnumLabel, RenameEnumLabel
void refuse_label(Answer& answer, const AlterEnum& alter) {
    const Enum* e = answer.catalog.find_enum(alter.name);
    if (!e || e->maybe) return;
    const auto has = [&](const std::string& label) {
        return std::find(e->labels.begin(), e->labels.end(), label) != e->labels.end();
    };
    if (!alter.if_not_exists && has(alter.new_value))
        return refuse(answer, ErrorCode::duplicate_object, "enum label " + in_message(alter.new_value));
    for (const std::string* wanted : {&alter.old_value, &alter.neighbour})
        if (!wanted->empty() && !has(*wanted))
            answer.fails(ErrorCode::invalid_parameter_value, in_message(*wanted) + " is not an existing enum label");
}

// RenameRelationInternal, check_for_column_name_collision, rename_constraint_internal, renametrig, rename_policy
void refuse_new_name(Answer& answer, const Rename& rename) {
    using enum ObjectType;
    const Catalog& catalog = answer.catalog;
    if (rename.object == type || rename.object == domain) {
        const Name now = catalog.resolve_type({.name = rename.relation, .typmods = {}, .modifier_words = {}}).name;
        if (!now.schema.empty()) refuse_taken_type(answer, {now.schema, rename.new_name});
        return;
    }
    const Relation* relation = catalog.find(rename.relation);
    if (!is_there(relation)) return;
    switch (rename.object) {
        case table:
        case partitioned_table:
        case foreign_table:
        case view:
        case materialized_view:
        case sequence:
        case index: refuse_taken_relation(answer, {relation->name.schema, rename.new_name}); break;
        case constraint:
            if (const TableConstraint* other = relation->constraint_named(rename.new_name); other && !other->maybe)
                refuse(
                    answer, ErrorCode::duplicate_object,
                    "constraint " + in_message(rename.new_name) + " for relation " + in_message(relation->name.name));
            break;
        case trigger:
        case policy:
        case rule: refuse_taken_part(answer, rename.object, rename.relation, rename.new_name); break;
        default: break;
    }
}

}  // namespace pgfence
