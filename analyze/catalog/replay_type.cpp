// Enums, composite types, domains and functions.

#include <algorithm>

#include "analyze/catalog/name_chooser.h"
#include "analyze/catalog/replay_steps.h"

namespace pgfence {
namespace {

bool has_type_of_name(const Catalog& catalog, const Name& name) {
    return catalog.find_domain(name) || catalog.find_enum(name) || catalog.find(name);
}

void add_domain_constraint(Server server, Domain& domain, const Constraint& c) {
    if (c.type == ConstraintType::not_null) domain.not_null = true;
    if (c.type == ConstraintType::default_) domain.default_expr = c.expr;
    if (c.type != ConstraintType::check) return;
    TableConstraint check;
    check.type = ConstraintType::check;
    check.expr = c.expr;
    check.valid = !c.not_valid;
    check.name = c.name.empty() ? NameChooser(server.catalog)
                                      .choose_name(domain.name.schema, domain.name.name, "", "check",
                                                   NameChooser::Among::constraints)
                                : c.name;
    if (std::any_of(domain.checks.begin(), domain.checks.end(),
                    [&](const TableConstraint& other) { return other.name == check.name; }))
        return;
    server.catalog.note_constraint_name(domain.name.schema, check.name);
    domain.checks.push_back(std::move(check));
}

}  // namespace

void create_enum(Server server, const CreateEnum& action) {
    const Name name = server.catalog.creation_name(action.name);
    if (has_type_of_name(std::as_const(server.catalog), name)) return;
    server.catalog.put(Enum{.name = name,
                            .labels = action.labels,
                            .existing = !server.catalog.in_change(),
                            .renamed_in_change = false,
                            .made_in_transaction = true,
                            .uncommitted = {}});
}

void alter_enum(Server server, const AlterEnum& action) {
    Enum* e = server.catalog.find_enum(action.name);
    if (!e) return;
    const auto at = [&](const std::string& label) { return std::find(e->labels.begin(), e->labels.end(), label); };
    if (action.new_value.empty() || at(action.new_value) != e->labels.end()) return;
    if (!action.old_value.empty()) {
        if (const auto old = at(action.old_value); old != e->labels.end()) *old = action.new_value;
        return;
    }
    auto place = action.neighbour.empty() ? e->labels.end() : at(action.neighbour);
    if (!action.neighbour.empty() && action.after && place != e->labels.end()) ++place;
    e->labels.insert(place, action.new_value);
    server.catalog.note_grown(*e, action.new_value);
}

void create_composite(Server server, const CreateCompositeType& action) {
    const Name name = server.catalog.creation_name(action.name);
    if (has_type_of_name(std::as_const(server.catalog), name)) return;
    Relation& type = server.catalog.create(RelationKind::composite_type, name);
    for (const ColumnDef& column : action.columns) add_column_alone(server, type, column);
}

void create_domain(Server server, const CreateDomain& action) {
    Domain domain;
    domain.name = server.catalog.creation_name(action.name);
    if (has_type_of_name(std::as_const(server.catalog), domain.name)) return;
    domain.base = server.catalog.resolve_type(action.base);
    domain.collation = action.collation;
    domain.existing = !server.catalog.in_change();
    for (Constraint c : action.constraints) {
        c.not_valid = false;
        add_domain_constraint(server, domain, c);
    }
    server.catalog.put(std::move(domain));
}

void alter_domain(Server server, const AlterDomain& action) {
    Domain* domain = server.catalog.find_domain(action.name);
    if (!domain) return;
    using enum AlterDomain::Kind;
    switch (action.kind) {
        case set_default: domain->default_expr = action.constraint ? action.constraint->expr : std::nullopt; break;
        case set_not_null: domain->not_null = true; break;
        case drop_not_null: domain->not_null = false; break;
        case add_constraint:
            if (action.constraint) add_domain_constraint(server, *domain, *action.constraint);
            break;
        case validate_constraint:
            for (TableConstraint& check : domain->checks)
                if (check.name == action.constraint_name) check.valid = true;
            break;
        case drop_constraint:
            if (std::erase_if(domain->checks,
                              [&](const TableConstraint& check) { return check.name == action.constraint_name; }))
                server.catalog.forget_constraint_name(domain->name.schema, action.constraint_name);
            break;
    }
}

void create_operator(Server server, const CreateOperator& action) {
    server.catalog.put(Operator{server.catalog.creation_name(action.name),
                                server.catalog.resolve_function(action.function),
                                server.catalog.resolve_type(action.left), server.catalog.resolve_type(action.right)});
}

void create_cast(Server server, const CreateCast& action) {
    server.catalog.put(Cast{server.catalog.resolve_type(action.from), server.catalog.resolve_type(action.to),
                            server.catalog.resolve_function(action.function), action.is_explicit});
}

void create_aggregate(Server server, const CreateAggregate& action) {
    Function function;
    function.name = server.catalog.creation_name(action.name);
    function.volatility = 'i';
    function.language = "internal";
    function.arguments = action.arguments;
    function.variadic = action.variadic;
    for (const TypeName& type : action.types) function.types.push_back(server.catalog.resolve_type(type));
    for (const Name& part : action.functions) function.parts.push_back(server.catalog.resolve_function(part));
    server.catalog.put(std::move(function));
}

void alter_function(Server server, const AlterFunction& action) {
    if (!action.sets_path) return;
    auto path = action.search_path;
    if (action.search_path_from_current) path = server.catalog.search_path();
    server.catalog.set_search_path_of(action.name, action.types, path);
}

void create_function(Server server, const CreateFunction& action) {
    Function function;
    function.name = server.catalog.creation_name(action.name);
    function.volatility = action.volatility;
    function.language = action.language;
    function.body = action.body;
    function.arguments = action.arguments;
    function.settings = action.settings;
    function.procedure = action.procedure;
    function.defaults = action.defaults;
    function.variadic = action.variadic;
    for (const TypeName& type : action.types) function.types.push_back(server.catalog.resolve_type(type));
    function.argument_names = action.argument_names;
    function.result = server.catalog.resolve_type(action.result);
    for (const ReturnedColumn& column : action.returned)
        function.returned.push_back({column.name, server.catalog.resolve_type(column.type)});
    function.search_path = action.search_path;
    if (action.search_path_from_current) function.search_path = server.catalog.search_path();
    function.runs = action.runs;
    function.existing = !server.catalog.in_change();
    function.atomic = action.atomic;
    if (action.or_replace)
        server.catalog.put(std::move(function));
    else
        server.catalog.add_overload(std::move(function));
}

}  // namespace pgfence
