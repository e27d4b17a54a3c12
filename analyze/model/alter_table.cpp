// ALTER TABLE. The lock on the table follows from the text alone (AlterTableGetLockLevel in tablecmds.c); what happens
// under it follows from the catalog (ATExecAddColumn, ATPrepAlterColumnType, ATExecAddConstraint, ATRewriteTables,
// ...).

#include "analyze/model/alteration.h"

namespace pgfence {
namespace {

using enum LockMode;

bool statement_is_on_index(const Alteration& a) { return a.statement.object == ObjectType::index; }

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
            a.answer.lock(Name{a.table ? a.table->name.schema : "", cmd.name},
                          lock_level(a.statement, a.answer.now.version), LockRole::index);
            break;
        case ReplicaIdentity:
            if (!cmd.name.empty())
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
        case SetCompression: a.answer.needs(Feature::set_compression, i); break;
        case MergePartitions:
        case SplitPartition: a.answer.needs(Feature::merge_and_split_partitions, i); break;
        case Other: a.answer.unknown("a subcommand of ALTER TABLE that this version does not know"); break;
        default: break;
    }
}

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

void model_alter_table(Answer& answer, const AlterTable& statement) {
    const Relation* table = answer.catalog.find(statement.name);
    if (!table && statement.if_exists) {
        if (answer.catalog.complete()) return;
        answer.depends_on("whether " + answer.catalog.qualified(statement.name) + " exists");
    }
    const LockMode mode = lock_level(statement, answer.now.version);
    answer.lock(statement.name, mode);
    refuse_uncommitted_values(answer, statement);

    Alteration a{answer, statement, table, {}};
    for (const AlterTableCmd& cmd : statement.cmds) {
        if (cmd.subtype == AlterTableType::DropConstraint) a.dropped_constraints.insert(cmd.name);
        if (cmd.subtype == AlterTableType::DropColumn) a.dropped_columns.insert(cmd.name);
    }
    if (table && !statement.only) a.below = answer.catalog.descendants(table->id);
    for (std::size_t i = 0; i < statement.cmds.size(); ++i) {
        const AlterTableCmd& cmd = statement.cmds[i];
        if (table) {
            const Below reached =
                below(answer.catalog, *table, statement.only, cmd, answer.now.version, a.dropped_constraints);
            const bool partitioned = table->kind == RelationKind::partitioned_table;
            for (const Relation* r : reached.locked)
                answer.lock(*r, mode, partitioned ? LockRole::partition : LockRole::child);
            a.changed = reached.changed;
        }
        const bool attribute = cmd.subtype == AlterTableType::AddColumn || cmd.subtype == AlterTableType::DropColumn ||
                               cmd.subtype == AlterTableType::AlterColumnType;
        // ATTypedTableRecursion
        if (table && table->kind == RelationKind::composite_type && attribute && cmd.cascade)
            a.changed = lock_typed_tables(answer, *table);
        refuse_by_what_is_there(a, cmd, i);
        model_command(a, cmd, i);
    }
    lock_tables_of_indexes(answer, statement);
}

}  // namespace pgfence
