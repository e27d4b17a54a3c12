// CREATE TABLE: transformCreateStmt (parse_utilcmd.c) decides what is made beside the table and in which order, which
// decides the names; DefineRelation (tablecmds.c) what comes from parents.

#include <algorithm>

#include "analyze/catalog/replay_steps.h"
#include "analyze/catalog/uncertain.h"

namespace pgfence {
namespace {

void like_columns(Server server, Relation& table, const Relation& source, const LikeClause& like) {
    for (const Column& from : source.columns) {
        if (table.column(from.name)) continue;
        if (table.columns.size() >= kMaxColumns || !server.catalog.afford_copies(1)) {
            table.columns_known = false;
            return;
        }
        Column column;
        column.name = from.name;
        column.type = from.type;
        column.collation = from.collation;
        if (from.generated && (like.generated || like.all)) {
            column.generated = true;
            column.generated_virtual = from.generated_virtual;
            column.generated_expr = from.generated_expr;
        }
        if (like.defaults || like.all) column.default_expr = from.default_expr;
        if (from.not_null) set_not_null(server, table, column, from.not_null_constraint, true);
        if (from.identity && (like.identity || like.all)) {
            column.identity = true;
            make_sequence(server, table, column);
        }
        table.columns.push_back(std::move(column));
    }
}

void like_parts(Server server, Relation& table, const Relation& source, const LikeClause& like) {
    if (like.constraints || like.all)
        for (const TableConstraint& c : source.table.constraints) {
            if (c.type != ConstraintType::check || table.constraint_named(c.name) || !server.catalog.afford_copies(1))
                continue;
            TableConstraint copy = c;
            copy.inherited = false;
            copy.local = true;
            copy.valid = copy.enforced;
            server.catalog.add_constraint(table.id, std::move(copy));
        }
    if (like.indexes || like.all)
        for (const Relation* index : std::as_const(server.catalog).indexes_of(source.id))
            if (server.catalog.afford_copies(1)) make_index(server, table.id, spec_of(server.catalog, *index), false);
    if (!like.all) return;
    for (const ExtendedStatistics& s : source.table.statistics) {
        if (!server.catalog.afford_copies(1)) return;
        const std::string name = make_object_name(table.name.name, name_addition(s.columns), "stat");
        server.catalog.add_statistics(table.id, {{table.name.schema, name}, s.columns, s.expressions});
    }
}

std::vector<LikeClause> known_likes(const Catalog& catalog, Relation& table, const CreateTable& action) {
    std::vector<LikeClause> known;
    for (const LikeClause& like : action.likes) {
        const Relation* source = catalog.find(like.source);
        if (source) known.push_back(like);
        if (!source || !source->columns_known) table.columns_known = false;
    }
    return known;
}

std::vector<RelationId> parents_of(const Catalog& catalog, Relation& table, const CreateTable& action) {
    std::vector<Name> names = action.inherits;
    if (action.partition_of) names.push_back(*action.partition_of);
    std::vector<RelationId> parents;
    for (const Name& name : names) {
        const Relation* parent = catalog.find(name);
        if (parent && parent->id != table.id) parents.push_back(parent->id);
        if (!parent || !parent->columns_known) table.columns_known = false;
    }
    return parents;
}

void columns_of_type(Server server, Relation& table, const Name& type) {
    const Relation* composite = std::as_const(server.catalog).find(type);
    if (!composite || composite->kind != RelationKind::composite_type) {
        table.columns_known = false;
        return;
    }
    table.table.of_type = composite->name;
    for (const Column& column : composite->columns) {
        if (!server.catalog.afford_copies(1)) return;
        table.columns.push_back(column);
    }
    server.catalog.note_uses(table.id);
}

/// PARTITION OF and OF name columns that are there already, to give them options; INHERITS may name them again.
void define_column(Server server, Relation& table, const ColumnDef& def, bool options_only) {
    const Column* inherited = std::as_const(table).column(def.name);
    if (!inherited) {
        if (!options_only || !table.columns_known) add_column_alone(server, table, def);
        return;
    }
    const Column before = *inherited;
    table.columns.erase_if([&](const Column& c) { return c.name == def.name; });
    if (!before.not_null_constraint.empty())
        server.catalog.forget_constraint_name(table.name.schema, before.not_null_constraint);
    ColumnDef merged = def;
    if (options_only) merged.type = before.type;
    add_column_alone(server, table, merged);
    Column* now = table.column(def.name);
    if (!now) return;
    if (before.not_null) set_not_null(server, table, *now, before.not_null_constraint, before.not_null_valid);
    if (!now->default_expr) now->default_expr = before.default_expr;
    if (before.generated && !now->generated) {
        now->generated = true;
        now->generated_virtual = before.generated_virtual;
        now->generated_expr = before.generated_expr;
    }
    if (options_only) now->collation = before.collation;
    now->inherited = before.inherited;
    now->local = !options_only || !before.inherited;
}

std::vector<Constraint> constraints_of(const CreateTable& action) {
    std::vector<Constraint> all;
    for (const ColumnDef& column : action.columns)
        for (const Constraint& c : column.constraints)
            if (c.type == ConstraintType::check || c.type == ConstraintType::foreign_key || is_key(c))
                all.push_back(with_column(c, column.name));
    all.insert(all.end(), action.constraints.begin(), action.constraints.end());
    return all;
}

void clone_triggers(Relation& partition, const Relation& parent) {
    for (const TriggerInfo& trigger : parent.triggers) {
        const bool there = std::any_of(partition.triggers.begin(), partition.triggers.end(),
                                       [&](const TriggerInfo& t) { return t.name == trigger.name; });
        if (!trigger.row || there) continue;
        partition.triggers.push_back(trigger);
        partition.triggers.back().cloned_from = parent.id;
    }
}

RelationKind kind_of(const CreateTable& action) {
    if (action.foreign) return RelationKind::foreign_table;
    return action.partition_by ? RelationKind::partitioned_table : RelationKind::table;
}

void link_parents(Server server, Relation& table, const std::vector<RelationId>& parents, const CreateTable& action) {
    table.table.is_partition = action.partition_of.has_value();
    table.table.bound = action.bound;
    for (const RelationId id : parents) server.catalog.add_parent(table.id, id);
    for (const RelationId id : parents)
        for (const Column& column : std::as_const(server.catalog).get(id)->columns)
            if (!inherit_column(server, table, column, false)) break;
    for (const RelationId id : parents) inherit_constraints(server, table, *std::as_const(server.catalog).get(id));
}

}  // namespace

void create_table(Server server, const CreateTable& action) {
    WritableCatalog& catalog = server.catalog;
    const Name name = catalog.creation_name(action.name, action.persistence);
    if (catalog.has_relation_name(name.schema, name.name)) return;
    if (action.if_not_exists && std::as_const(catalog).find(name)) return;  // by another name
    Relation& table = catalog.create(kind_of(action), name);
    table.persistence = name.schema == "pg_temp" ? Persistence::temporary : action.persistence;
    if (action.dropped_on_commit) catalog.note_dropped_on_commit(table);
    table.table.partition_key = action.partition_by;
    table.access_method = action.access_method;
    table.tablespace = action.tablespace;
    table.table.server = action.server;

    const auto parents = parents_of(std::as_const(catalog), table, action);
    const auto likes = known_likes(std::as_const(catalog), table, action);
    const bool options_only = action.partition_of || action.of_type;
    link_parents(server, table, parents, action);
    if (action.of_type) columns_of_type(server, table, *action.of_type);
    for (const LikeClause& like : likes) like_columns(server, table, *std::as_const(catalog).find(like.source), like);
    for (const ColumnDef& column : action.columns) define_column(server, table, column, options_only);
    catalog.note_uses(table.id);

    // A partition gets what its parent has before what its own statement asks for (DefineRelation comes first).
    if (action.partition_of && !parents.empty()) {
        const Relation& parent = *std::as_const(catalog).get(parents.back());
        attach_indexes(server, table, parent);
        clone_triggers(table, parent);
    }
    add_new_constraints(server, table.id, constraints_of(action), false);
    for (const LikeClause& like : likes) like_parts(server, table, *std::as_const(catalog).find(like.source), like);
    catalog.note_uses(table.id);
    if (action.if_not_exists) doubt_that_it_is_new(catalog, table.id);
}

// ---- INHERIT, ATTACH PARTITION and back ----------------------------------------------------------------------------

void attach_child(Server server, Relation& parent, Relation& child, const std::optional<PartitionBound>& bound,
                  bool partition) {
    if (child.table.is_partition || (partition && !child.table.parents.empty())) return;
    if (partition != (parent.kind == RelationKind::partitioned_table) ||
        !(child.is_table() || child.kind == RelationKind::foreign_table))
        return;
    const std::size_t before = child.table.parents.size();
    server.catalog.add_parent(child.id, parent.id);
    if (child.table.parents.size() == before) return;
    child.table.is_partition = partition;
    if (partition) child.table.bound = bound;
    for (const Column& column : parent.columns)
        if (!inherit_column(server, child, column, !partition)) break;
    inherit_constraints(server, child, parent);
    if (!partition) return;
    attach_indexes(server, child, parent);
    clone_triggers(child, parent);
    server.catalog.note_names_others(child.id);
}

void detach_child(Server server, Relation& parent, Relation& child) {
    if (std::find(child.table.parents.begin(), child.table.parents.end(), parent.id) == child.table.parents.end())
        return;
    server.catalog.remove_parent(child.id, parent.id);
    const bool was_partition = std::exchange(child.table.is_partition, false);
    child.table.detach_pending = false;
    child.table.bound.reset();
    const auto still = [&](auto has) {
        return std::any_of(child.table.parents.begin(), child.table.parents.end(), [&](RelationId id) {
            const Relation* other = std::as_const(server.catalog).get(id);
            return other && has(*other);
        });
    };
    const auto let_go = [](auto& part) {
        part.inherited = false;
        part.local = true;
    };
    child.columns.change_if(
        [&](const Column& column) {
            return column.inherited && !still([&](const Relation& r) { return r.column(column.name) != nullptr; });
        },
        let_go);
    child.table.constraints.change_if(
        [&](const TableConstraint& c) {
            return c.inherited && !still([&](const Relation& r) { return r.constraint_named(c.name) != nullptr; });
        },
        let_go);
    for (const Relation* index : std::as_const(server.catalog).indexes_of(child.id)) {
        const Relation* above = std::as_const(server.catalog).get(index->index.parent);
        if (above && above->index.table == parent.id) server.catalog.set_index_parent(index->id, 0);
    }
    // DropClonedTriggersFromPartition
    if (was_partition)
        std::erase_if(child.triggers, [&](const TriggerInfo& mine) {
            return std::any_of(parent.triggers.begin(), parent.triggers.end(),
                               [&](const TriggerInfo& t) { return t.row && t.name == mine.name; });
        });
}

}  // namespace pgfence
