// CREATE INDEX, REINDEX, CLUSTER, VACUUM (indexcmds.c, cluster.c, vacuum.c).

#include <algorithm>

#include "analyze/catalog/partition_indexes.h"
#include "analyze/model/statements.h"

namespace pgfence {

using enum LockMode;

// DefineIndex: Share, or ShareUpdateExclusive when concurrent; every partition is built in turn.
void model_create_index(Answer& answer, const CreateIndex& index) {
    if (index.concurrently) answer.refused_in_transaction_block("CREATE INDEX CONCURRENTLY");
    const LockMode mode = index.concurrently ? ShareUpdateExclusive : Share;
    answer.lock(index.table, mode);
    const Relation* table = answer.catalog.find(index.table);
    if (!table) return answer.work(Work::Kind::index_build, index.table, Cause::index, Work::npos, true, index.name);
    if (index.if_not_exists && !index.name.empty() && answer.catalog.find(Name{table->name.schema, index.name})) return;
    if (index.concurrently && table->kind == RelationKind::partitioned_table)
        answer.fails(Failure::Kind::not_allowed,
                     "cannot create index on partitioned table \"" + table->name.name + "\" concurrently");
    if (index.unique && table->table.partition_key) {
        std::vector<std::string> columns;
        for (const IndexElement& element : index.elements) columns.push_back(element.column);
        refuse_key_without_partition_key(answer, *table->table.partition_key, columns, "a unique index");
    }
    if (!index.name.empty() && answer.catalog.has_relation_name(table->name.schema, index.name))
        answer.fails(Failure::Kind::duplicate_object, "relation \"" + index.name + "\" already exists");
    answer.build(*table, index.name, Cause::index);
    if (!index.name.empty()) answer.creates(name_in_report(Name{table->name.schema, index.name}));
    if (index.only || table->kind != RelationKind::partitioned_table) return;
    answer.lock_descendants(*table, mode, LockRole::partition);
    const PartitionIndexes parts = partition_indexes(answer.catalog, *table, index);
    for (const Relation* attached : parts.attached) answer.lock(*attached, mode, LockRole::attached_index);
    for (const Relation* partition : parts.built_on) answer.build(*partition, index.name, Cause::index);
}

namespace {

void reindex_index(Answer& answer, const Relation& index, LockMode table_mode, bool named = true) {
    const bool concurrently = table_mode == ShareUpdateExclusive;
    // ReindexRelationConcurrently: AcquireDeletionLock, after WaitForLockersMultiple found nobody left who uses it.
    answer.lock(index, AccessExclusive, concurrently ? LockRole::old_index : LockRole::target);
    const Relation* table = answer.catalog.get(index.index.table);
    // ReindexPartitions: between the index that was named and those with storage, no table is opened.
    if (table && (named || index.kind == RelationKind::index))
        answer.lock(*table, table_mode, LockRole::table_of_the_index);
    if (index.kind == RelationKind::index) {
        if (concurrently)
            answer.rebuild_beside(index, Cause::reindex, table_mode);
        else
            answer.rebuild(index, Cause::reindex);
        if (table) answer.scan(*table, Cause::reindex);
    }
    for (const RelationId id : index.index.children)
        if (const Relation* child = answer.catalog.get(id)) reindex_index(answer, *child, table_mode, false);
}

void reindex_table(Answer& answer, const Relation& table, LockMode mode) {
    answer.lock(table, mode);
    for (const Relation* index : answer.catalog.indexes_of(table.id))
        if (index->kind == RelationKind::index) reindex_index(answer, *index, mode);
    if (table.kind == RelationKind::partitioned_table)
        for (const Relation* partition : answer.catalog.descendants(table.id)) reindex_table(answer, *partition, mode);
}

}  // namespace

void model_reindex(Answer& answer, const Reindex& reindex) {
    const LockMode mode = reindex.concurrently ? ShareUpdateExclusive : Share;
    if (reindex.concurrently) {
        answer.needs(Feature::reindex_concurrently);
        answer.refused_in_transaction_block("REINDEX CONCURRENTLY");
    }
    if (reindex.kind == Reindex::Kind::schema || reindex.kind == Reindex::Kind::database ||
        reindex.kind == Reindex::Kind::system) {
        answer.refused_in_transaction_block("REINDEX SCHEMA");
        for (const auto& [id, relation] : answer.catalog.relations()) {
            const bool inside = reindex.kind != Reindex::Kind::schema || relation.name.schema == reindex.name.name;
            const bool has_storage =
                relation.kind == RelationKind::table || relation.kind == RelationKind::materialized_view;
            if (inside && has_storage && reindex.kind != Reindex::Kind::system) reindex_table(answer, relation, mode);
        }
        answer.lock_others(mode, reindex.concurrently ? std::nullopt : std::optional(Work::Kind::index_rebuild),
                           Cause::reindex);
        return;
    }
    const Relation* target = answer.catalog.find(reindex.name);
    if (!target) {
        if (reindex.kind == Reindex::Kind::index) {
            answer.lock(reindex.name, AccessExclusive);
            return answer.depends_on("the table of index " + answer.catalog.qualified(reindex.name) +
                                     ", which is locked too");
        }
        answer.lock(reindex.name, mode);
        answer.work(Work::Kind::index_rebuild, reindex.name, Cause::reindex, Work::npos, true,
                    answer.catalog.qualified(reindex.name));
        return answer.work(Work::Kind::scan, reindex.name, Cause::reindex);
    }
    const bool partitioned =
        target->kind == RelationKind::partitioned_table || target->kind == RelationKind::partitioned_index;
    if (partitioned) {
        if (is_index(*target)) answer.needs(Feature::reindex_partitioned);
        if (has(answer.now.version, Feature::reindex_partitioned))
            answer.refused_in_transaction_block("REINDEX of a partitioned relation");
    }
    // Without it a partitioned table is skipped with a warning, after its own lock.
    if (target->kind == RelationKind::partitioned_table && !has(answer.now.version, Feature::reindex_partitioned))
        return answer.lock(*target, mode);
    // ReindexPartitions: find_all_inheritors, CONCURRENTLY or not.
    if (target->kind == RelationKind::partitioned_table) answer.lock_descendants(*target, Share, LockRole::partition);
    if (is_index(*target))
        reindex_index(answer, *target, mode);
    else
        reindex_table(answer, *target, mode);
}

void model_cluster(Answer& answer, const Cluster& cluster) {
    if (cluster.table.empty()) {
        answer.refused_in_transaction_block("CLUSTER");
        for (const auto& [id, relation] : answer.catalog.relations()) {
            if (relation.table.clustered_on == 0) continue;
            answer.lock(relation, AccessExclusive);
            answer.rewrite(relation, Cause::cluster);
        }
        return answer.lock_others(AccessExclusive, Work::Kind::rewrite, Cause::cluster);
    }
    answer.lock(cluster.table, AccessExclusive);
    const Relation* table = answer.catalog.find(cluster.table);
    if (!table) return answer.work(Work::Kind::rewrite, cluster.table, Cause::cluster);
    if (cluster.index.empty() && table->table.clustered_on == 0 && table->kind != RelationKind::partitioned_table)
        answer.fails(Failure::Kind::missing_object,
                     "there is no previously clustered index for table \"" + table->name.name + "\"",
                     answer.catalog.complete() && !table->maybe);
    if (table->kind == RelationKind::partitioned_table) {
        answer.refused_in_transaction_block("CLUSTER");
        answer.lock(Name{table->name.schema, cluster.index}, AccessShare,
                    LockRole::index);  // get_tables_to_cluster_partitioned looks below it
    }
    for (const Relation* t : with_descendants(answer.catalog, *table)) {
        if (t != table && table->kind != RelationKind::partitioned_table) continue;
        answer.lock(*t, AccessExclusive, t == table ? LockRole::target : LockRole::partition);
        answer.rewrite(*t, Cause::cluster);
    }
}

namespace {

// should_attempt_truncation, lazy_truncate_heap: how many pages are empty is known to nobody beforehand.
constexpr const char* kTruncation =
    "whether the table ends in 1000 empty pages, or a sixteenth of it: VACUUM cuts them off under ACCESS EXCLUSIVE, "
    "for which it waits 5 seconds at most; TRUNCATE false leaves them";

bool cuts_tail(const Vacuum& vacuum) { return vacuum.is_vacuum && !vacuum.full && vacuum.truncate; }

void vacuum_one(Answer& answer, const Vacuum& vacuum, const Relation& table, LockMode mode, LockRole role) {
    answer.lock(table, mode, role);
    // Where rows were deleted before, the strongest case is likely enough to be told.
    if (cuts_tail(vacuum) && table.table.rows_deleted) answer.lock(table, AccessExclusive);
    if (vacuum.full)
        answer.rewrite(table, Cause::vacuum_full);
    else  // vac_open_indexes: VACUUM prunes them, ANALYZE reads what it knows of them.
        answer.lock_indexes(table, vacuum.is_vacuum ? RowExclusive : AccessShare);
}

/// acquire_inherited_sample_rows reads what lies below, whatever is analyzed itself.
void sample_descendants(Answer& answer, const Relation& table) {
    answer.lock_descendants(table, AccessShare, LockRole::child);
}

}  // namespace

// expand_vacuum_rel: a partitioned table stands for its partitions, 18's inheritance parents for their children.
void model_vacuum(Answer& answer, const Vacuum& vacuum) {
    if (vacuum.is_vacuum) answer.refused_in_transaction_block("VACUUM");
    const LockMode mode = vacuum.full ? AccessExclusive : ShareUpdateExclusive;
    if (cuts_tail(vacuum)) answer.depends_on(kTruncation);
    if (vacuum.tables.empty())
        for (const auto& [id, relation] : answer.catalog.relations())
            if (relation.kind == RelationKind::table || relation.kind == RelationKind::materialized_view)
                vacuum_one(answer, vacuum, relation, mode, LockRole::target);
    if (vacuum.tables.empty() && vacuum.full) answer.lock_others(mode, Work::Kind::rewrite, Cause::vacuum_full);
    for (const RangeUse& use : vacuum.tables) {
        const Relation* table = answer.catalog.find(use.name);
        if (!table) {
            answer.lock(use.name, mode);
            if (vacuum.full) answer.work(Work::Kind::rewrite, use.name, Cause::vacuum_full);
            continue;
        }
        const bool partitioned = table->kind == RelationKind::partitioned_table;
        vacuum_one(answer, vacuum, *table, mode, LockRole::target);
        if (!use.only && (partitioned || answer.now.version >= 18))
            for (const Relation* below : answer.catalog.descendants(table->id))
                vacuum_one(answer, vacuum, *below, mode, partitioned ? LockRole::partition : LockRole::child);
        if (vacuum.analyze) sample_descendants(answer, *table);
    }
}

}  // namespace pgfence
