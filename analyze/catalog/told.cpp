#include "analyze/catalog/told.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "analyze/catalog/catalog_keys.h"
#include "analyze/catalog/replay_steps.h"
#include "core/text.h"

namespace pgfence {
namespace {

using enum AlterTableType;

bool is_about(const TableConstraint& constraint, const std::string& column) {
    return is_among(column, constraint.columns) || (constraint.expr && mentions(*constraint.expr, column));
}

/// What else the catalog would keep of it hangs on the table's other columns and on its children.
Column told_column(const Catalog& catalog, const ColumnDef& def) {
    Column column;
    column.name = def.name;
    column.type = catalog.resolve_type(def.type);
    column.collation = def.collation;
    column.existing = !catalog.in_change();
    for (const Constraint& c : def.constraints) {
        const bool required = c.type == ConstraintType::not_null || c.type == ConstraintType::primary_key;
        column.not_null = column.not_null || required;
        if (c.type == ConstraintType::default_) column.default_expr = stored_default(c.expr);
        if (c.type == ConstraintType::identity) column.identity = column.not_null = true;
        if (c.type == ConstraintType::generated) column.generated = true;
    }
    return column;
}

TableConstraint told_constraint(const Catalog& catalog, const Constraint& c) {
    TableConstraint constraint;
    constraint.name = c.name;
    constraint.type = c.type;
    constraint.columns = c.type == ConstraintType::foreign_key ? c.fk_columns : c.keys;
    constraint.expr = c.expr;
    constraint.valid = !c.not_valid;
    constraint.enforced = c.enforced;
    constraint.no_inherit = c.no_inherit;
    constraint.existing = !catalog.in_change();
    if (c.type == ConstraintType::foreign_key) constraint.referenced_name = catalog.resolve(c.referenced);
    constraint.referenced_columns = c.pk_columns;
    constraint.on_delete = c.on_delete;
    constraint.on_update = c.on_update;
    return constraint;
}

void forget_column(Relation& told, const std::string& column) {
    told.columns.erase_if([&](const Column& c) { return c.name == column; });
    told.table.constraints.erase_if([&](const TableConstraint& c) { return is_about(c, column); });
}

void forget_constraint(Relation& told, const std::string& name) {
    told.table.constraints.erase_if([&](const TableConstraint& c) { return c.name == name; });
}

void hear_clause(const Catalog& catalog, Relation& told, const AlterTableCmd& cmd) {
    Column* column = std::as_const(told).column(cmd.name) ? told.column(cmd.name) : nullptr;
    switch (cmd.subtype) {
        case AddColumn:
            if (cmd.column) std::erase(told.table.gone_columns, cmd.column->name);
            // IF NOT EXISTS: one of another type may be there.
            if (cmd.column && !cmd.missing_ok && !std::as_const(told).column(cmd.column->name))
                told.columns.push_back(told_column(catalog, *cmd.column));
            break;
        case AlterColumnType:
            if (column && cmd.column) {
                column->type = catalog.resolve_type(cmd.column->type);
                column->collation = cmd.column->collation;
            }
            break;
        case ColumnDefault:
            if (column) column->default_expr = stored_default(cmd.expr);
            break;
        case SetNotNull:
            if (column) column->not_null = true;
            break;
        case DropNotNull:
            if (column) column->not_null = false;
            break;
        case AddConstraint:
            if (!cmd.constraint || cmd.constraint->name.empty()) break;
            forget_constraint(told, cmd.constraint->name);
            told.table.constraints.push_back(told_constraint(catalog, *cmd.constraint));
            break;
        case ValidateConstraint:
            told.table.constraints.change_if([&](const TableConstraint& c) { return c.name == cmd.name; },
                                             [](TableConstraint& c) { c.valid = c.enforced; });
            break;
        case DropConstraint: forget_constraint(told, cmd.name); break;
        case EnableRowSecurity:
        case DisableRowSecurity: told.table.row_security = cmd.subtype == EnableRowSecurity; break;
        case AlterConstraint:
            if (cmd.constraint) forget_constraint(told, cmd.constraint->name);
            break;
        default: forget_column(told, cmd.name); break;  // a part of the column that is not kept here
    }
}

/// ADD CONSTRAINT, then DROP CONSTRAINT of that name in one statement: the server drops first.
std::vector<const AlterTableCmd*> drops_first(const AlterTable& action) {
    std::vector<const AlterTableCmd*> cmds;
    for (const AlterTableCmd& cmd : action.cmds) cmds.push_back(&cmd);
    std::stable_partition(cmds.begin(), cmds.end(), [](const AlterTableCmd* cmd) {
        return cmd->subtype == DropColumn || cmd->subtype == DropConstraint;
    });
    return cmds;
}

void hear_table(WritableCatalog& catalog, const AlterTable& action) {
    const bool of_rows = action.object == ObjectType::table || action.object == ObjectType::partitioned_table;
    if (!of_rows || find_anywhere(catalog, action.name)) return;
    Relation& told = catalog.tell_of(action.name);
    for (const AlterTableCmd* cmd : drops_first(action)) {
        if (cmd->subtype == DropColumn) {
            forget_column(told, cmd->name);
            if (!is_among(cmd->name, told.table.gone_columns)) told.table.gone_columns.push_back(cmd->name);
        } else
            hear_clause(catalog, told, *cmd);
    }
}

/// IF NOT EXISTS leaves one of the name alone, whatever that is made of: then all that is told is its likely table.
void hear_index(WritableCatalog& catalog, const CreateIndex& action) {
    if (action.name.empty() || find_anywhere(catalog, action.table)) return;
    const Name table = catalog.resolve(action.table);
    const Name name{table.schema, action.name};
    if (action.if_not_exists && (std::as_const(catalog).find(name) || std::as_const(catalog).told_of(name))) return;
    const bool after_drop = catalog.is_absent(name);
    Relation& told = catalog.tell_of(name);
    told = {};
    told.name = name;
    told.kind = RelationKind::index;
    told.index.told_table = table;
    catalog.note_told_index(name, table);
    told.maybe = action.if_not_exists && !after_drop;
    if (told.maybe) return;
    told.existing = !catalog.in_change();
    told.index.elements = action.elements;
    told.index.including = action.including;
    told.index.where = action.where;
    told.index.unique = action.unique;
}

void hear_new_name(WritableCatalog& catalog, const Rename& action) {
    if (action.object == ObjectType::table && action.part.empty())
        catalog.rename_table_of_told(catalog.resolve(action.relation),
                                     {catalog.resolve(action.relation).schema, action.new_name});
    const Relation* known = std::as_const(catalog).told_of(action.relation);
    // Of what has that name now nothing is told, but that it is there.
    if (!known && action.part.empty() && is_relation(action.object) && !catalog.find(action.relation)) {
        const Name from = catalog.resolve(action.relation);
        catalog.note_gone(from);
        catalog.tell_of({from.schema, action.new_name});
    }
    if (!known) return;
    if (action.object == ObjectType::table || action.object == ObjectType::index) {
        Relation moved = *known;
        catalog.forget_told(action.relation);
        Name name{moved.name.schema, action.new_name};
        if (catalog.find(name)) return;
        Relation& told = catalog.tell_of(name);
        moved.name = told.name;
        told = std::move(moved);
        if (!told.index.told_table.empty()) catalog.note_told_index(told.name, told.index.told_table);
        return;
    }
    Relation& told = catalog.tell_of(action.relation);
    if (action.object == ObjectType::column) {
        told.table.constraints.erase_if([&](const TableConstraint& c) { return is_about(c, action.part); });
        std::erase(told.table.gone_columns, action.new_name);
        if (std::as_const(told).column(action.part)) told.column(action.part)->name = action.new_name;
    }
    if (action.object == ObjectType::policy)
        for (PolicyInfo& policy : told.table.policies)
            if (policy.name == action.part) policy.name = action.new_name;
    if (action.object == ObjectType::constraint)
        told.table.constraints.change_if([&](const TableConstraint& c) { return c.name == action.part; },
                                         [&](TableConstraint& c) { c.name = action.new_name; });
}

void forget_policy(WritableCatalog& catalog, const Name& table, const std::string& name) {
    if (!std::as_const(catalog).told_of(table)) return;
    std::erase_if(catalog.tell_of(table).table.policies, [&](const PolicyInfo& policy) { return policy.name == name; });
}

void forget_trigger(WritableCatalog& catalog, const Name& table, const std::string& name) {
    if (!std::as_const(catalog).told_of(table)) return;
    std::erase_if(catalog.tell_of(table).triggers, [&](const TriggerInfo& trigger) { return trigger.name == name; });
}

void hear_trigger(WritableCatalog& catalog, const CreateTrigger& action) {
    if (find_anywhere(catalog, action.table)) return;
    forget_trigger(catalog, action.table, action.name);
    catalog.tell_of(action.table)
        .triggers.push_back({.name = action.name,
                             .function = catalog.resolve_function(action.function),
                             .row = action.row,
                             .columns = action.columns,
                             .on_insert = action.on_insert,
                             .on_update = action.on_update,
                             .on_delete = action.on_delete,
                             .on_truncate = action.on_truncate});
}

void hear_drop(WritableCatalog& catalog, const Drop& action) {
    if (action.object == ObjectType::schema) return catalog.forget_all_told();
    if (action.object == ObjectType::trigger)
        for (std::size_t i = 0; i < action.names.size() && i < action.parts.size(); ++i)
            forget_trigger(catalog, action.names[i], action.parts[i]);
    if (action.object == ObjectType::policy)
        for (std::size_t i = 0; i < action.names.size() && i < action.parts.size(); ++i)
            forget_policy(catalog, action.names[i], action.parts[i]);
    if (!action.parts.empty()) return;
    for (const Name& name : action.names) {
        catalog.forget_told_indexes_of(catalog.resolve(name));
        catalog.forget_told(name);
    }
}

void hear_policy(WritableCatalog& catalog, const PolicyChange& action) {
    if (find_anywhere(catalog, action.table)) return;
    const Relation* known = std::as_const(catalog).told_of(action.table);
    if (!action.create) {
        // What of it is not written stays, and is not told here.
        if (known) forget_policy(catalog, action.table, action.name);
        return;
    }
    auto& policies = catalog.tell_of(action.table).table.policies;
    std::erase_if(policies, [&](const PolicyInfo& policy) { return policy.name == action.name; });
    policies.push_back(made_by(action));
}

}  // namespace

void hear(WritableCatalog& catalog, const Action& action) {
    if (const auto* alter = std::get_if<AlterTable>(&action)) return hear_table(catalog, *alter);
    if (const auto* index = std::get_if<CreateIndex>(&action)) return hear_index(catalog, *index);
    if (const auto* rename = std::get_if<Rename>(&action)) return hear_new_name(catalog, *rename);
    if (const auto* drop = std::get_if<Drop>(&action)) return hear_drop(catalog, *drop);
    if (const auto* create = std::get_if<CreateTable>(&action)) return catalog.forget_told(create->name);
    if (const auto* moved = std::get_if<SetSchema>(&action)) {
        catalog.forget_told_indexes_of(catalog.resolve(moved->name));
        return catalog.forget_told(moved->name);
    }
    if (const auto* policy = std::get_if<PolicyChange>(&action)) return hear_policy(catalog, *policy);
    if (const auto* trigger = std::get_if<CreateTrigger>(&action)) return hear_trigger(catalog, *trigger);
    if (std::holds_alternative<DropOwned>(action)) catalog.forget_all_told();
}

}  // namespace pgfence
