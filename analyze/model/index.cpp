// CREATE INDEX, REINDEX, CLUSTER, REPACK, VACUUM (indexcmds.c, cluster.c, which 19 calls repack.c, vacuum.c).

#include <algorithm>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/catalog/partition_indexes.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {

using enum LockMode;

namespace {

void refuse_unknown_column(Answer& answer, const Relation& table, const std::string& column) {
    if (answer.surely_lacks(table, column))
        answer.fails(ErrorCode::undefined_column, "column \"" + column + "\" does not exist", !table.maybe);
}

// DefineIndex
bool refuse_virtual_columns(Answer& answer, const Relation& table, const CreateIndex& index) {
    const auto names = [&](const std::string& column) {
        return is_among(column, index.including) || (index.where && mentions_column(*index.where, column)) ||
               std::any_of(index.elements.begin(), index.elements.end(), [&](const IndexElement& e) {
                   return e.column == column || (e.expr && mentions_column(*e.expr, column));
               });
    };
    for (const Column& column : table.columns) {
        if (!column.generated_virtual || !names(column.name)) continue;
        answer.fails(Failure::Kind::not_allowed, "indexes on virtual generated columns are not supported",
                     !table.maybe && !column.maybe);
        return true;
    }
    return false;
}

/// Of what its expressions and its WHERE name; nothing: they name no other.
std::optional<std::string> lacked_by(const Relation& table, const CreateIndex& index) {
    const auto lacked = [&](const Boxed<Expr>& expr) -> std::optional<std::string> {
        if (expr)
            for (const std::string& name : columns_of(*expr))
                if (!has_column(table, name) && !pgfence::is_system_column(name) && name != table.name.name)
                    return name;
        return std::nullopt;
    };
    for (const IndexElement& element : index.elements)
        if (auto name = lacked(element.expr)) return name;
    return lacked(index.where);
}

/// amcaninclude
bool may_include(std::string_view access_method, int version) {
    if (access_method == "gist") return has(version, Behaviour::gist_index_includes_columns);
    if (access_method == "spgist") return has(version, Behaviour::spgist_index_includes_columns);
    return access_method != "hash" && access_method != "gin" && access_method != "brin";
}

// ComputeIndexAttrs
void refuse_elements(Answer& answer, const Relation& table, const CreateIndex& index) {
    if (refuse_virtual_columns(answer, table, index)) return;
    if (!index.including.empty() && !may_include(index.access_method, answer.now.version))
        return answer.fails(Failure::Kind::not_allowed,
                            "access method \"" + index.access_method + "\" does not support included columns");
    if (const auto name = are_columns_told(table) ? lacked_by(table, index) : std::nullopt)
        return refuse_unknown_column(answer, table, *name);
    for (const IndexElement& element : index.elements) {
        if (element.column.empty()) continue;
        if (are_columns_told(table) && !has_column(table, element.column) && element.column != "tableoid")
            return refuse_unknown_column(answer, table, element.column);
        const Column* column = table.column(element.column);
        const bool ordered = index.access_method.empty() || index.access_method == "btree";
        if (!ordered && (element.descending || element.nulls_first || element.nulls_last))
            return answer.fails(Failure::Kind::not_allowed,
                                "access method \"" + index.access_method + "\" does not support ASC/DESC options");
        // json has no operator class at all.
        if (column && element.opclass.empty() && !ordered && column->type.array_dimensions == 0 &&
            canonical_type(base_type(column->type, answer.catalog)) == "json")
            return answer.fails(
                Failure::Kind::not_allowed,
                "data type json has no default operator class for access method \"" + index.access_method + "\"",
                !table.maybe && !column->maybe);
        if (column && element.opclass.empty() && (index.access_method.empty() || index.access_method == "btree") &&
            has_no_btree_order(column->type, answer.catalog, answer.now.version))
            return answer.fails(Failure::Kind::not_allowed,
                                "data type " + canonical_type(column->type) +
                                    " has no default operator class for access method \"btree\"",
                                !table.maybe && !column->maybe);
    }
}

}  // namespace

// DefineIndex: every partition is built in turn.
void model_create_index(Answer& answer, const CreateIndex& index) {
    if (index.concurrently) answer.refused_in_transaction_block("CREATE INDEX CONCURRENTLY");
    if (index.nulls_not_distinct) answer.needs(Feature::nulls_not_distinct);
    const LockMode mode = answer.takes(index.concurrently ? LockOf::create_index_concurrently : LockOf::create_index);
    answer.lock(index.table, mode);
    const Relation* table = answer.catalog.find(index.table);
    if (!table) return answer.work(Work::Kind::index_build, index.table, Cause::index, Work::npos, true, index.name);
    const bool fits = table->is_table() || table->kind == RelationKind::materialized_view;
    if (refuse_unless(answer, *table, fits, "a table")) return;
    if (index.if_not_exists && !index.name.empty() && answer.catalog.find(Name{table->name.schema, index.name})) return;
    if (index.concurrently && table->kind == RelationKind::partitioned_table)
        answer.fails(Failure::Kind::not_allowed,
                     "cannot create index on partitioned table \"" + table->name.name + "\" concurrently");
    if (index.unique && table->table.partition_key) {
        std::vector<std::string> columns;
        for (const IndexElement& element : index.elements) columns.push_back(element.column);
        refuse_key_without_partition_key(answer, *table->table.partition_key, columns, "a unique index");
        if (!index.only) refuse_key_on_partitions(answer, *table, columns);
    }
    if (!index.name.empty()) refuse_taken_relation(answer, {table->name.schema, index.name});
    refuse_elements(answer, *table, index);
    for (const IndexElement& element : index.elements)
        if (element.expr) lock_depended_on(answer, *element.expr, table);
    if (index.where) lock_depended_on(answer, *index.where, table);
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

/// Of a table that no migration made.
void reindex_told(Answer& answer, const Relation& index, LockMode table_mode) {
    const bool concurrently = table_mode == ShareUpdateExclusive;
    answer.lock(index, AccessExclusive, concurrently ? LockRole::old_index : LockRole::target);
    lock_told_table(answer, index, table_mode);
    if (concurrently)
        answer.rebuild_beside(index, Cause::reindex, table_mode);
    else
        answer.rebuild(index, Cause::reindex);
    answer.work(Work::Kind::scan, index.index.told_table, Cause::reindex);
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
    const LockMode mode = answer.takes(reindex.concurrently ? LockOf::reindex_concurrently : LockOf::reindex);
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
            if (const Relation* told = told_index(answer, reindex.name)) return reindex_told(answer, *told, mode);
            answer.lock(reindex.name, AccessExclusive);
            return answer.depends_on("the table of index " + answer.catalog.qualified(reindex.name) +
                                     ", which is locked too");
        }
        answer.lock(reindex.name, mode);
        answer.work(Work::Kind::index_rebuild, reindex.name, Cause::reindex, Work::npos, true,
                    answer.catalog.qualified(reindex.name));
        return answer.work(Work::Kind::scan, reindex.name, Cause::reindex);
    }
    const bool fits = reindex.kind == Reindex::Kind::index
                          ? is_index(*target)
                          : target->is_table() || target->kind == RelationKind::materialized_view;
    if (refuse_unless(answer, *target, fits,
                      reindex.kind == Reindex::Kind::index ? "an index" : "a table or materialized view"))
        return;
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

namespace {

/// What CLUSTER and REPACK have in common (ExecRepack): 18 and before know it as CLUSTER alone.
void rewrite_one(Answer& answer, const Relation& table, Cause cause, LockRole role = LockRole::target) {
    answer.lock(table, AccessExclusive, role);
    answer.rewrite(table, cause);
}

void rewrite_clustered_tables(Answer& answer, Cause cause) {
    for (const auto& [id, relation] : answer.catalog.relations())
        if (relation.table.clustered_on != 0) rewrite_one(answer, relation, cause);
    answer.lock_others(AccessExclusive, Work::Kind::rewrite, cause);
}

void refuse_without_clustered_index(Answer& answer, const Relation& table) {
    // No index of a partitioned table is marked.
    const bool repacks = has(answer.now.version, Feature::repack);
    if (table.table.clustered_on == 0 && !(repacks && table.kind == RelationKind::partitioned_table))
        answer.fails(ErrorCode::undefined_object,
                     "there is no previously clustered index for table \"" + table.name.name + "\"",
                     answer.catalog.complete() && !table.maybe);
}

/// get_tables_to_repack_partitioned: it looks below the index, or the table, that was named.
void rewrite_partitions(Answer& answer, const Relation& table, const std::string& index, Cause cause) {
    if (!index.empty()) {
        const LockMode mode = has(answer.now.version, Feature::repack) ? AccessExclusive : AccessShare;
        answer.lock(Name{table.name.schema, index}, mode, LockRole::index);
    }
    for (const Relation* t : with_descendants(answer.catalog, table))
        if (t->kind == RelationKind::table) rewrite_one(answer, *t, cause, LockRole::partition);
}

}  // namespace

void model_cluster(Answer& answer, const Cluster& cluster) {
    if (cluster.table.empty()) {
        answer.refused_in_transaction_block("CLUSTER");
        return rewrite_clustered_tables(answer, Cause::cluster);
    }
    answer.lock(cluster.table, answer.takes(LockOf::cluster));
    const Relation* table = answer.catalog.find(cluster.table);
    if (!table) return answer.work(Work::Kind::rewrite, cluster.table, Cause::cluster);
    if (!table->is_table() && table->kind != RelationKind::materialized_view)
        return answer.fails(Failure::Kind::not_allowed,
                            "\"" + table->name.name + "\" is not a table or materialized view", !table->maybe);
    if (table->kind == RelationKind::partitioned_table) answer.needs(Feature::cluster_partitioned);
    if (!cluster.index.empty()) refuse_index(answer, *table, cluster.index, IndexUse::order);
    if (cluster.index.empty()) refuse_without_clustered_index(answer, *table);
    if (table->kind != RelationKind::partitioned_table) return rewrite_one(answer, *table, Cause::cluster);
    answer.refused_in_transaction_block("CLUSTER");
    rewrite_partitions(answer, *table, cluster.index, Cause::cluster);
}

namespace {

/// RelationGetIdentityKeyIndex: rows that change meanwhile are found by it.
bool has_identity_index(const Relation& table) {
    const auto& constraints = table.table.constraints;
    return table.table.replica_identity == 'i' ||
           (table.table.replica_identity == 'd' &&
            std::any_of(constraints.begin(), constraints.end(), [](const TableConstraint& c) {
                return c.type == ConstraintType::primary_key && !c.deferrable;
            }));
}

/// check_concurrent_repack_requirements
void refuse_concurrent_repack(Answer& answer, const Relation& table) {
    if (table.kind == RelationKind::partitioned_table)
        return answer.fails(Failure::Kind::not_allowed, "REPACK (CONCURRENTLY) is not supported for partitioned tables",
                            !table.maybe);
    const bool fit = table.kind == RelationKind::table && table.persistence == Persistence::permanent;
    if (fit && has_identity_index(table)) return;
    answer.fails(Failure::Kind::not_allowed,
                 "cannot execute REPACK (CONCURRENTLY) on relation \"" + table.name.name + "\"",
                 !table.maybe && (!fit || answer.catalog.complete() || !table.existing));
}

void repack_every_table(Answer& answer, const Repack& repack, Cause cause) {
    if (repack.concurrently)
        return answer.fails(Failure::Kind::not_allowed, "REPACK (CONCURRENTLY) requires an explicit table name");
    if (repack.by_index) return rewrite_clustered_tables(answer, cause);
    for (const auto& [id, relation] : answer.catalog.relations())
        if (relation.kind == RelationKind::table || relation.kind == RelationKind::materialized_view)
            rewrite_one(answer, relation, cause);
    answer.lock_others(AccessExclusive, Work::Kind::rewrite, cause);
}

void refuse_repack(Answer& answer, const Repack& repack, const Relation& table) {
    const bool partitioned = table.kind == RelationKind::partitioned_table;
    if (!table.is_table() && table.kind != RelationKind::materialized_view)
        answer.fails(Failure::Kind::not_allowed, "\"" + table.name.name + "\" is not a table or materialized view",
                     !table.maybe);
    if (repack.by_index && repack.index.empty()) refuse_without_clustered_index(answer, table);
    if (repack.concurrently) return refuse_concurrent_repack(answer, table);
    if (partitioned && repack.analyze)
        answer.fails(Failure::Kind::not_allowed, "cannot execute REPACK (ANALYZE) on multiple tables", !table.maybe);
}

}  // namespace

// ExecRepack (repack.c): VACUUM FULL and CLUSTER by one name. Partitions come along, children do not.
void model_repack(Answer& answer, const Repack& repack) {
    answer.needs(Feature::repack);
    const Cause cause = repack.by_index ? Cause::cluster : Cause::vacuum_full;
    const Relation* table = repack.table.empty() ? nullptr : answer.catalog.find(repack.table);
    const bool partitioned = table && table->kind == RelationKind::partitioned_table;
    if (repack.table.empty() || partitioned || repack.concurrently || repack.analyze)
        answer.refused_in_transaction_block("REPACK");
    if (repack.table.empty()) return repack_every_table(answer, repack, cause);
    if (table) refuse_repack(answer, repack, *table);
    if (repack.concurrently)
        return answer.rewrite_beside(repack.table, cause, answer.takes(LockOf::repack_concurrently));
    if (table && repack.analyze && !partitioned) answer.lock_descendants(*table, AccessShare, LockRole::child);
    answer.lock(repack.table, answer.takes(LockOf::repack));
    if (!table) return answer.work(Work::Kind::rewrite, repack.table, cause);
    if (partitioned)
        rewrite_partitions(answer, *table, repack.index, cause);
    else
        rewrite_one(answer, *table, cause);
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
    const LockMode mode = answer.takes(vacuum.full ? LockOf::vacuum_full : LockOf::vacuum);
    if (cuts_tail(vacuum)) answer.depends_on(kTruncation);
    if (vacuum.tables.empty())
        for (const auto& [id, relation] : answer.catalog.relations())
            if (relation.is_table() || relation.kind == RelationKind::materialized_view)
                vacuum_one(answer, vacuum, relation, mode, LockRole::target);
    if (vacuum.tables.empty() && vacuum.full) answer.lock_others(mode, Work::Kind::rewrite, Cause::vacuum_full);
    for (const RangeUse& use : vacuum.tables) {
        const Relation* table = answer.catalog.find(use.name);
        if (!table) {
            answer.lock(use.name, mode);
            if (vacuum.full) answer.work(Work::Kind::rewrite, use.name, Cause::vacuum_full);
            continue;
        }
        if (!table->is_table() && table->kind != RelationKind::materialized_view &&
            table->kind != RelationKind::foreign_table)
            continue;  // skipped with a warning
        const bool partitioned = table->kind == RelationKind::partitioned_table;
        vacuum_one(answer, vacuum, *table, mode, LockRole::target);
        if (!use.only && (partitioned || answer.has(Behaviour::maintenance_follows_children)))
            for (const Relation* below : answer.catalog.descendants(table->id))
                vacuum_one(answer, vacuum, *below, mode, partitioned ? LockRole::partition : LockRole::child);
        if (vacuum.analyze) sample_descendants(answer, *table);
    }
}

}  // namespace pgfence
