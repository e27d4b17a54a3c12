#include "analyze/model/target_locks.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

namespace pgfence {
namespace {

using enum LockMode;

// clang-format off
constexpr std::array kStatementLocks{
    StatementLock{LockOf::alter_relation, {AccessExclusive, "RenameRelation, renameatt, AlterTableNamespace, ATExecChangeOwner",
                   "ALTER TABLE t RENAME COLUMN a TO aa", "lock ACCESS EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::alter_sequence, {ShareRowExclusive, "AlterSequence",
                   "ALTER SEQUENCE s RESTART", "lock SHARE ROW EXCLUSIVE public.s (sequence)"}},
    StatementLock{LockOf::cluster, {AccessExclusive, "cluster",
                   "CLUSTER t USING t_a", "lock ACCESS EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::comment, {ShareUpdateExclusive, "CommentObject",
                   "COMMENT ON TABLE t IS 'x'", "lock SHARE UPDATE EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::comment_on_part, {AccessShare, "get_object_address_relobject",
                   "COMMENT ON TRIGGER existing ON t IS 'x'", "lock ACCESS SHARE public.t (table)"}},
    StatementLock{LockOf::copy_to, {AccessShare, "DoCopy",
                   "", ""}},
    StatementLock{LockOf::create_index, {Share, "DefineIndex",
                   "CREATE INDEX base_a ON base (a)", "lock SHARE public.base (table)"}},
    StatementLock{LockOf::create_index_concurrently, {ShareUpdateExclusive, "DefineIndex",
                   "CREATE INDEX CONCURRENTLY i ON t (a)", "lock SHARE UPDATE EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::create_rule, {AccessExclusive, "DefineQueryRewrite",
                   "CREATE RULE c AS ON DELETE TO t DO INSTEAD NOTHING", "lock ACCESS EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::create_statistics, {ShareUpdateExclusive, "CreateStatistics",
                   "CREATE STATISTICS st2 ON id, a FROM t", "lock SHARE UPDATE EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::create_trigger, {ShareRowExclusive, "CreateTriggerFiringOn",
                   "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE PROCEDURE f()", "lock SHARE ROW EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::drop_index, {AccessExclusive, "RangeVarCallbackForDropRelation, index_drop",
                   "DROP INDEX t_a", "lock ACCESS EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::drop_index_concurrently, {ShareUpdateExclusive, "RangeVarCallbackForDropRelation, index_drop",
                   "DROP INDEX CONCURRENTLY t_a", "lock SHARE UPDATE EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::drop_relation, {AccessExclusive, "RemoveRelations",
                   "DROP TABLE grandkid", "lock ACCESS EXCLUSIVE public.grandkid (table)"}},
    StatementLock{LockOf::grant, {AccessShare, "objectNamesToOids",  // since Behaviour::grant_locks; before, none
                   "GRANT SELECT ON t TO alice", "lock ACCESS SHARE public.t (table)"}},
    StatementLock{LockOf::lock_rows, {RowShare, "transformLockingClause",
                   "SELECT * FROM p1 FOR UPDATE", "lock ROW SHARE public.p1 (table)"}},
    StatementLock{LockOf::policy, {AccessExclusive, "CreatePolicy, AlterPolicy",
                   "CREATE POLICY c ON t FOR SELECT USING (a > 0)", "lock ACCESS EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::publish, {ShareUpdateExclusive, "OpenTableList",
                   "CREATE PUBLICATION n FOR TABLE t", "lock SHARE UPDATE EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::read, {AccessShare, "addRangeTableEntry",
                   "SELECT * FROM p1", "lock ACCESS SHARE public.p1 (table)"}},
    StatementLock{LockOf::refresh, {AccessExclusive, "ExecRefreshMatView",
                   "REFRESH MATERIALIZED VIEW m", "lock ACCESS EXCLUSIVE public.m (materialized view)"}},
    StatementLock{LockOf::refresh_concurrently, {Exclusive, "ExecRefreshMatView",
                   "REFRESH MATERIALIZED VIEW CONCURRENTLY m", "lock EXCLUSIVE public.m (materialized view)"}},
    StatementLock{LockOf::reindex, {Share, "reindex_relation, reindex_index",
                   "REINDEX TABLE t", "lock SHARE public.t (table)"}},
    StatementLock{LockOf::reindex_concurrently, {ShareUpdateExclusive, "ReindexRelationConcurrently",
                   "REINDEX TABLE CONCURRENTLY t", "lock SHARE UPDATE EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::rename_index, {ShareUpdateExclusive, "RenameRelation",
                   "ALTER INDEX t_a RENAME TO t_aa", "lock SHARE UPDATE EXCLUSIVE public.t_a (index)",
                   Behaviour::index_renamed_beside_readers}},
    StatementLock{LockOf::repack, {AccessExclusive, "ExecRepack",
                   "REPACK t", "lock ACCESS EXCLUSIVE public.t (table)"}},
    // At the end it takes ACCESS EXCLUSIVE, which is what an observer is left with.
    StatementLock{LockOf::repack_concurrently, {ShareUpdateExclusive, "ExecRepack", "", ""}},
    StatementLock{LockOf::replace_view, {AccessExclusive, "DefineVirtualRelation",
                   "CREATE OR REPLACE VIEW v AS SELECT id, a FROM t WHERE a > 0", "lock ACCESS EXCLUSIVE public.v (view)"}},
    StatementLock{LockOf::truncate, {AccessExclusive, "ExecuteTruncate",
                   "TRUNCATE ONLY base", "lock ACCESS EXCLUSIVE public.base (table)"}},
    StatementLock{LockOf::vacuum, {ShareUpdateExclusive, "vacuum_rel, analyze_rel",
                   "VACUUM t", "lock SHARE UPDATE EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::vacuum_full, {AccessExclusive, "vacuum_rel",
                   "VACUUM FULL t", "lock ACCESS EXCLUSIVE public.t (table)"}},
    StatementLock{LockOf::write_rows, {RowExclusive, "setTargetTable",
                   "UPDATE p1 SET a = 2", "lock ROW EXCLUSIVE public.p1 (table)"}},
};

// AlterTableGetLockLevel looks at nothing but the statement.
constexpr std::string_view kByLevel = "AlterTableGetLockLevel";
constexpr std::string_view kTriggers = "lock SHARE ROW EXCLUSIVE public.t (table)";
constexpr std::string_view kBesideWriters = "lock SHARE UPDATE EXCLUSIVE public.t (table)";

constexpr std::array kClauseLocks{
    ClauseLock{AlterTableType::AddConstraint, ClauseForm::foreign_key, {ShareRowExclusive, kByLevel, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES parent", kTriggers}},
    ClauseLock{AlterTableType::EnableTrig, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE t ENABLE TRIGGER existing", kTriggers}},
    ClauseLock{AlterTableType::EnableAlwaysTrig, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE t ENABLE ALWAYS TRIGGER existing", kTriggers}},
    ClauseLock{AlterTableType::EnableReplicaTrig, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE t ENABLE REPLICA TRIGGER existing", kTriggers}},
    ClauseLock{AlterTableType::EnableTrigAll, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE t ENABLE TRIGGER ALL", kTriggers}},
    ClauseLock{AlterTableType::EnableTrigUser, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE p ENABLE TRIGGER USER", "lock SHARE ROW EXCLUSIVE public.p (partitioned table)"}},
    ClauseLock{AlterTableType::DisableTrig, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE t DISABLE TRIGGER existing", kTriggers}},
    ClauseLock{AlterTableType::DisableTrigAll, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE t DISABLE TRIGGER ALL", kTriggers}},
    ClauseLock{AlterTableType::DisableTrigUser, ClauseForm::any, {ShareRowExclusive, kByLevel, "ALTER TABLE t DISABLE TRIGGER USER", kTriggers}},
    ClauseLock{AlterTableType::SetStatistics, ClauseForm::any, {ShareUpdateExclusive, kByLevel, "ALTER TABLE t ALTER COLUMN a SET STATISTICS 500", kBesideWriters}},
    ClauseLock{AlterTableType::SetOptions, ClauseForm::any, {ShareUpdateExclusive, kByLevel, "ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)", kBesideWriters}},
    ClauseLock{AlterTableType::ResetOptions, ClauseForm::any, {ShareUpdateExclusive, kByLevel, "ALTER TABLE t ALTER COLUMN a RESET (n_distinct)", kBesideWriters}},
    ClauseLock{AlterTableType::ClusterOn, ClauseForm::any, {ShareUpdateExclusive, kByLevel, "ALTER TABLE t CLUSTER ON t_a", kBesideWriters}},
    ClauseLock{AlterTableType::DropCluster, ClauseForm::any, {ShareUpdateExclusive, kByLevel, "ALTER TABLE t SET WITHOUT CLUSTER", kBesideWriters}},
    ClauseLock{AlterTableType::ValidateConstraint, ClauseForm::any, {ShareUpdateExclusive, kByLevel, "ALTER TABLE t VALIDATE CONSTRAINT c", kBesideWriters}},
    ClauseLock{AlterTableType::AttachPartition, ClauseForm::any, {ShareUpdateExclusive, kByLevel,
                "ALTER TABLE p ATTACH PARTITION proved FOR VALUES FROM (20) TO (30)", "lock SHARE UPDATE EXCLUSIVE public.p (partitioned table)",
                Feature::attach_partition_beside_readers}},
    ClauseLock{AlterTableType::DetachPartition, ClauseForm::concurrently, {ShareUpdateExclusive, kByLevel,
                "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "lock SHARE UPDATE EXCLUSIVE public.p (partitioned table)"}},
    // It takes a DETACH ... CONCURRENTLY that was broken off: no case has one.
    ClauseLock{AlterTableType::DetachPartitionFinalize, ClauseForm::any, {ShareUpdateExclusive, kByLevel, "", ""}},
    ClauseLock{AlterTableType::SetRelOptions, ClauseForm::light_options, {ShareUpdateExclusive, "AlterTableGetRelOptionsLockLevel", "ALTER TABLE t SET (fillfactor = 70)", kBesideWriters}},
    ClauseLock{AlterTableType::ResetRelOptions, ClauseForm::light_options, {ShareUpdateExclusive, "AlterTableGetRelOptionsLockLevel", "ALTER TABLE t RESET (fillfactor)", kBesideWriters}},
};

// reloptions.c: those beside which AlterTableGetRelOptionsLockLevel finds ShareUpdateExclusive.
constexpr std::array<std::string_view, 24> kLightOptions{
    "fillfactor", "autovacuum_enabled", "autovacuum_vacuum_threshold", "autovacuum_vacuum_max_threshold",
    "autovacuum_vacuum_insert_threshold", "autovacuum_analyze_threshold", "autovacuum_vacuum_cost_limit",
    "autovacuum_freeze_min_age", "autovacuum_multixact_freeze_min_age", "autovacuum_freeze_max_age",
    "autovacuum_multixact_freeze_max_age", "autovacuum_freeze_table_age", "autovacuum_multixact_freeze_table_age",
    "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_scale_factor",
    "autovacuum_vacuum_cost_delay", "log_autovacuum_min_duration", "toast_tuple_target", "parallel_workers",
    "vacuum_index_cleanup", "vacuum_truncate", "vacuum_max_eager_freeze_failure_rate", "deduplicate_items"};
// clang-format on

constexpr bool are_in_order_of_the_enum() {
    for (std::size_t i = 0; i < kStatementLocks.size(); ++i)
        if (static_cast<std::size_t>(kStatementLocks[i].statement) != i) return false;
    return kStatementLocks.size() == static_cast<std::size_t>(LockOf::write_rows) + 1;
}
static_assert(are_in_order_of_the_enum());

bool is_light_option(std::string_view option) {
    if (option.starts_with("toast.")) option.remove_prefix(6);
    return std::find(kLightOptions.begin(), kLightOptions.end(), option) != kLightOptions.end();
}

bool has_form(const AlterTableCmd& cmd, ClauseForm form) {
    switch (form) {
        case ClauseForm::any: return true;
        case ClauseForm::foreign_key: return cmd.constraint && cmd.constraint->type == ConstraintType::foreign_key;
        case ClauseForm::concurrently: return cmd.concurrently;
        case ClauseForm::light_options: return std::all_of(cmd.options.begin(), cmd.options.end(), is_light_option);
    }
    return false;
}

LockMode mode_of_clause(const AlterTableCmd& cmd, int version) {
    const auto row = std::find_if(kClauseLocks.begin(), kClauseLocks.end(), [&](const ClauseLock& listed) {
        return listed.clause == cmd.subtype && has_form(cmd, listed.form);
    });
    return row == kClauseLocks.end() ? AccessExclusive : mode_of(row->lock, version);
}

struct IsSince {
    int version;
    bool operator()(std::monostate) const { return true; }
    bool operator()(Feature feature) const { return has(version, feature); }
    bool operator()(Behaviour behaviour) const { return has(version, behaviour); }
};

}  // namespace

std::span<const StatementLock> statement_locks() { return kStatementLocks; }
std::span<const ClauseLock> clause_locks() { return kClauseLocks; }

LockMode mode_of(const LockFact& lock, int version) {
    return std::visit(IsSince{version}, lock.since) ? lock.mode : lock.before;
}

LockMode mode_of(LockOf statement, int version) {
    return mode_of(kStatementLocks[static_cast<std::size_t>(statement)].lock, version);
}

LockMode lock_level(const AlterTable& statement, int version) {
    LockMode mode = ShareUpdateExclusive;
    for (const AlterTableCmd& cmd : statement.cmds) mode = stronger(mode, mode_of_clause(cmd, version));
    return mode;
}

}  // namespace pgfence
