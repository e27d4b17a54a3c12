// ALTER TABLE ... ATTACH and DETACH PARTITION (ATExecAttachPartition, ATExecDetachPartition in tablecmds.c).

#include <algorithm>

#include "analyze/model/partition_bounds.h"
#include "analyze/model/statements.h"

namespace pgfence {

using enum LockMode;

namespace {

void lock_foreign_keys_of(Answer& answer, const Relation& table, LockMode mode) {
    for (const TableConstraint& c : table.constraints)
        if (c.type == ConstraintType::foreign_key) lock_referenced(answer, c.referenced_name, mode);
}

}  // namespace

// CloneFkReferenced: 15 gives the new partition's side of the key triggers of its own, and locks the referencing table
// to do so; before, it only looked at it. AttachPartitionEnsureIndexes, DefineIndex: each partitioned index gets a
// member.
void lock_for_new_partition(Answer& answer, const Relation& partitioned) {
    const int version = answer.now.version;
    for (const auto& [referencing, key] : answer.catalog.referencing(partitioned.id))
        if (referencing->id != partitioned.id && version >= 12)
            answer.lock(*referencing, version >= 15 ? ShareRowExclusive : AccessShare, "referencing table");
    if (version < 12) return;
    for (const Relation* index : answer.catalog.indexes_of(partitioned.id))
        answer.lock(*index, ShareUpdateExclusive, "partitioned index");
}

void attach_partition(Answer& answer, const Relation* table, const AlterTableCmd& cmd, std::size_t i) {
    const Relation* child = answer.catalog.find(cmd.relation);
    answer.lock(cmd.relation, AccessExclusive, "partition");
    if (child) answer.lock_descendants(*child, AccessExclusive, "partition");

    const auto key = table ? table->partition_key : std::nullopt;
    const bool proved = child && key && cmd.bound && bound_is_proved(*child, *key, *cmd.bound);
    if (proved) {
        answer.proved("the constraints of " + name_in_report(*child) + " prove the partition bound");
    } else {
        const bool first_default = cmd.bound && cmd.bound->is_default && table && table->children.empty();
        if (child && !first_default)
            for (const Relation* t : with_descendants(answer.catalog, *child))
                answer.scan(*t, Cause::attach_partition, i);
        if (!child) {
            answer.work(Work::Kind::scan, cmd.relation, Cause::attach_partition, i, false);
            answer.depends_on("whether a valid CHECK of " + answer.catalog.qualified(cmd.relation) +
                              " proves the partition bound");
        }
    }
    if (!table) return;
    if (key && cmd.bound) refuse_unfit_bound(answer, *key, *cmd.bound, i);
    lock_for_new_partition(answer, *table);
    if (const Relation* other = answer.catalog.default_partition(table->id)) {
        answer.lock(*other, AccessExclusive, "default partition");
        answer.lock_descendants(*other, AccessExclusive, "default partition");
        if (!key || !cmd.bound || !bound_is_excluded(*other, *key, *cmd.bound))
            for (const Relation* t : with_descendants(answer.catalog, *other))
                answer.scan(*t, Cause::default_partition, i);
    }
    for (const Relation* index : answer.catalog.indexes_of(table->id)) {
        if (!child) continue;
        const auto mine = answer.catalog.indexes_of(child->id);
        const bool matched = std::any_of(mine.begin(), mine.end(), [&](const Relation* own) {
            return own->unique == index->unique && own->valid && own->elements.size() == index->elements.size() &&
                   std::equal(own->elements.begin(), own->elements.end(), index->elements.begin(),
                              [](const IndexElement& x, const IndexElement& y) {
                                  return x.column == y.column && x.expr == y.expr;
                              });
        });
        if (!matched) answer.build(*child, "", Cause::attach_partition, i);
    }
    for (const TableConstraint& c : table->constraints) {
        if (c.type != ConstraintType::foreign_key) continue;
        // A key the partition already has is merged into the parent's: its own triggers go (AccessExclusive).
        const bool merged =
            child && std::any_of(child->constraints.begin(), child->constraints.end(), [&](const TableConstraint& own) {
                return own.type == ConstraintType::foreign_key && own.columns == c.columns &&
                       own.referenced_name == c.referenced_name;
            });
        const LockMode cloned = answer.now.version >= 12 ? ShareRowExclusive : RowShare;
        lock_referenced(answer, c.referenced_name, merged ? AccessExclusive : cloned);
        if (!child || merged) continue;
        answer.scan(*child, Cause::foreign_key, i);
        lock_indexes_of_initial_check(answer, *child, c.referenced_name);
    }
}

void detach_partition(Answer& answer, const Relation* table, const AlterTableCmd& cmd, std::size_t i) {
    const bool concurrently = cmd.concurrently || cmd.subtype == AlterTableType::DetachPartitionFinalize;
    if (concurrently) answer.needs_version(14, "DETACH PARTITION CONCURRENTLY");
    if (cmd.concurrently) answer.refused_in_transaction_block("ALTER TABLE ... DETACH CONCURRENTLY");
    const Relation* child = answer.catalog.find(cmd.relation);
    // Before 14 the partition itself was only protected against other DDL, unless foreign keys point at its rows.
    const bool referenced = table && !answer.catalog.referencing(table->id).empty();
    answer.lock(cmd.relation, answer.now.version >= 14 || referenced ? AccessExclusive : ShareUpdateExclusive,
                "partition");
    if (child) answer.lock_descendants(*child, AccessExclusive, "partition");
    if (!table) return;
    if (const Relation* other = answer.catalog.default_partition(table->id); other && other != child) {
        answer.lock(*other, AccessExclusive, "default partition");
        if (cmd.concurrently)
            answer.fails(Failure::Kind::not_allowed,
                         "cannot detach partitions concurrently when a default partition exists");
    }
    if (child) lock_foreign_keys_of(answer, *child, ShareRowExclusive);
    lock_foreign_keys_of(answer, *table, ShareRowExclusive);
    // ATDetachCheckNoForeignKeyRefs (Share), then the partition's triggers of the key go: AccessExclusive. No row may
    // reference what leaves (RI_PartitionRemove_Check reads them all).
    for (const auto& [referencing, key] : answer.catalog.referencing(table->id)) {
        if (referencing->id == table->id) continue;
        answer.lock(*referencing, AccessExclusive, "referencing table");
        if (key->enforced) answer.scan(*referencing, Cause::foreign_key, i);
    }
    if (child)
        for (const Relation* index : answer.catalog.indexes_of(child->id))
            answer.lock(*index, AccessExclusive, "index");
}

}  // namespace pgfence
