// ALTER TABLE. The lock on the table follows from the text alone (AlterTableGetLockLevel in tablecmds.c); what happens
// under it follows from the catalog (ATExecAddColumn, ATPrepAlterColumnType, ATExecAddConstraint, ATRewriteTables,
// ...).

#include <algorithm>

#include "analyze/model/alteration.h"
#include "analyze/model/expressions.h"

namespace pgfence {
namespace {

using enum LockMode;

bool statement_is_on_index(const Alteration& a) { return a.statement.object == ObjectType::index; }

/// Of a key that the statement adds.
bool is_new_index(const Alteration& a, const std::string& name) {
    return a.table && !a.answer.catalog.find(Name{a.table->name.schema, name}) &&
           std::any_of(a.statement.cmds.begin(), a.statement.cmds.end(), [&](const AlterTableCmd& cmd) {
               return cmd.constraint && cmd.subtype == AlterTableType::AddConstraint && cmd.constraint->name == name;
           });
}

/// ADD COLUMN IF NOT EXISTS of a column that is there: nothing is done, not to what lies below the table either.
bool adds_nothing(const Relation* table, const AlterTableCmd& cmd) {
    return cmd.subtype == AlterTableType::AddColumn && cmd.missing_ok && cmd.column && table &&
           table->column(cmd.column->name);
}

/// find_composite_type_dependencies: rows that lie in columns of other tables are not converted.
void refuse_for_row_type(const Alteration& a, const Relation& table) {
    const auto converts = [&](const AlterTableCmd& cmd) {
        if (cmd.subtype == AlterTableType::AlterColumnType) return true;
        if (cmd.subtype != AlterTableType::AddColumn || !cmd.column || adds_nothing(a.table, cmd)) return false;
        return std::any_of(cmd.column->constraints.begin(), cmd.column->constraints.end(), [](const Constraint& c) {
            const bool fills = c.type == ConstraintType::default_ && c.expr && !is_null_literal(*c.expr);
            return fills || c.type == ConstraintType::identity || c.type == ConstraintType::generated;
        });
    };
    const auto& cmds = a.statement.cmds;
    // Another tablespace gets the pages as they are.
    const bool moves = std::any_of(cmds.begin(), cmds.end(), [](const AlterTableCmd& cmd) {
        return cmd.subtype == AlterTableType::SetTableSpace;
    });
    const bool rewritten = a.answer.is_rewritten(table) && !moves;
    if (!rewritten && std::none_of(cmds.begin(), cmds.end(), converts)) return;
    for (const Relation* user : a.answer.catalog.using_type(table.name)) {
        if (user->kind != RelationKind::table && user->kind != RelationKind::materialized_view) continue;
        for (const Column& column : user->columns)
            if (column.type.name.name == table.name.name)
                return a.answer.fails(Failure::Kind::not_allowed,
                                      "cannot alter table \"" + table.name.name + "\" because column \"" +
                                          user->name.name + "." + column.name + "\" uses its row type",
                                      !table.maybe && !user->maybe && !column.maybe);
    }
}

bool has_rows_converted(const Relation& relation, const AlterTable& statement) {
    return relation.kind == RelationKind::table ||
           (relation.kind == RelationKind::partitioned_table &&
            std::any_of(statement.cmds.begin(), statement.cmds.end(),
                        [](const AlterTableCmd& cmd) { return cmd.subtype == AlterTableType::AlterColumnType; }));
}

void model_command(Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    using enum AlterTableType;
    switch (cmd.subtype) {
        case AddColumn: add_column(a, cmd, i); break;
        case DropColumn: drop_column(a, cmd, i); break;
        case AlterColumnType: alter_column_type(a, cmd, i); break;
        case ColumnDefault: set_default(a, cmd, i); break;
        case SetNotNull: scan_for_nulls(a, cmd.name, Cause::not_null, i); break;
        case SetExpression: set_expression(a, cmd, i); break;
        case AddConstraint: add_constraint(a, cmd, i); break;
        case ValidateConstraint: validate_constraint(a, cmd, i); break;
        case DropConstraint: drop_constraint(a, cmd); break;
        case AlterConstraint: alter_constraint(a, cmd, i); break;
        case SetLogged: set_persistence(a, Persistence::permanent, i); break;
        case SetUnLogged: set_persistence(a, Persistence::unlogged, i); break;
        case SetTableSpace: set_tablespace(a, cmd, i); break;
        case SetAccessMethod: set_access_method(a, cmd, i); break;
        case ChangeOwner: change_owner(a, cmd); break;
        case SetIdentity: lock_identity_sequence(a, cmd, ShareRowExclusive); break;
        case DropIdentity: lock_identity_sequence(a, cmd, AccessExclusive); break;
        case ClusterOn:
            // ATExecClusterOn is given the statement's own.
            if (!is_new_index(a, cmd.name))
                a.answer.lock(Name{a.table ? a.table->name.schema : "", cmd.name},
                              lock_level(a.statement, a.answer.now.version), LockRole::index);
            break;
        case ReplicaIdentity:
            if (!cmd.name.empty() && !is_new_index(a, cmd.name))
                a.answer.lock(Name{a.table ? a.table->name.schema : "", cmd.name}, Share, LockRole::index);
            break;
        case AddInherit:
            a.answer.lock(cmd.relation, ShareUpdateExclusive, LockRole::parent);
            // ATExecAddInherit looks for circles.
            for (const Relation* child : a.below) a.answer.lock(*child, AccessShare, LockRole::child);
            break;
        case DropInherit: a.answer.lock(cmd.relation, AccessShare, LockRole::parent); break;
        case AddOf: a.answer.lock(cmd.relation, AccessShare, LockRole::type); break;
        case AttachPartition:
            if (statement_is_on_index(a))
                a.answer.lock(cmd.relation, AccessExclusive, LockRole::partition);
            else
                attach_partition(a.answer, a.table, cmd, i);
            break;
        case DetachPartition:
        case DetachPartitionFinalize: detach_partition(a.answer, a.table, cmd, i); break;
        case DropExpression: a.answer.needs(Feature::drop_expression, i); break;
        case SetCompression: a.answer.needs(Feature::set_compression, i); break;
        case Other: a.answer.unknown("a subcommand of ALTER TABLE that this version does not know"); break;
        default: break;
    }
}

/// AT_PASS_DROP comes first: an index that goes with its column or constraint is not built again.
void note_dropped_indexes(const Alteration& a) {
    if (a.dropped_columns.empty() && a.dropped_constraints.empty()) return;
    for (const Relation* t : with_descendants(a.answer.catalog, *a.table))
        for (const Relation* index : a.answer.catalog.indexes_of(t->id)) {
            const bool of_column =
                std::any_of(a.dropped_columns.begin(), a.dropped_columns.end(), [&](const std::string& name) {
                    const Column* column = t->column(name);
                    const bool stays = t != a.table && column && column->local;
                    return uses_column(*index, name) && !stays;
                });
            const TableConstraint* key = t->constraint_named(index->index.constraint);
            const bool of_constraint = key && a.dropped_constraints.contains(key->name);
            const Relation* whole = a.answer.catalog.get(index->index.parent);
            const bool of_whole = whole && a.answer.is_gone(*whole);
            if ((of_column || of_constraint || of_whole) && (t == a.table || !a.statement.only))
                a.answer.drops_first(*index);
        }
}

}  // namespace

void lock_parts_of_index(Answer& answer, const Relation& index, LockMode mode) {
    for (const RelationId id : index.index.children)
        if (const Relation* part = answer.catalog.get(id)) {
            answer.lock(*part, mode, LockRole::index_of_a_partition);
            lock_parts_of_index(answer, *part, mode);
        }
}

namespace {

/// ALTER INDEX ... ATTACH PARTITION looks at both tables.
void lock_tables_of_indexes(Answer& answer, const AlterTable& statement) {
    for (const AlterTableCmd& cmd : statement.cmds) {
        if (cmd.subtype != AlterTableType::AttachPartition) continue;
        for (const Name* name : {&statement.name, &cmd.relation})
            if (const Relation* index = answer.catalog.find(*name))
                if (const Relation* table = answer.catalog.get(index->index.table))
                    answer.lock(*table, AccessShare, LockRole::table_of_the_index);
    }
}

}  // namespace

namespace {

// find_typed_table_dependencies, find_composite_type_dependencies
void refuse_attribute(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const Relation& type = *a.table;
    const auto fails = [&](Failure::Kind kind, const std::string& because, const Relation& by) {
        a.answer.fails(kind, "cannot alter type \"" + type.name.name + "\" because " + because,
                       !type.maybe && !by.maybe, i);
    };
    if (!cmd.cascade)
        for (const auto& [id, relation] : a.answer.catalog.relations())
            if (relation.table.of_type == type.name)
                return fails(Failure::Kind::dependent_objects, "it is the type of a typed table", relation);
    if (cmd.subtype != AlterTableType::AlterColumnType) return;
    for (const Relation* user : a.answer.catalog.using_type(type.name))
        if (user->is_table() || user->kind == RelationKind::materialized_view)
            return fails(Failure::Kind::not_allowed, "a column of " + name_in_report(*user) + " uses it", *user);
}

}  // namespace

std::vector<const Relation*> lock_typed_tables(Answer& answer, const Relation& composite_type) {
    std::vector<const Relation*> tables;
    for (const auto& [id, relation] : answer.catalog.relations())
        if (relation.table.of_type && relation.table.of_type->name == composite_type.name.name) {
            const auto tree = with_descendants(answer.catalog, relation);
            tables.insert(tables.end(), tree.begin(), tree.end());
        }
    for (const Relation* table : tables) answer.lock(*table, AccessExclusive, LockRole::typed_table);
    return tables;
}

namespace {

/// As lower/ names what a statement does not name.
constexpr std::string_view kAllIn = "ALL IN TABLESPACE ";

bool is_of_all(const AlterTable& statement) {
    return statement.name.schema.empty() && statement.name.name.starts_with(kAllIn);
}

bool is_in_tablespace(const Relation& relation, const std::string& tablespace) {
    return relation.persistence != Persistence::temporary &&
           (relation.tablespace.empty() ? "pg_default" : relation.tablespace) == tablespace;
}

// AlterTableMoveAll. Which others there are is known of a whole schema only.
void move_all(Answer& answer, const AlterTable& statement) {
    const std::string tablespace = statement.name.name.substr(kAllIn.size());
    for (const auto& [id, relation] : answer.catalog.relations()) {
        if (!is_a(relation, statement.object) || !is_in_tablespace(relation, tablespace)) continue;
        answer.lock(relation, AccessExclusive);
        const Alteration a{answer, statement, &relation, {}};
        for (std::size_t i = 0; i < statement.cmds.size(); ++i) set_tablespace(a, statement.cmds[i], i);
    }
    if (answer.catalog.complete()) return;
    answer.lock(statement.name, AccessExclusive);
    for (std::size_t i = 0; i < statement.cmds.size(); ++i)
        answer.work(Work::Kind::rewrite, statement.name, Cause::set_tablespace, i);
}

}  // namespace

namespace {

AlterTableCmd as_table_constraint(const Constraint& of_column, const ColumnDef& column, bool checked) {
    AlterTableCmd add;
    add.subtype = AlterTableType::AddConstraint;
    add.constraint = of_column;
    add.constraint->keys = {column.name};
    if (of_column.type != ConstraintType::foreign_key) return add;
    add.constraint->keys.clear();
    add.constraint->fk_columns = {column.name};
    add.constraint->not_valid = !checked;
    return add;
}

/// transformColumnDefinition makes commands of their own of a new column's constraints: up to 12 they were carried out
/// whether or not IF NOT EXISTS left the column alone.
std::vector<AlterTableCmd> constraints_of_columns_there(Answer& answer, const AlterTable& statement,
                                                        const Relation* table) {
    std::vector<AlterTableCmd> found;
    if (!table || answer.has(Behaviour::subcommands_are_read_alone)) return found;
    for (const AlterTableCmd& cmd : statement.cmds) {
        if (!adds_nothing(table, cmd)) continue;
        for (const Constraint& c : cmd.column->constraints)
            if (c.type == ConstraintType::check || c.type == ConstraintType::unique ||
                c.type == ConstraintType::primary_key || c.type == ConstraintType::foreign_key)
                found.push_back(as_table_constraint(c, *cmd.column, checks_new_key(answer, statement, *cmd.column)));
        // 12 takes for granted that the column is NOT NULL, as a new one would be made.
        const bool primary = !found.empty() && found.back().constraint->type == ConstraintType::primary_key;
        if (!primary || !answer.has(Behaviour::primary_key_locks_children)) continue;
        found.back().constraint->type = ConstraintType::unique;
        if (!is_not_null(*table, cmd.column->name))
            answer.fails(Failure::Kind::not_allowed,
                         "primary key column \"" + cmd.column->name + "\" is not marked NOT NULL", !table->maybe);
    }
    return found;
}

void carry_out(Answer& answer, const AlterTable& statement, const Relation* table);

}  // namespace

void model_alter_table(Answer& answer, const AlterTable& statement) {
    if (is_of_all(statement)) return move_all(answer, statement);
    const Relation* table = answer.catalog.find(statement.name);
    const auto more = constraints_of_columns_there(answer, statement, table);
    if (more.empty()) return carry_out(answer, statement, table);
    AlterTable whole = statement;
    whole.cmds.insert(whole.cmds.end(), more.begin(), more.end());
    carry_out(answer, whole, table);
}

namespace {

void carry_out(Answer& answer, const AlterTable& statement, const Relation* table) {
    if (!table && statement.if_exists) {
        if (answer.catalog.is_absent(statement.name)) return;
        answer.depends_on("whether " + answer.catalog.qualified(statement.name) + " exists");
    }
    if (statement.object != ObjectType::table && refuse_other_kind(answer, table, statement.object)) return;
    const LockMode mode = lock_level(statement, answer.now.version);
    answer.lock(statement.name, mode);
    refuse_uncommitted_values(answer, statement);

    Alteration a{answer, statement, table, {}};
    for (const AlterTableCmd& cmd : statement.cmds) {
        if (cmd.subtype == AlterTableType::DropConstraint) a.dropped_constraints.insert(cmd.name);
        if (cmd.subtype == AlterTableType::DropColumn) a.dropped_columns.insert(cmd.name);
    }
    if (table && !statement.only) a.below = answer.catalog.descendants(table->id);
    if (table) note_dropped_indexes(a);
    for (std::size_t i = 0; i < statement.cmds.size(); ++i) {
        const AlterTableCmd& cmd = statement.cmds[i];
        if (table) {
            Below reached = below(answer.catalog, *table, statement.only, cmd, answer.now.version,
                                  a.dropped_constraints, a.dropped_columns);
            const bool partitioned = table->kind == RelationKind::partitioned_table;
            // 18: dropped by then, the constraint is made anew, all the way down.
            if (cmd.subtype == AlterTableType::SetNotNull && answer.has(Behaviour::not_null_is_a_constraint) &&
                a.drops_not_null(cmd.name))
                reached.locked = reached.changed = a.below;
            // Children have no part of a foreign key that the statement adds.
            if (const Constraint* added =
                    cmd.subtype == AlterTableType::ValidateConstraint ? added_constraint(statement, cmd.name) : nullptr;
                added && added->type == ConstraintType::foreign_key && table->kind == RelationKind::table)
                reached = {};
            for (const Relation* r : reached.locked)
                answer.lock(*r, mode, partitioned ? LockRole::partition : LockRole::child);
            a.changed = reached.changed;
        }
        const bool attribute = cmd.subtype == AlterTableType::AddColumn || cmd.subtype == AlterTableType::DropColumn ||
                               cmd.subtype == AlterTableType::AlterColumnType;
        // ATTypedTableRecursion
        if (table && table->kind == RelationKind::composite_type && attribute) {
            if (cmd.cascade) a.changed = lock_typed_tables(answer, *table);
            refuse_attribute(a, cmd, i);
        }
        // ATPrepCmd: a partitioned index has those of the partitions below it, as a table has children.
        if (table && is_index(*table) && cmd.subtype == AlterTableType::SetStatistics &&
            answer.has(Behaviour::statistics_of_index_reach_partitions))
            lock_parts_of_index(answer, *table, mode);
        refuse_by_what_is_there(a, cmd, i);
        model_command(a, cmd, i);
    }
    // ATRewriteTables: each with rows of its own. ATPrepAlterColumnType: of what has none, a new type of a column
    // alone.
    if (table && has_rows_converted(*table, statement)) refuse_for_row_type(a, *table);
    for (const Relation* child : a.below)
        if (has_rows_converted(*child, statement)) refuse_for_row_type(a, *child);
    lock_tables_of_indexes(answer, statement);
}

}  // namespace

}  // namespace pgfence
