// ALTER TABLE ... ATTACH and DETACH PARTITION (ATExecAttachPartition, ATExecDetachPartition in tablecmds.c).

#include <algorithm>

#include "analyze/catalog/partition_indexes.h"
#include "analyze/model/partition_bounds.h"
#include "analyze/model/statements.h"
#include "core/text.h"

namespace pgfence {

using enum LockMode;

namespace {

bool points_at_partitioned(const Answer& answer, const TableConstraint& key) {
    const Relation* referenced = answer.catalog.find(key.referenced_name);
    return referenced && referenced->kind == RelationKind::partitioned_table;
}

bool inherits_key_to_partitioned(const Answer& answer, const Relation& table) {
    return std::any_of(table.table.constraints.begin(), table.table.constraints.end(), [&](const TableConstraint& c) {
        return c.type == ConstraintType::foreign_key && c.inherited && points_at_partitioned(answer, c);
    });
}

/// Partitioned by a column that its own bound is about, too: the two may contradict each other.
bool may_admit_no_row(const Catalog& catalog, const Relation& table) {
    const Relation* parent = table.table.parents.empty() ? nullptr : catalog.get(table.table.parents.front());
    if (!table.table.is_partition || !parent || !parent->table.partition_key || !table.table.partition_key)
        return false;
    const auto& above = parent->table.partition_key->elements;
    const auto& here = table.table.partition_key->elements;
    return std::any_of(here.begin(), here.end(), [&](const IndexElement& own) {
        return std::any_of(above.begin(), above.end(),
                           [&](const IndexElement& other) { return other.column == own.column; });
    });
}

/// RI_PartitionRemove_Check reads ONLY a table that is not partitioned.
std::vector<const Relation*> rows_of(const Catalog& catalog, const Relation& table) {
    if (table.kind == RelationKind::partitioned_table) return with_descendants(catalog, table);
    return {&table};
}

bool has_index_on(const Catalog& catalog, const Relation& table, const std::vector<std::string>& columns) {
    const auto indexes = catalog.indexes_of(table.id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        const auto& elements = index->index.elements;
        return !elements.empty() && is_among(elements.front().column, columns);
    });
}

/// Before 15 a key to a partitioned table has a part for each of that one's partitions, which hangs on the key as if
/// it came with the partitioned table that is left: it gets triggers of its own.
void lock_parts_of_own_keys(Answer& answer, const Relation& table, std::size_t i) {
    if (answer.has(Behaviour::key_triggers_on_partitioned)) return;
    for (const TableConstraint& c : table.table.constraints) {
        const bool own = c.type == ConstraintType::foreign_key && !c.inherited && points_at_partitioned(answer, c);
        if (!own) continue;
        for (const Relation* part : answer.catalog.descendants(answer.catalog.find(c.referenced_name)->id)) {
            answer.lock(*part, ShareRowExclusive, LockRole::referenced_table);
            if (part->kind == RelationKind::partitioned_table && !part->table.children.empty() &&
                answer.has(Behaviour::key_to_partitioned_goes_with_detached))
                answer.fails(Failure::Kind::dependent_objects,
                             "cannot drop a part of constraint " + c.name + " because the constraint requires it",
                             false, i);
        }
    }
}

/// What leaves a partitioned table gets its keys' triggers anew. Keys that point at a partitioned table had fewer of
/// them before 15.
void lock_foreign_keys_of(Answer& answer, const Relation& table, LockMode mode, bool inherited_alone = false) {
    const int version = answer.now.version;
    for (const TableConstraint& c : table.table.constraints) {
        if (c.type != ConstraintType::foreign_key || (inherited_alone && !c.inherited)) continue;
        if (has(version, Behaviour::key_triggers_on_partitioned) || !points_at_partitioned(answer, c))
            lock_referenced(answer, c.referenced_name, mode);
        else if (!has(version, Behaviour::key_to_partitioned_goes_with_detached))
            answer.lock(c.referenced_name, mode, LockRole::referenced_table);
    }
}

}  // namespace

// What has a parent already is never given another one (conparentid).
bool may_share_key(const TableConstraint& own, const TableConstraint& parents, int version) {
    return !own.inherited && own.type == ConstraintType::foreign_key && own.columns == parents.columns &&
           own.referenced_name == parents.referenced_name && own.referenced_columns == parents.referenced_columns &&
           own.on_delete == parents.on_delete && own.on_update == parents.on_update &&
           own.deferrable == parents.deferrable && own.enforced == parents.enforced &&
           (own.valid || has(version, Behaviour::merges_keys_not_valid));
}

// CloneFkReferenced: 15 gives the new partition's side of the key triggers of its own, and locks the referencing table
// to do so; before, it only looked at it. AttachPartitionEnsureIndexes, DefineIndex: each partitioned index gets a
// member.
void lock_for_new_partition(Answer& answer, const Relation& partitioned) {
    const int version = answer.now.version;
    // Those of the referencing table's own partitions come with its key.
    for (const auto& [referencing, key] : keys_to_rows_of(answer.catalog, partitioned))
        if (referencing->id != partitioned.id && key->local && has(version, Feature::foreign_key_to_partitioned))
            answer.lock(*referencing,
                        has(version, Behaviour::key_triggers_on_partitioned) ? ShareRowExclusive : AccessShare,
                        LockRole::referencing_table);
    // CloneRowTriggersToPartition
    for (const TriggerInfo& trigger : partitioned.triggers)
        if (const Relation* from = trigger.row ? answer.catalog.get(trigger.from) : nullptr)
            answer.lock(*from, AccessShare, LockRole::trigger_from);
    if (!has(version, Behaviour::new_partition_locks_indexes_above)) return;
    for (const Relation* index : answer.catalog.indexes_of(partitioned.id))
        answer.lock(*index, ShareUpdateExclusive, LockRole::partitioned_index);
}

void scan_default_partition(Answer& answer, const Relation& partitioned, const Relation& of_default,
                            const std::optional<PartitionBound>& bound, std::size_t command) {
    const auto& key = partitioned.table.partition_key;
    const auto is_excluded = [&](const Relation& part) {
        return key && bound && bound_is_excluded(answer.catalog, part, *key, *bound);
    };
    if (is_excluded(of_default)) return;
    for (const Relation* part : with_descendants(answer.catalog, of_default))
        if (!is_excluded(*part)) answer.scan(*part, Cause::default_partition, command);
}

namespace {

/// QueuePartitionConstraintValidation: what proves the bound is spared with all that lies below it.
void validate_bound(Answer& answer, const Relation& child, const Relation* parent, const AlterTableCmd& cmd,
                    std::size_t i) {
    if (parent && cmd.bound && bound_is_proved(answer.catalog, child, *parent, *cmd.bound))
        return answer.proved({Proof::Of::partition_bound, name_in_report(child)});
    answer.scan(child, Cause::attach_partition, i);
    if (child.kind != RelationKind::partitioned_table) return;
    for (const RelationId id : child.table.children)
        if (const Relation* part = answer.catalog.get(id)) validate_bound(answer, *part, parent, cmd, i);
}

/// Nothing is left for the only partition, the default one, of a table that is no partition itself.
bool takes_all(const Relation* table, const AlterTableCmd& cmd) {
    return cmd.bound && cmd.bound->is_default && table && table->table.children.empty() && !table->table.is_partition;
}

}  // namespace

void attach_partition(Answer& answer, const Relation* table, const AlterTableCmd& cmd, std::size_t i) {
    const Relation* child = answer.catalog.find(cmd.relation);
    answer.lock(cmd.relation, AccessExclusive, LockRole::partition);
    if (child) answer.lock_descendants(*child, AccessExclusive, LockRole::partition);

    if (child && !takes_all(table, cmd)) validate_bound(answer, *child, table, cmd, i);
    if (!child) {
        answer.work(Work::Kind::scan, cmd.relation, Cause::attach_partition, i, false);
        answer.depends_on("whether a valid CHECK of " + answer.catalog.qualified(cmd.relation) +
                          " proves the partition bound");
    }
    if (!table) return;
    answer.lock_partitioned_above(*table);
    if (table->kind != RelationKind::partitioned_table)
        return answer.fails(Failure::Kind::not_allowed, "table \"" + table->name.name + "\" is not partitioned",
                            !table->maybe, i);
    if (child) refuse_partition(answer, *table, *child, i);
    if (cmd.bound) refuse_unfit_bound(answer, *table, *cmd.bound, i);
    lock_for_new_partition(answer, *table);
    if (const Relation* other = answer.catalog.default_partition(table->id)) {
        answer.lock(*other, AccessExclusive, LockRole::default_partition);
        answer.lock_descendants(*other, AccessExclusive, LockRole::default_partition);
        scan_default_partition(answer, *table, *other, cmd.bound, i);
    }
    // AttachPartitionEnsureIndexes
    for (const Relation* index : answer.catalog.indexes_of(table->id))
        if (child)
            for (const Relation* partition : partition_indexes_of_new(answer.catalog, *child, *index).built_on)
                answer.build(*partition, "", Cause::attach_partition, i);
    for (const TableConstraint& c : table->table.constraints) {
        if (c.type != ConstraintType::foreign_key) continue;
        const bool merged =
            child && std::any_of(child->table.constraints.begin(), child->table.constraints.end(),
                                 [&](const TableConstraint& own) { return may_share_key(own, c, answer.now.version); });
        const LockMode cloned = answer.has(Behaviour::cloned_key_locks_referenced) ? ShareRowExclusive : RowShare;
        lock_referenced(answer, c.referenced_name, cloned);
        if (merged) lock_for_merge(answer, *child, c.referenced_name);
        if (!child || merged) continue;
        answer.scan(*child, Cause::foreign_key, i);
        lock_indexes_of_initial_check(answer, *child, c.referenced_name);
    }
}

void detach_partition(Answer& answer, const Relation* table, const AlterTableCmd& cmd, std::size_t i) {
    const bool concurrently = cmd.concurrently || cmd.subtype == AlterTableType::DetachPartitionFinalize;
    if (concurrently) answer.needs(Feature::detach_concurrently);
    if (cmd.concurrently) answer.refused_in_transaction_block("ALTER TABLE ... DETACH CONCURRENTLY");
    const Relation* child = answer.catalog.find(cmd.relation);
    // Before 14 the partition itself was only protected against other DDL, unless foreign keys point at its rows, or it
    // loses triggers (DropClonedTriggersFromPartition).
    const auto keys = table ? keys_to_rows_of(answer.catalog, *table) : std::vector<Catalog::Referencing>{};
    const bool referenced = !keys.empty();
    const bool loses_triggers = child && std::any_of(child->triggers.begin(), child->triggers.end(),
                                                     [](const TriggerInfo& t) { return t.cloned_from != 0; });
    const bool partitioned = child && child->kind == RelationKind::partitioned_table;  // it has no trigger to lose
    const bool exclusive = answer.has(Behaviour::detached_partition_locked_exclusively) ||
                           (referenced && !partitioned) || loses_triggers ||
                           (answer.has(Behaviour::key_to_partitioned_goes_with_detached) && child &&
                            inherits_key_to_partitioned(answer, *child));
    answer.lock(cmd.relation, exclusive ? AccessExclusive : ShareUpdateExclusive, LockRole::partition);
    if (child) answer.lock_descendants(*child, AccessExclusive, LockRole::partition);
    if (!table) return;
    // It may be the one that leaves.
    if (const Relation* other = answer.catalog.default_partition(table->id)) {
        answer.lock(*other, AccessExclusive, LockRole::default_partition);
        if (cmd.concurrently)
            answer.fails(Failure::Kind::not_allowed,
                         "cannot detach partitions concurrently when a default partition exists");
    }
    if (child &&
        std::find(child->table.parents.begin(), child->table.parents.end(), table->id) == child->table.parents.end())
        answer.fails(
            Failure::Kind::not_allowed,
            "relation \"" + child->name.name + "\" is not a partition of relation \"" + table->name.name + "\"",
            !child->maybe && !table->maybe, i);
    if (child && cmd.subtype == AlterTableType::DetachPartitionFinalize && !child->table.detach_pending)
        answer.fails(Failure::Kind::not_allowed, "cannot complete detaching partition \"" + child->name.name + "\"",
                     false, i);
    if (child) lock_foreign_keys_of(answer, *child, ShareRowExclusive, true);
    if (child) lock_parts_of_own_keys(answer, *child, i);
    lock_foreign_keys_of(answer, *table, ShareRowExclusive);
    // ATDetachCheckNoForeignKeyRefs (Share), then the partition's triggers of the key go: AccessExclusive. No row may
    // reference what leaves (RI_PartitionRemove_Check reads them all). DetachAddConstraintIfNeeded: what leaves while
    // others look on gets its bounds as a CHECK.
    if (referenced || cmd.concurrently) answer.lock_partitioned_above(*table);
    for (const auto& [referencing, key] : keys) {
        if (referencing->id == table->id) continue;
        if (!key->local) {  // its partitions are read, and keep their triggers
            answer.lock(*referencing, AccessShare, LockRole::referencing_table);
            continue;
        }
        answer.lock(*referencing, AccessExclusive, LockRole::referencing_table);
        // A partitioned partition is planned with the bounds that it has of those above it.
        if (referencing->kind == RelationKind::partitioned_table) answer.lock_partitioned_above(*referencing);
        // The query knows the bounds of what leaves: it need not read every partition of the referencing table, nor
        // any where those bounds admit no row.
        const bool all =
            referencing->kind != RelationKind::partitioned_table && !may_admit_no_row(answer.catalog, *table);
        for (const Relation* part : rows_of(answer.catalog, *referencing))
            answer.scan(*part, Cause::foreign_key, i, all);
        // The query joins them with what leaves, whose key has an index: where theirs have one as well, the plan may
        // read what leaves.
        if (child && has_index_on(answer.catalog, *referencing, key->columns))
            for (const Relation* part : rows_of(answer.catalog, *child))
                answer.scan(*part, Cause::foreign_key, i, false);
    }
    if (child)
        for (const Relation* index : answer.catalog.indexes_of(child->id))
            if (index->index.parent != 0) answer.lock(*index, AccessExclusive, LockRole::index);
}

}  // namespace pgfence
