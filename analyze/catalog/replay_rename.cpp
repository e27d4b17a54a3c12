// RENAME and SET SCHEMA: RenameRelationInternal, renameatt, RenameConstraint (tablecmds.c),
// AlterTableNamespaceInternal.

#include <algorithm>

#include "analyze/catalog/replay_steps.h"

namespace pgfence {
namespace {

/// Tables and views have a row type of their name, which columns elsewhere may have; indexes and sequences have none.
bool is_type_too(const Relation& relation) { return !relation.index.table && relation.kind != RelationKind::sequence; }

void rename_relation(Server server, const Name& name, const std::string& to) {
    const Relation* relation = std::as_const(server.catalog).find(name);
    if (!relation) return;
    const Name target{relation->name.schema, to};
    if (server.catalog.has_relation_name(target.schema, to)) return;
    if (!relation->index.constraint.empty()) {
        Relation* table = server.catalog.get(relation->index.table);
        if (table && !table->constraint_named(to))
            server.catalog.rename_constraint(table->id, relation->index.constraint, to);
        return;
    }
    // A relation is a type as well: columns of its row type follow.
    const RelationId id = relation->id;
    if (is_type_too(*relation)) server.catalog.rename_type(Name(relation->name), target);
    server.catalog.rename(id, target);
}

void rename_trigger(Server server, Relation& table, const std::string& from, const std::string& to) {
    const auto rename_in = [&](Relation& r) {
        for (TriggerInfo& trigger : r.triggers)
            if (trigger.name == from) trigger.name = to;
    };
    rename_in(table);
    if (table.kind != RelationKind::partitioned_table) return;
    for (const Relation* child : server.catalog.visit_descendants(table.id)) rename_in(*server.catalog.get(child->id));
}

/// Tables of a composite type have its attributes for columns, and follow it.
void rename_attribute(Server server, Relation& type, const std::string& from, const std::string& to) {
    rename_column(server, type, from, to, true);
    std::vector<RelationId> typed;
    for (const auto& [id, relation] : server.catalog.relations()) {
        if (!server.catalog.afford_visits(1)) return;
        if (relation.table.of_type == type.name) typed.push_back(id);
    }
    for (const RelationId id : typed) rename_column(server, *server.catalog.get(id), from, to, true);
}

void rename_part(Server server, const Rename& action) {
    Relation* relation = server.catalog.find(action.relation);
    if (!relation) return;
    switch (action.object) {
        case ObjectType::attribute: rename_attribute(server, *relation, action.part, action.new_name); break;
        case ObjectType::column: rename_column(server, *relation, action.part, action.new_name, !action.only); break;
        case ObjectType::constraint: rename_constraint(server, *relation, action.part, action.new_name); break;
        case ObjectType::trigger: rename_trigger(server, *relation, action.part, action.new_name); break;
        case ObjectType::policy:
            for (PolicyInfo& policy : relation->table.policies)
                if (policy.name == action.part) policy.name = action.new_name;
            break;
        case ObjectType::rule:
            for (RewriteRule& rule : relation->rules)
                if (rule.name == action.part) rule.name = action.new_name;
            break;
        default: break;
    }
}

void rename_domain_constraint(Server server, const Rename& action) {
    Domain* domain = server.catalog.find_domain(action.relation);
    if (!domain) return;
    for (TableConstraint& check : domain->checks) {
        if (check.name != action.part) continue;
        server.catalog.forget_constraint_name(domain->name.schema, check.name);
        server.catalog.note_constraint_name(domain->name.schema, action.new_name);
        check.name = action.new_name;
    }
}

Name resolved_type(const Catalog& catalog, const Name& written) {
    return catalog.resolve_type({.name = written, .typmods = {}, .modifier_words = {}}).name;
}

void rename_statistics(Server server, const Name& written, const Name& to) {
    Relation* table = server.catalog.get(server.catalog.table_of_statistics(written));
    if (!table || server.catalog.table_of_statistics(to)) return;
    for (const ExtendedStatistics& s : table->table.statistics) {
        if (s.name.name != written.name || (!written.schema.empty() && s.name.schema != written.schema)) continue;
        ExtendedStatistics moved = s;
        server.catalog.drop_statistics(s.name);
        moved.name = {to.schema.empty() ? moved.name.schema : to.schema, to.name};
        server.catalog.add_statistics(table->id, std::move(moved));
        return;
    }
}

void move_relation(Server server, const Relation& relation, const std::string& schema) {
    if (server.catalog.has_relation_name(schema, relation.name.name)) return;
    const RelationId id = relation.id;
    const Name target{schema, relation.name.name};
    if (is_type_too(relation)) server.catalog.rename_type(Name(relation.name), target);
    server.catalog.rename(id, target);
    std::vector<RelationId> follow;
    for (const Relation* index : std::as_const(server.catalog).indexes_of(id)) follow.push_back(index->id);
    for (const Relation* sequence : std::as_const(server.catalog).sequences_owned_by(id))
        follow.push_back(sequence->id);
    for (const RelationId part : follow)
        server.catalog.rename(part, {schema, std::string(std::as_const(server.catalog).get(part)->name.name)});
}

}  // namespace

void rename(Server server, const Rename& action) {
    if (action.new_name.empty()) return;
    WritableCatalog& catalog = server.catalog;
    switch (action.object) {
        case ObjectType::table:
        case ObjectType::partitioned_table:
        case ObjectType::index:
        case ObjectType::sequence:
        case ObjectType::view:
        case ObjectType::materialized_view:
        case ObjectType::foreign_table: rename_relation(server, action.relation, action.new_name); break;
        case ObjectType::type:
        case ObjectType::composite_type:
        case ObjectType::domain:
            catalog.rename_type(action.relation, {resolved_type(catalog, action.relation).schema, action.new_name});
            break;
        case ObjectType::domain_constraint: rename_domain_constraint(server, action); break;
        case ObjectType::publication: rename_publication(server, action.relation.name, action.new_name); break;
        case ObjectType::schema: catalog.rename_schema(action.relation.name, action.new_name); break;
        case ObjectType::function:
        case ObjectType::procedure:
        case ObjectType::routine:
            if (const auto found = std::as_const(catalog).find_functions(action.relation); !found.empty())
                catalog.rename_function(action.relation, {std::string(found.front()->name.schema), action.new_name});
            break;
        case ObjectType::statistics: rename_statistics(server, action.relation, {"", action.new_name}); break;
        default: rename_part(server, action);
    }
}

void set_schema(Server server, const SetSchema& action) {
    WritableCatalog& catalog = server.catalog;
    if (action.new_schema.empty()) return;
    switch (action.object) {
        case ObjectType::function:
        case ObjectType::procedure:
        case ObjectType::routine: catalog.rename_function(action.name, {action.new_schema, action.name.name}); break;
        case ObjectType::type:
        case ObjectType::composite_type:
        case ObjectType::domain: catalog.rename_type(action.name, {action.new_schema, action.name.name}); break;
        case ObjectType::statistics:
            rename_statistics(server, action.name, {action.new_schema, action.name.name});
            break;
        default:
            if (const Relation* relation = std::as_const(catalog).find(action.name);
                relation && !relation->index.table && !relation->sequence.owner_table)
                move_relation(server, *relation, action.new_schema);
    }
}

}  // namespace pgfence
