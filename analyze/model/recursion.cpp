// Which subcommands of ALTER TABLE go down to children and partitions, and how far. Some lock every descendant at once
// (find_all_inheritors); others ask each level for its children (find_inheritance_children), and stop at a child that
// keeps what its parent loses or already has what its parent gets.

#include "analyze/model/recursion.h"

#include <algorithm>
#include <map>

#include "analyze/model/statements.h"
#include "core/server_behaviour.h"

namespace pgfence {
namespace {

using enum AlterTableType;

bool is_partitioned(const Relation& table) { return table.kind == RelationKind::partitioned_table; }

/// EnableDisableTrigger goes down to the partitions for row triggers only, which were cloned, and for a foreign key's.
bool has_partition_triggers(const Catalog& catalog, const AlterTableCmd& cmd, const Relation& table, int version) {
    const bool all = cmd.subtype == EnableTrigAll || cmd.subtype == DisableTrigAll;
    const bool any_name = all || cmd.subtype == EnableTrigUser || cmd.subtype == DisableTrigUser;
    for (const TriggerInfo& trigger : table.triggers)
        if (any_name || trigger.name == cmd.name) {
            if (trigger.row) return true;
            if (!any_name) return false;
        }
    // A trigger that the catalog does not know may be one.
    if (!any_name) return true;
    return all && has(version, Behaviour::key_triggers_on_partitioned) &&
           (!keys_to_rows_of(catalog, table).empty() ||
            std::any_of(table.table.constraints.begin(), table.table.constraints.end(),
                        [](const TableConstraint& c) { return c.type == ConstraintType::foreign_key; }));
}

/// Checks, and 18's NOT NULL, which is no TableConstraint, are what children inherit.
bool is_inherited_by_children(const TableConstraint& c) { return c.type == ConstraintType::check && !c.no_inherit; }

/// ALTER CONSTRAINT ... NO INHERIT tells the children, and nobody below them.
bool takes_inheritance_back(const AlterTableCmd& cmd) {
    return cmd.subtype == AlterConstraint && cmd.constraint && cmd.constraint->no_inherit;
}

/// Built as an index of each partition (DefineIndex).
bool is_key(const Constraint& c) {
    return c.type == ConstraintType::unique || c.type == ConstraintType::primary_key ||
           c.type == ConstraintType::exclusion;
}

bool takes_every_descendant(const Catalog& catalog, const AlterTableCmd& cmd, const Relation& table, int version) {
    const TableConstraint* constraint = table.constraint_named(cmd.name);
    switch (cmd.subtype) {
        // A column that is NOT NULL already is not followed any further.
        case SetNotNull: {
            const Column* column = table.column(cmd.name);
            const bool passed_by =
                has(version, Behaviour::not_null_is_a_constraint) ||
                (is_partitioned(table) && has(version, Behaviour::set_not_null_passes_partitions_by));
            return !passed_by || !column || !column->not_null || !column->not_null_valid;
        }
        // A constraint goes level by level.
        case DropNotNull: return !has(version, Behaviour::not_null_is_a_constraint) || !table.column(cmd.name);
        case ColumnDefault:
        case SetStatistics:
        case SetStorage:
        case AlterColumnType:
        case DropExpression:
        case SetExpression: return true;
        case ValidateConstraint:
            if (const Column* column = column_of_not_null(table, cmd.name)) return !column->not_null_valid;
            if (constraint && constraint->valid) return false;
            return !constraint || is_inherited_by_children(*constraint) ||
                   (constraint->type == ConstraintType::foreign_key && is_partitioned(table));
        case AlterConstraint:
            // ATExecAlterConstrEnforceability (19): a check that is enforced already is left as it is.
            if (constraint && constraint->type == ConstraintType::check)
                return !constraint->no_inherit && !(constraint->enforced && cmd.constraint->enforced);
            // 18: nothing to change is nothing to do. Children inherit no keys: NOT NULL is what they have with their
            // parent.
            if (cmd.options.empty() && has(version, Behaviour::not_null_is_a_constraint)) return false;
            return is_partitioned(table) ||
                   (!constraint && has(version, Behaviour::not_null_is_a_constraint) && !takes_inheritance_back(cmd));
        case AddConstraint: {
            if (!cmd.constraint) return false;
            const ConstraintType type = cmd.constraint->type;
            if (type == ConstraintType::not_null) return !cmd.constraint->no_inherit;
            return type != ConstraintType::check && !is_key(*cmd.constraint) && is_partitioned(table);
        }
        // ATCheckPartitionsNotInUse, before anything is asked about the constraint
        case DropConstraint: return is_partitioned(table);
        case AddIdentity:
        case SetIdentity: return is_partitioned(table) && has(version, Behaviour::identity_of_partitions);
        case DropIdentity: {
            // ATExecDropIdentity: IF EXISTS is asked of the table first.
            const Column* column = cmd.missing_ok ? table.column(cmd.name) : nullptr;
            return is_partitioned(table) && has(version, Behaviour::identity_of_partitions) &&
                   !(column && !column->identity);
        }
        case EnableTrig:
        case EnableAlwaysTrig:
        case EnableReplicaTrig:
        case DisableTrig:
        case EnableTrigAll:
        case DisableTrigAll:
        case EnableTrigUser:
        case DisableTrigUser: return is_partitioned(table) && has_partition_triggers(catalog, cmd, table, version);
        default: return false;
    }
}

enum class Child { keeps, changes };

/// A parent that still has the column, or the child defines it as well: it is only told (attinhcount, attislocal).
/// `told`: by so many parents that lost it.
Child on_drop_column(const Catalog& catalog, const Relation& child, const std::string& name, int told = 1) {
    const Column* column = child.column(name);
    if (!column || column->local) return Child::keeps;
    const auto parents = std::count_if(child.table.parents.begin(), child.table.parents.end(), [&](RelationId id) {
        const Relation* parent = catalog.get(id);
        return parent && parent->column(name);
    });
    return parents > told ? Child::keeps : Child::changes;
}

Child on_drop_constraint(const Catalog& catalog, const Relation& child, const std::string& name, int told) {
    const TableConstraint* constraint = child.constraint_named(name);
    if (constraint && constraint->local) return Child::keeps;
    const auto parents = std::count_if(child.table.parents.begin(), child.table.parents.end(), [&](RelationId id) {
        const Relation* parent = catalog.get(id);
        return parent && parent->constraint_named(name);
    });
    return parents > told ? Child::keeps : Child::changes;
}

Child on_drop_not_null(const Catalog& catalog, const Relation& child, const std::string& name, int told) {
    const auto parents = std::count_if(child.table.parents.begin(), child.table.parents.end(), [&](RelationId id) {
        const Relation* parent = catalog.get(id);
        const Column* column = parent ? parent->column(name) : nullptr;
        return column && column->not_null && !column->not_null_no_inherit;
    });
    return parents > told ? Child::keeps : Child::changes;
}

/// A constraint that the statement drops is there no more when it adds one, unless the child has it of its own.
bool has_check(const Relation& relation, const std::string& name, const Dropped& dropped) {
    const TableConstraint* there = relation.constraint_named(name);
    return there && (!dropped.contains(name) || (there->inherited && there->local));
}

/// AT_PASS_DROP comes before AT_PASS_ADD_COL.
bool has_column_by_then(const Catalog& catalog, const Relation& child, const std::string& name,
                        const Dropped& dropped) {
    return child.column(name) && !(dropped.contains(name) && on_drop_column(catalog, child, name) == Child::changes);
}

/// ATExecAddColumn, ATExecDropColumn, dropconstraint_internal, ATAddCheckNNConstraint on one child.
Child on_child(const Catalog& catalog, const Relation& child, const AlterTableCmd& cmd, const Dropped& dropped,
               const Dropped& dropped_columns, int told) {
    switch (cmd.subtype) {
        case AddColumn:
            return cmd.column && has_column_by_then(catalog, child, cmd.column->name, dropped_columns) ? Child::keeps
                                                                                                       : Child::changes;
        case DropColumn: return on_drop_column(catalog, child, cmd.name, told);
        case DropConstraint: return on_drop_constraint(catalog, child, cmd.name, told);
        case DropNotNull: return on_drop_not_null(catalog, child, cmd.name, told);
        case AlterConstraint: return Child::keeps;
        default: return has_check(child, cmd.constraint->name, dropped) ? Child::keeps : Child::changes;
    }
}

bool goes_level_by_level(const AlterTableCmd& cmd, const Relation& table, int version, const Dropped& dropped) {
    switch (cmd.subtype) {
        // ATExecAddColumn: IF NOT EXISTS is asked of the table first.
        case AddColumn: return !(cmd.missing_ok && cmd.column && table.column(cmd.column->name));
        case DropColumn: return true;
        case DropNotNull: {
            const Column* column = table.column(cmd.name);
            return has(version, Behaviour::not_null_is_a_constraint) && column && column->not_null &&
                   !column->not_null_no_inherit;
        }
        case AddConstraint:
            // MergeWithExistingConstraint: what the table has its children have.
            return cmd.constraint && cmd.constraint->type == ConstraintType::check && !cmd.constraint->no_inherit &&
                   !has_check(table, cmd.constraint->name, dropped);
        case DropConstraint: {
            if (const Column* column = column_of_not_null(table, cmd.name)) return !column->not_null_no_inherit;
            const TableConstraint* constraint = table.constraint_named(cmd.name);
            return !constraint || is_inherited_by_children(*constraint);
        }
        case AlterConstraint: return takes_inheritance_back(cmd);
        default: return false;
    }
}

Below level_by_level(const Catalog& catalog, const Relation& table, const AlterTableCmd& cmd, const Dropped& dropped,
                     const Dropped& dropped_columns) {
    Below found;
    std::map<RelationId, int> told;
    std::vector<const Relation*> pending{&table};
    for (std::size_t i = 0; i < pending.size(); ++i)
        for (const RelationId id : pending[i]->table.children) {
            const Relation* child = catalog.get(id);
            if (!child || child == &table) continue;
            const int times = ++told[id];
            if (times == 1) found.locked.push_back(child);
            const auto& done = found.changed;
            if (std::find(done.begin(), done.end(), child) != done.end()) continue;
            if (on_child(catalog, *child, cmd, dropped, dropped_columns, times) == Child::keeps) continue;
            found.changed.push_back(child);
            pending.push_back(child);
        }
    return found;
}

std::vector<const Relation*> children_of(const Catalog& catalog, const Relation& table) {
    std::vector<const Relation*> children;
    for (const RelationId id : table.table.children)
        if (const Relation* child = catalog.get(id)) children.push_back(child);
    return children;
}

/// ONLY leaves the children what they have, but they are told that it is their own now.
std::vector<const Relation*> told_by_only(const Catalog& catalog, const Relation& table, const AlterTableCmd& cmd,
                                          int version, const Dropped& dropped) {
    if (cmd.subtype == DropConstraint && is_partitioned(table)) return catalog.descendants(table.id);
    const bool told = cmd.subtype == DropColumn || ((cmd.subtype == DropConstraint || cmd.subtype == DropNotNull) &&
                                                    goes_level_by_level(cmd, table, version, dropped));
    return told ? children_of(catalog, table) : std::vector<const Relation*>{};
}

}  // namespace

bool has_column_from_elsewhere(const Catalog& catalog, const Relation& table, const std::string& column) {
    const auto below = catalog.descendants(table.id);
    const auto is_reached = [&](RelationId id) {
        return id == table.id ||
               std::any_of(below.begin(), below.end(), [&](const Relation* relation) { return relation->id == id; });
    };
    return std::any_of(below.begin(), below.end(), [&](const Relation* child) {
        return std::any_of(child->table.parents.begin(), child->table.parents.end(), [&](RelationId id) {
            const Relation* parent = is_reached(id) ? nullptr : catalog.get(id);
            return parent && parent->column(column);
        });
    });
}

const Column* column_of_not_null(const Relation& table, const std::string& constraint) {
    for (const Column& column : table.columns)
        if (!constraint.empty() && column.not_null_constraint == constraint) return &column;
    return nullptr;
}

Below below(const Catalog& catalog, const Relation& table, bool only, const AlterTableCmd& cmd, int version,
            const Dropped& dropped, const Dropped& dropped_columns) {
    if (table.table.children.empty()) return {};
    // ATExecAlterConstrRecurse: up to 17 the parts of a foreign key were changed with it whatever was written.
    const bool parts_follow =
        cmd.subtype == AlterConstraint && is_partitioned(table) && !has(version, Behaviour::not_null_is_a_constraint);
    if (only && !parts_follow) return {told_by_only(catalog, table, cmd, version, dropped), {}};
    Below found;
    if (goes_level_by_level(cmd, table, version, dropped))
        found = level_by_level(catalog, table, cmd, dropped, dropped_columns);
    const bool adds = cmd.subtype == AddConstraint && cmd.constraint;
    const bool every = takes_every_descendant(catalog, cmd, table, version);
    if (every || (adds && has(version, Behaviour::new_constraint_locks_descendants)))
        found.locked = catalog.descendants(table.id);
    // The key of a partitioned table is built on its partitions, with locks of its own.
    const bool key = adds && is_key(*cmd.constraint) && is_partitioned(table);
    if (key || (every && !goes_level_by_level(cmd, table, version, dropped)))
        found.changed = catalog.descendants(table.id);
    return found;
}

}  // namespace pgfence
