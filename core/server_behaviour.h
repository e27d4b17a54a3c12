#pragma once
// What a major of PostgreSQL does otherwise than the one before it with a statement that both know; for statements that
// only one of them knows there is server_features.h. Nothing else in analyze/ compares a version.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgfence {

/// Named as it is since then.
enum class Behaviour : std::uint8_t {
    cloned_key_locks_referenced,
    defaults_of_arguments_are_asked,
    enum_grows_in_transaction,
    index_locked_as_its_table,
    index_renamed_beside_readers,
    insert_locks_partitions_of_rows,
    key_reaches_partitions_level_by_level,
    new_column_of_partitions_needs_no_key_check,
    new_partition_locks_indexes_above,
    primary_key_locks_children,
    removed_statistics_lock_table,
    statistics_of_index_reach_partitions,
    timestamps_convert_without_rewrite,
    children_must_generate_alike,
    domain_default_fills_new_column,
    key_to_partitioned_goes_with_detached,
    partitioned_table_is_published,
    detached_partition_locked_exclusively,
    removed_rows_need_no_bounds,
    key_triggers_on_partitioned,
    owned_sequence_follows_persistence,
    set_not_null_passes_partitions_by,
    triggers_renamed_through_partitions,
    exclusion_on_partitioned,
    identity_of_partitions,
    merge_into_view,
    partitioned_access_method,
    reindex_fires_event_triggers,
    values_of_new_enum_in_transaction,
    copy_from_materialized_view,
    drops_from_partitioned_only,
    grant_locks,
    keys_need_one_collation,
    maintenance_follows_children,
    merges_keys_not_valid,
    new_constraint_locks_descendants,
    not_null_is_a_constraint,
    partitioned_never_unlogged,
    copy_from_partitioned,
    default_locks_its_sequence,
    key_check_opens_one_index,
    new_key_locks_referenced_index,
    statistics_on_virtual_columns,
    valid_domain_constraint_is_known,
};

struct BehaviourRow {
    Behaviour behaviour;
    int since;                ///< major
    std::string_view what;    ///< what is so since then
    std::string_view source;  ///< PostgreSQL's functions that do it
    /// A statement of tests/observed/, and what servers were seen to do with it on one side of that major and not on
    /// the other: a test looks it up. Empty: no case of these shows it.
    std::string_view statement, line;
};

// clang-format off
inline constexpr std::array<BehaviourRow, 44> kBehaviours{{
    {Behaviour::cloned_key_locks_referenced, 12, "a partition's part of a foreign key has triggers on the referenced table",
     "CloneFkReferencing",
     "ALTER TABLE p ATTACH PARTITION fresh FOR VALUES FROM (20) TO (30)", "lock SHARE ROW EXCLUSIVE public.other (table)"},
    {Behaviour::defaults_of_arguments_are_asked, 12, "a default that a call leaves out counts for whether the call is volatile",
     "contain_volatile_functions behind expand_function_arguments",
     "ALTER TABLE t ADD COLUMN c float DEFAULT with_default()", "rewrite public.t"},
    {Behaviour::enum_grows_in_transaction, 12, "ALTER TYPE ... ADD VALUE in a transaction block, which may not use the value",
     "AlterEnum, check_safe_enum_use",
     "ALTER TYPE mood ADD VALUE 'glad'", "outside a transaction block"},
    {Behaviour::index_locked_as_its_table, 12, "a query locks an index as strongly as its table",
     "get_relation_info, ExecOpenIndices",
     "SELECT * FROM t FOR UPDATE", "lock ROW SHARE public.t_pkey (index)"},
    {Behaviour::index_renamed_beside_readers, 12, "renaming an index, by a key's name too, lets queries go on",
     "RenameRelation",
     "ALTER INDEX t_a RENAME TO t_aa", "lock SHARE UPDATE EXCLUSIVE public.t_a (index)"},
    {Behaviour::insert_locks_partitions_of_rows, 12, "an INSERT locks only the partitions that get rows",
     "ExecFindPartition",
     "INSERT INTO p VALUES (2, 2, 2)", "lock ROW EXCLUSIVE public.p2a (table)"},
    {Behaviour::key_reaches_partitions_level_by_level, 12, "a new foreign key locks partitions of partitions as weakly as the others",
     "CloneForeignKeyConstraints",
     "ALTER TABLE p ADD FOREIGN KEY (a) REFERENCES other", "lock SHARE ROW EXCLUSIVE public.p2a (table)"},
    {Behaviour::new_column_of_partitions_needs_no_key_check, 12, "a column without values is not held against its foreign key on partitions either",
     "transformAlterTableStmt",
     "ALTER TABLE p ADD COLUMN c int REFERENCES other", "scan public.p1"},
    {Behaviour::new_partition_locks_indexes_above, 12, "a new partition gets its indexes from those of the partitioned table under a lock",
     "AttachPartitionEnsureIndexes",
     "CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (30) TO (40)", "lock SHARE UPDATE EXCLUSIVE public.p_a (partitioned index)"},
    {Behaviour::primary_key_locks_children, 12, "ADD PRIMARY KEY makes NOT NULL of the columns of children by itself",
     "transformIndexConstraints",
     "ALTER TABLE base ADD PRIMARY KEY (id)", "lock ACCESS EXCLUSIVE public.kid (table)"},
    {Behaviour::removed_statistics_lock_table, 12, "extended statistics go under a lock on their table",
     "RemoveStatisticsById",
     "DROP STATISTICS st", "lock SHARE UPDATE EXCLUSIVE public.t (table)"},
    {Behaviour::statistics_of_index_reach_partitions, 12, "ALTER INDEX ... SET STATISTICS locks the parts of a partitioned index",
     "ATPrepCmd",
     "ALTER INDEX pi ALTER COLUMN 1 SET STATISTICS 100", "lock SHARE UPDATE EXCLUSIVE public.p1_expr_idx (partitioned index)"},
    {Behaviour::timestamps_convert_without_rewrite, 12, "timestamp to timestamptz and back is no rewrite where TimeZone is UTC",
     "TimestampTimestampTzRequiresRewrite",
     "ALTER TABLE t ALTER COLUMN ts TYPE timestamptz", "rewrite public.t"},
    {Behaviour::children_must_generate_alike, 13, "a child's column is generated where its parent's is",
     "MergeAttributesIntoExisting",
     "", ""},
    {Behaviour::domain_default_fills_new_column, 13, "the default of a new column's domain is asked of the old rows",
     "seen on servers",
     "", ""},
    {Behaviour::key_to_partitioned_goes_with_detached, 13, "a detached partition loses the triggers of its key to a partitioned table",
     "DropClonedTriggersFromPartition",
     "ALTER TABLE r DETACH PARTITION r1", "lock ACCESS EXCLUSIVE public.r1 (table)"},
    {Behaviour::partitioned_table_is_published, 13, "a partitioned table in a publication",
     "publication_add_relation",
     "CREATE PUBLICATION n FOR TABLE p", "lock SHARE UPDATE EXCLUSIVE public.p (partitioned table)"},
    {Behaviour::detached_partition_locked_exclusively, 14, "DETACH PARTITION keeps readers of the partition out",
     "ATExecDetachPartition",
     "ALTER TABLE p DETACH PARTITION p1", "lock ACCESS EXCLUSIVE public.p1 (table)"},
    {Behaviour::removed_rows_need_no_bounds, 14, "DELETE and TRUNCATE of a partition leave the tables above it alone",
     "seen on servers",
     "TRUNCATE p1", "lock ACCESS SHARE public.p (partitioned table)"},
    {Behaviour::key_triggers_on_partitioned, 15, "a foreign key's triggers are on partitioned tables too, and their partitions' descend from them",
     "CloneFkReferenced, RemoveTriggerById, EnableDisableTrigger",
     "ALTER TABLE r ATTACH PARTITION fresh FOR VALUES FROM (20) TO (30)", "lock SHARE ROW EXCLUSIVE public.f (table)"},
    {Behaviour::owned_sequence_follows_persistence, 15, "SET LOGGED and SET UNLOGGED take a table's own sequences along",
     "SequenceChangePersistence",
     "ALTER SEQUENCE s SET LOGGED", "lock ACCESS EXCLUSIVE public.s (sequence)"},
    {Behaviour::set_not_null_passes_partitions_by, 15, "SET NOT NULL does not look below a partitioned table whose column is NOT NULL",
     "ATPrepSetNotNull",
     "", ""},
    {Behaviour::triggers_renamed_through_partitions, 15, "a row trigger of a partitioned table and those of its partitions have one name",
     "renametrig_partition",
     "ALTER TRIGGER r ON p RENAME TO r2", "lock ACCESS EXCLUSIVE public.p1 (table)"},
    {Behaviour::exclusion_on_partitioned, 17, "an exclusion constraint of a partitioned table",
     "ATExecAddIndexConstraint, DefineIndex",
     "", ""},
    {Behaviour::identity_of_partitions, 17, "partitions share the identity column of their partitioned table",
     "ATExecAddIdentity, ATExecSetIdentity, ATExecDropIdentity",
     "", ""},
    {Behaviour::merge_into_view, 17, "MERGE into a view",
     "transformMergeStmt",
     "", ""},
    {Behaviour::partitioned_access_method, 17, "SET ACCESS METHOD of a partitioned table",
     "ATExecSetAccessMethodNoStorage",
     "", ""},
    {Behaviour::reindex_fires_event_triggers, 17, "REINDEX fires event triggers",
     "cmdtaglist.h",
     "", ""},
    {Behaviour::values_of_new_enum_in_transaction, 17, "an enum made in the transaction gives values of it away",
     "check_safe_enum_use",
     "", ""},
    {Behaviour::copy_from_materialized_view, 18, "COPY of a populated materialized view",
     "BeginCopyTo",
     "", ""},
    {Behaviour::drops_from_partitioned_only, 18, "DROP NOT NULL and DROP CONSTRAINT of a CHECK for ONLY the partitioned table",
     "dropconstraint_internal",
     "ALTER TABLE ONLY p DROP CONSTRAINT check_b", "lock ACCESS EXCLUSIVE public.p (partitioned table)"},
    {Behaviour::grant_locks, 18, "GRANT and REVOKE lock the relation",
     "objectNamesToOids",
     "GRANT SELECT ON t TO alice", "lock ACCESS SHARE public.t (table)"},
    {Behaviour::keys_need_one_collation, 18, "a foreign key between columns of different collations, one of them nondeterministic, is refused",
     "ATAddForeignKeyConstraint",
     "", ""},
    {Behaviour::maintenance_follows_children, 18, "VACUUM and ANALYZE take inheritance children along, unless ONLY is said",
     "expand_vacuum_rel",
     "VACUUM a", "lock SHARE UPDATE EXCLUSIVE public.b (table)"},
    {Behaviour::merges_keys_not_valid, 18, "a partition's foreign key that is NOT VALID becomes part of its partitioned table's",
     "tryAttachPartitionForeignKey",
     "ALTER TABLE p ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES other", "lock ACCESS EXCLUSIVE public.other (table)"},
    {Behaviour::new_constraint_locks_descendants, 18, "ADD CONSTRAINT of any kind locks all that descends from the table",
     "ATPrepCmd",
     "ALTER TABLE p ADD UNIQUE (id)", "lock ACCESS EXCLUSIVE public.p1 (table)"},
    {Behaviour::not_null_is_a_constraint, 18, "NOT NULL is in pg_constraint, and each child has it by inheritance",
     "AddRelationNotNullConstraints, ATExecSetNotNull, dropconstraint_internal",
     "ALTER TABLE a ADD COLUMN i int NOT NULL", "scan public.b"},
    {Behaviour::partitioned_never_unlogged, 18, "UNLOGGED is refused of a partitioned table",
     "DefineRelation, ATPrepChangePersistence",
     "", ""},
    {Behaviour::copy_from_partitioned, 19, "COPY of a partitioned table",
     "BeginCopyTo",
     "", ""},
    {Behaviour::default_locks_its_sequence, 19, "a default that names a sequence locks it",
     "seen on servers",
     "CREATE TABLE n (id int DEFAULT nextval('s'))", "lock ACCESS SHARE public.s (sequence)"},
    {Behaviour::key_check_opens_one_index, 19, "a row's foreign key is looked up in the key's index, not by a query",
     "ri_FastPathCheck",
     "INSERT INTO child VALUES (2, 1)", "lock ROW SHARE public.parent_pkey (index)"},
    {Behaviour::new_key_locks_referenced_index, 19, "a new foreign key locks the index that it points at",
     "seen on servers",
     "CREATE TABLE n (id int REFERENCES parent)", "lock ACCESS SHARE public.parent_pkey (index)"},
    {Behaviour::statistics_on_virtual_columns, 19, "extended statistics on virtual generated columns",
     "CreateStatistics",
     "", ""},
    {Behaviour::valid_domain_constraint_is_known, 19, "VALIDATE CONSTRAINT of a domain's constraint that is valid does nothing",
     "AlterDomainValidateConstraint",
     "ALTER DOMAIN checked VALIDATE CONSTRAINT positive", "scan public.tc"},
}};
// clang-format on

constexpr bool has(int version, Behaviour behaviour) {
    return version >= kBehaviours[static_cast<std::size_t>(behaviour)].since;
}

namespace detail {
constexpr bool behaviours_in_order_of_the_enum() {
    for (std::size_t i = 0; i < kBehaviours.size(); ++i)
        if (static_cast<std::size_t>(kBehaviours[i].behaviour) != i) return false;
    return true;
}
}  // namespace detail
static_assert(detail::behaviours_in_order_of_the_enum());

}  // namespace pgfence
