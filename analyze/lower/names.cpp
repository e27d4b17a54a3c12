#include "analyze/lower/lowering.h"
#include "core/text.h"

namespace pgfence {
namespace {

std::string string_of(const Node* n) { return is(n, T_String) ? text_of(as<String>(n).sval) : std::string(); }

std::string number_of(const Node* n) {
    if (is(n, T_Integer)) return std::to_string(as<Integer>(n).ival);
    if (is(n, T_Float)) return text_of(as<Float>(n).fval);
    return {};
}

std::string constant_of(const A_Const& constant) {
    if (constant.isnull) return "NULL";
    return value_of(&constant.val.node);
}

// numeric(10,2) has integers; geometry(Point,4326) a column reference, and PostGIS tells types apart by it.
void add_modifier(TypeName& type, const Node* modifier) {
    if (is(modifier, T_A_Const) && !as<A_Const>(modifier).isnull && is(&as<A_Const>(modifier).val.node, T_Integer))
        type.typmods.push_back(as<A_Const>(modifier).val.ival.ival);
    else
        type.modifier_words.push_back(value_of(modifier));
}

}  // namespace

Name name_of(const RangeVar* relation) {
    if (!relation) return {};
    return {text_of(relation->schemaname), text_of(relation->relname)};
}

std::vector<std::string> strings_of(const List* list) {
    std::vector<std::string> strings;
    strings.reserve(items(list).size());
    for (const Node* n : items(list))
        if (is(n, T_String)) strings.push_back(string_of(n));
    return strings;
}

Name name_of(const List* parts) {
    auto strings = strings_of(parts);
    Name name;
    if (strings.empty()) return name;
    name.name = std::move(strings.back());
    if (strings.size() > 1) name.schema = std::move(strings[strings.size() - 2]);
    return name;
}

Name name_of_object(const Node* object) {
    if (!object) return {};
    switch (nodeTag(object)) {
        case T_String: return {"", string_of(object)};
        case T_List: return name_of(list_of(object));
        case T_TypeName: return name_of(as<::TypeName>(object).names);
        case T_ObjectWithArgs: return name_of(as<ObjectWithArgs>(object).objname);
        case T_RangeVar: return name_of(&as<RangeVar>(object));
        default: return {};
    }
}

std::string role_of(const RoleSpec* role) {
    if (!role) return {};
    switch (role->roletype) {
        case ROLESPEC_CSTRING: return text_of(role->rolename);
        case ROLESPEC_CURRENT_ROLE: return "CURRENT_ROLE";
        case ROLESPEC_CURRENT_USER: return "CURRENT_USER";
        case ROLESPEC_SESSION_USER: return "SESSION_USER";
        case ROLESPEC_PUBLIC: return "PUBLIC";
    }
    return {};
}

std::string value_of(const Node* value) {
    while (is(value, T_TypeCast)) value = as<TypeCast>(value).arg;
    if (!value) return {};
    switch (nodeTag(value)) {
        case T_Integer:
        case T_Float: return number_of(value);
        case T_Boolean: return as<Boolean>(value).boolval ? "true" : "false";
        case T_String: return string_of(value);
        case T_BitString: return text_of(as<BitString>(value).bsval);
        case T_A_Const: return constant_of(as<A_Const>(value));
        case T_A_Star: return "*";
        case T_ColumnRef: return value_of(node(as<ColumnRef>(value).fields));
        case T_TypeName: {
            const auto name = name_of(as<::TypeName>(value).names);
            return name.schema.empty() || name.schema == "pg_catalog" ? name.name : name.schema + "." + name.name;
        }
        case T_List: {
            std::string all;
            for (const Node* n : items(list_of(value))) all += (all.empty() ? "" : ", ") + value_of(n);
            return all;
        }
        default: return {};
    }
}

TypeName type_of(const ::TypeName* type, const StatementPosition& place) {
    TypeName out;
    if (!type) return out;
    out.name = name_of(type->names);
    for (const Node* modifier : items(type->typmods)) add_modifier(out, modifier);
    out.array_dimensions = static_cast<int>(items(type->arrayBounds).size());
    out.setof = type->setof;
    out.location = place.at(type->location);
    return out;
}

ObjectType object_type_of(::ObjectType type) {
    switch (type) {
        case OBJECT_TABLE: return ObjectType::table;
        case OBJECT_INDEX: return ObjectType::index;
        case OBJECT_SEQUENCE: return ObjectType::sequence;
        case OBJECT_VIEW: return ObjectType::view;
        case OBJECT_MATVIEW: return ObjectType::materialized_view;
        case OBJECT_FOREIGN_TABLE: return ObjectType::foreign_table;
        case OBJECT_TYPE: return ObjectType::type;
        case OBJECT_DOMAIN: return ObjectType::domain;
        case OBJECT_COLUMN: return ObjectType::column;
        case OBJECT_TABCONSTRAINT: return ObjectType::constraint;
        case OBJECT_DOMCONSTRAINT: return ObjectType::domain_constraint;
        case OBJECT_FUNCTION: return ObjectType::function;
        case OBJECT_PROCEDURE: return ObjectType::procedure;
        case OBJECT_ROUTINE: return ObjectType::routine;
        case OBJECT_AGGREGATE: return ObjectType::aggregate;
        case OBJECT_SCHEMA: return ObjectType::schema;
        case OBJECT_TRIGGER: return ObjectType::trigger;
        case OBJECT_POLICY: return ObjectType::policy;
        case OBJECT_RULE: return ObjectType::rule;
        case OBJECT_EXTENSION: return ObjectType::extension;
        case OBJECT_DATABASE: return ObjectType::database;
        case OBJECT_ROLE: return ObjectType::role;
        case OBJECT_TABLESPACE: return ObjectType::tablespace;
        case OBJECT_PUBLICATION: return ObjectType::publication;
        case OBJECT_SUBSCRIPTION: return ObjectType::subscription;
        case OBJECT_STATISTIC_EXT: return ObjectType::statistics;
        case OBJECT_OPERATOR: return ObjectType::operator_;
        case OBJECT_COLLATION: return ObjectType::collation;
        case OBJECT_LANGUAGE: return ObjectType::language;
        case OBJECT_CAST: return ObjectType::cast;
        case OBJECT_EVENT_TRIGGER: return ObjectType::event_trigger;
        case OBJECT_FOREIGN_SERVER: return ObjectType::server;
        case OBJECT_ATTRIBUTE: return ObjectType::attribute;
        default: return ObjectType::other;
    }
}

Persistence persistence_of(const RangeVar* relation) {
    if (!relation) return Persistence::permanent;
    if (relation->relpersistence == 'u') return Persistence::unlogged;
    if (relation->relpersistence == 't') return Persistence::temporary;
    return Persistence::permanent;
}

bool is_true(const DefElem& option) {
    if (!option.arg) return true;
    const std::string value = lower_case(value_of(option.arg));
    return !(value == "false" || value == "off" || value == "0" || value == "no" || value == "n" || value == "f");
}

const DefElem* option_of(const List* options, std::string_view name) {
    const DefElem* found = nullptr;
    for (const auto* option : items<DefElem>(options))
        if (option->defname && name == option->defname) found = option;
    return found;
}

}  // namespace pgfence
