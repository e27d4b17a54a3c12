// Types, domains, sequences.

#include <initializer_list>

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

/// OWNED BY: the last part is the column, what stands before it the table.
struct OwnedBy {
    Name table;
    std::string column;
    bool none = false;
};

OwnedBy owned_by(const List* options) {
    OwnedBy out;
    const auto* option = option_of(options, "owned_by");
    if (!option) return out;
    auto parts = strings_of(list_of(option->arg));
    if (parts.size() == 1) out.none = true;
    if (parts.size() < 2) return out;
    out.column = std::move(parts.back());
    parts.pop_back();
    out.table.name = std::move(parts.back());
    parts.pop_back();
    if (!parts.empty()) out.table.schema = std::move(parts.back());
    return out;
}

std::optional<AlterDomain::Kind> kind_of(char subtype) {
    switch (subtype) {
        case 'T': return AlterDomain::Kind::set_default;
        case 'N': return AlterDomain::Kind::drop_not_null;
        case 'O': return AlterDomain::Kind::set_not_null;
        case 'C': return AlterDomain::Kind::add_constraint;
        case 'X': return AlterDomain::Kind::drop_constraint;
        case 'V': return AlterDomain::Kind::validate_constraint;
        default: return std::nullopt;
    }
}

Constraint domain_default(const Node* expr, const StatementPosition& place) {
    Constraint out;
    out.type = ConstraintType::default_;
    out.expr = lower_expr(expr, place);
    if (const auto token = find_keyword(place.sql, place.begin, place.end, "default")) {
        out.expr_sql = place.slice(trimmed(place.sql, token->span.end, place.end));
        out.location = static_cast<std::int32_t>(token->span.begin);
        out.end = static_cast<std::int32_t>(place.end);
    }
    return out;
}

}  // namespace

Action lower_create_sequence(const CreateSeqStmt& sequence) {
    auto owner = owned_by(sequence.options);
    CreateSequence out;
    out.name = name_of(sequence.sequence);
    out.if_not_exists = sequence.if_not_exists;
    out.persistence = persistence_of(sequence.sequence);
    out.owned_by_table = std::move(owner.table);
    out.owned_by_column = std::move(owner.column);
    return out;
}

Action lower_alter_sequence(const AlterSeqStmt& sequence) {
    auto owner = owned_by(sequence.options);
    AlterSequence out;
    out.name = name_of(sequence.sequence);
    out.if_exists = sequence.missing_ok;
    out.restart = option_of(sequence.options, "restart") != nullptr;
    const auto* increment = option_of(sequence.options, "increment");
    out.counts_down = increment && value_of(increment->arg).starts_with('-');
    out.owned_by_table = std::move(owner.table);
    out.owned_by_column = std::move(owner.column);
    out.owned_by_none = owner.none;
    return out;
}

Action lower_create_enum(const CreateEnumStmt& type) {
    return CreateEnum{name_of(type.typeName), strings_of(type.vals)};
}

Action lower_alter_enum(const AlterEnumStmt& type) {
    AlterEnum out;
    out.name = name_of(type.typeName);
    out.new_value = text_of(type.newVal);
    out.old_value = text_of(type.oldVal);
    out.neighbour = text_of(type.newValNeighbor);
    out.after = type.newValIsAfter && type.newValNeighbor;
    out.if_not_exists = type.skipIfNewValExists;
    return out;
}

Action lower_create_composite(const CompositeTypeStmt& type, const StatementPosition& place) {
    CreateCompositeType out;
    out.name = name_of(type.typevar);
    for (const auto* column : items<::ColumnDef>(type.coldeflist)) {
        const auto begin = column->location < 0 ? place.end : static_cast<std::size_t>(place.at(column->location));
        out.columns.push_back(lower_column(*column, place, end_of_item(place.sql, begin, place.end)));
    }
    return out;
}

Action lower_create_domain(const CreateDomainStmt& domain, const StatementPosition& place) {
    CreateDomain out;
    out.name = name_of(domain.domainname);
    out.base = type_of(domain.typeName, place);
    out.constraints = lower_constraints(domain.constraints, place, place.end);
    if (domain.collClause) out.collation = name_of(domain.collClause->collname);
    return out;
}

Action lower_alter_domain(const AlterDomainStmt& domain, const StatementPosition& place) {
    const auto kind = kind_of(static_cast<char>(domain.subtype));
    if (!kind) return Unmodelled{"a subcommand of ALTER DOMAIN that is not known"};
    AlterDomain out;
    out.kind = *kind;
    out.name = name_of(domain.typeName);
    out.constraint_name = text_of(domain.name);
    if (is(domain.def, T_Constraint))
        out.constraint = lower_constraint(as<::Constraint>(domain.def), place, place.end);
    else if (domain.def)
        out.constraint = domain_default(domain.def, place);
    if (out.constraint && out.constraint_name.empty()) out.constraint_name = out.constraint->name;
    out.cascade = domain.behavior == DROP_CASCADE;
    out.missing_ok = domain.missing_ok;
    return out;
}

namespace {

Name named_in(const List* definition, std::initializer_list<const char*> options) {
    for (const char* option : options)
        if (const DefElem* found = option_of(definition, option)) return name_of_object(found->arg);
    return {};
}

TypeName type_in(const List* definition, const char* option, const StatementPosition& place) {
    const DefElem* found = option_of(definition, option);
    return found && is(found->arg, T_TypeName) ? type_of(&as<::TypeName>(found->arg), place) : TypeName{};
}

Action lower_create_operator(const DefineStmt& define, const StatementPosition& place) {
    return CreateOperator{name_of(define.defnames), named_in(define.definition, {"function", "procedure"}),
                          type_in(define.definition, "leftarg", place), type_in(define.definition, "rightarg", place)};
}

/// (argument types, how many of them stand before ORDER BY); the old syntax has BASETYPE among the options.
Action lower_create_aggregate(const DefineStmt& define, const StatementPosition& place) {
    CreateAggregate out;
    out.name = name_of(define.defnames);
    const List* arguments = define.args && items(define.args).size() > 0 ? list_of(items(define.args)[0]) : nullptr;
    for (const Node* argument : items(arguments)) {
        if (!is(argument, T_FunctionParameter)) continue;
        out.types.push_back(type_of(as<FunctionParameter>(argument).argType, place));
        if (as<FunctionParameter>(argument).mode == FUNC_PARAM_VARIADIC) out.variadic = true;
    }
    if (define.oldstyle) {
        const TypeName base = type_in(define.definition, "basetype", place);
        if (base.name.name != "any" && base.name.name != "ANY") out.types.push_back(base);
    }
    out.arguments = static_cast<int>(out.types.size());
    for (const char* option : {"sfunc", "sfunc1", "finalfunc", "combinefunc", "serialfunc", "deserialfunc", "msfunc",
                               "minvfunc", "mfinalfunc"})
        if (Name function = named_in(define.definition, {option}); !function.empty())
            out.functions.push_back(std::move(function));
    return out;
}

}  // namespace

Action lower_create_cast(const CreateCastStmt& cast, const StatementPosition& place) {
    if (!cast.func) return Harmless{};
    return CreateCast{type_of(cast.sourcetype, place), type_of(cast.targettype, place), name_of(cast.func->objname),
                      cast.context == COERCION_EXPLICIT};
}

Action lower_define(const DefineStmt& define, const StatementPosition& place) {
    if (define.kind == OBJECT_OPERATOR) return lower_create_operator(define, place);
    if (define.kind == OBJECT_AGGREGATE) return lower_create_aggregate(define, place);
    if (define.kind == OBJECT_TYPE) return CreateOtherType{name_of(define.defnames)};
    if (define.kind == OBJECT_COLLATION) {
        const auto* deterministic = option_of(define.definition, "deterministic");
        return CreateCollation{name_of(define.defnames), !deterministic || is_true(*deterministic)};
    }
    return Harmless{};
}

}  // namespace pgfence
