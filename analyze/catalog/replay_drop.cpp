// DROP. A DROP that PostgreSQL would refuse without CASCADE is replayed all the same, without its dependents: what is
// in the history did run, so what seems to depend on the object is gone by a way that nobody told us.

#include <algorithm>
#include <unordered_set>

#include "analyze/catalog/replay_steps.h"

namespace pgfence {
namespace {

void drop_defaults_from(Server server, const Name& sequence) {
    const std::string full = sequence.schema + "." + sequence.name;
    for (const RelationId user : server.catalog.drawing_from(sequence)) {
        Relation* table = server.catalog.get(user);
        if (!table) continue;
        table->columns.change_if(
            [&](const Column& column) {
                const std::string drawn = column.default_expr ? sequence_of(*column.default_expr) : "";
                return drawn == full || drawn == sequence.name;
            },
            [](Column& column) { column.default_expr.reset(); });
    }
}

/// What goes with a relation when CASCADE is said: views on it, its inheritance children; its own partitions go anyway.
std::vector<RelationId> with_dependents(const Catalog& catalog, std::vector<RelationId> pending, bool cascade) {
    std::vector<RelationId> doomed;
    std::unordered_set<RelationId> met(pending.begin(), pending.end());
    const auto add = [&](RelationId id) {
        if (met.insert(id).second) pending.push_back(id);
    };
    while (!pending.empty()) {
        const Relation* relation = catalog.get(pending.back());
        pending.pop_back();
        if (!relation) continue;
        doomed.push_back(relation->id);
        for (const RelationId child : relation->table.children)
            if (const Relation* c = catalog.get(child); c && (cascade || c->table.is_partition)) add(child);
        if (!cascade) continue;
        for (const Relation* view : catalog.views_on(relation->id)) add(view->id);
    }
    return doomed;
}

bool droppable_as(const Relation& relation, ObjectType object) {
    using enum RelationKind;
    switch (object) {
        case ObjectType::table: return relation.is_table();
        case ObjectType::foreign_table: return relation.kind == foreign_table;
        case ObjectType::view: return relation.kind == view;
        case ObjectType::materialized_view: return relation.kind == materialized_view;
        // One that backs a constraint goes with the constraint alone, one that is part of a partitioned one with that.
        case ObjectType::index:
            return (relation.kind == index || relation.kind == partitioned_index) &&
                   relation.index.constraint.empty() && !relation.index.parent;
        case ObjectType::sequence: return relation.kind == sequence;
        default: return false;
    }
}

void drop_named_relations(Server server, const Drop& action) {
    std::vector<RelationId> relations;
    for (const Name& name : action.names)
        if (const Relation* relation = find_anywhere(server.catalog, name);
            relation && droppable_as(*relation, action.object))
            relations.push_back(relation->id);
        else if (!relation)
            server.catalog.note_gone(server.catalog.resolve(name));
    drop_relations(server, std::move(relations), action.cascade);
}

/// A table OF the type is nothing without it.
std::vector<RelationId> tables_of_type(const Catalog& catalog, const Name& type) {
    std::vector<RelationId> tables;
    for (const auto& [id, relation] : catalog.relations())
        if (relation.table.of_type == type) tables.push_back(id);
    return tables;
}

void drop_defaults_cast_to(Server server, const Name& type) {
    const auto is_cast = [&](const Column& c) { return c.default_expr && casts_to(*c.default_expr, type); };
    std::vector<RelationId> tables;
    for (const auto& [id, relation] : std::as_const(server.catalog).relations())
        if (std::any_of(relation.columns.begin(), relation.columns.end(), is_cast)) tables.push_back(id);
    for (const RelationId id : tables)
        server.catalog.get(id)->columns.change_if(is_cast, [](Column& column) { column.default_expr.reset(); });
}

void drop_types(Server server, const Drop& action) {
    for (const Name& name : action.names) {
        const Name type = server.catalog.resolve_type({.name = name, .typmods = {}, .modifier_words = {}}).name;
        if (action.cascade) drop_columns_of_type(server, type);
        if (action.cascade) drop_defaults_cast_to(server, type);
        if (action.cascade) drop_relations(server, tables_of_type(std::as_const(server.catalog), type), true);
        server.catalog.drop_type(type);
    }
}

void drop_calls(Server server, RelationId id, const Name& function) {
    const Relation* before = std::as_const(server.catalog).get(id);
    if (!before) return;
    const auto used = [&](const Boxed<Expr>& expr) { return expr && calls(*expr, function); };
    if (before->index.table) {
        const bool indexed = std::any_of(before->index.elements.begin(), before->index.elements.end(),
                                         [&](const IndexElement& e) { return used(e.expr); });
        if (indexed || used(before->index.where)) server.catalog.drop(id);
        return;
    }
    Relation& relation = *server.catalog.get(id);
    std::erase_if(relation.triggers, [&](const TriggerInfo& t) {
        return t.function.name == function.name &&
               (t.function.schema.empty() || function.schema.empty() || t.function.schema == function.schema);
    });
    std::vector<std::string> constraints, columns;
    for (const TableConstraint& c : relation.table.constraints)
        if (used(c.expr)) constraints.push_back(c.name);
    for (const std::string& name : constraints) server.catalog.drop_constraint(id, name);
    for (const Column& column : relation.columns)
        if (used(column.generated_expr)) columns.push_back(column.name);
    relation.columns.change_if([&](const Column& column) { return used(column.default_expr); },
                               [](Column& column) { column.default_expr.reset(); });
    for (const std::string& column : columns) drop_column(server, relation, column, true, true);
}

void drop_functions(Server server, const Drop& action) {
    for (std::size_t i = 0; i < action.names.size(); ++i) {
        const Name& name = action.names[i];
        if (action.cascade && !server.catalog.find_functions(name).empty()) {
            for (const RelationId user : server.catalog.calling(name)) drop_calls(server, user, name);
            std::erase_if(server.catalog.event_triggers(),
                          [&](const EventTrigger& trigger) { return trigger.function.name == name.name; });
        }
        server.catalog.drop_function(name, i < action.signatures.size() ? action.signatures[i] : std::nullopt);
    }
}

/// Row triggers of a partitioned table go from its partitions too.
void drop_trigger(Server server, Relation& table, const std::string& name) {
    std::erase_if(table.triggers, [&](const TriggerInfo& t) { return t.name == name; });
    if (table.kind != RelationKind::partitioned_table) return;
    for (const Relation* child : server.catalog.visit_descendants(table.id))
        std::erase_if(server.catalog.get(child->id)->triggers, [&](const TriggerInfo& t) { return t.name == name; });
}

std::vector<RelationId> tables_of_servers(const Catalog& catalog, const Drop& action) {
    std::vector<RelationId> tables;
    for (const auto& [id, relation] : catalog.relations())
        for (const Name& name : action.names)
            if (relation.table.server == name.name) tables.push_back(id);
    return tables;
}

void drop_parts(Server server, const Drop& action) {
    for (std::size_t i = 0; i < action.names.size() && i < action.parts.size(); ++i) {
        Relation* relation = server.catalog.find(action.names[i]);
        if (!relation) continue;
        if (action.object == ObjectType::trigger)
            drop_trigger(server, *relation, action.parts[i]);
        else if (action.object == ObjectType::policy)
            std::erase_if(relation->table.policies, [&](const PolicyInfo& p) { return p.name == action.parts[i]; });
        else
            std::erase_if(relation->rules, [&](const RewriteRule& r) { return r.name == action.parts[i]; });
    }
}

}  // namespace

void drop_relations(Server server, std::vector<RelationId> relations, bool cascade) {
    const auto doomed = with_dependents(std::as_const(server.catalog), std::move(relations), cascade);
    if (cascade)
        for (const RelationId id : doomed) {
            const Relation* relation = std::as_const(server.catalog).get(id);
            if (!relation) continue;
            if (relation->kind == RelationKind::sequence)
                drop_defaults_from(server, relation->name);
            else if (!relation->index.table)
                drop_columns_of_type(server, relation->name);
        }
    for (const RelationId id : doomed) server.catalog.drop(id);
}

void drop_columns_of_type(Server server, const Name& type) {
    for (const Relation* user : std::as_const(server.catalog).using_type(type)) {
        Relation& relation = *server.catalog.get(user->id);
        std::vector<std::string> columns;
        for (const Column& column : relation.columns)
            if (column.type.name == type) columns.push_back(column.name);
        for (const std::string& column : columns) drop_column(server, relation, column, true, true);
    }
}

void drop(Server server, const Drop& action) {
    switch (action.object) {
        case ObjectType::table:
        case ObjectType::foreign_table:
        case ObjectType::view:
        case ObjectType::materialized_view:
        case ObjectType::index:
        case ObjectType::sequence: drop_named_relations(server, action); break;
        case ObjectType::type:
        case ObjectType::domain: drop_types(server, action); break;
        case ObjectType::function:
        case ObjectType::procedure:
        case ObjectType::routine:
        case ObjectType::aggregate: drop_functions(server, action); break;
        case ObjectType::schema:
            for (const Name& name : action.names) server.catalog.drop_schema(name.name);
            break;
        case ObjectType::server:
            if (action.cascade) drop_relations(server, tables_of_servers(std::as_const(server.catalog), action), true);
            break;
        case ObjectType::event_trigger:
            for (const Name& name : action.names)
                std::erase_if(server.catalog.event_triggers(),
                              [&](const EventTrigger& trigger) { return trigger.name == name.name; });
            break;
        case ObjectType::publication:
            for (const Name& name : action.names) drop_publication(server, name.name);
            break;
        case ObjectType::operator_:
            for (const Name& name : action.names) server.catalog.drop_operators(name);
            break;
        case ObjectType::statistics:
            for (const Name& name : action.names) server.catalog.drop_statistics(name);
            break;
        case ObjectType::trigger:
        case ObjectType::policy:
        case ObjectType::rule: drop_parts(server, action); break;
        default: break;
    }
}

}  // namespace pgfence
