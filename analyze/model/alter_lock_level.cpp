// Which lock ALTER TABLE takes: it follows from the text alone.

#include <algorithm>
#include <array>
#include <string_view>

#include "analyze/model/alteration.h"

namespace pgfence {
namespace {

using enum LockMode;

// reloptions.c: what AlterTableGetRelOptionsLockLevel finds beside each option. An option not listed here:
// AccessExclusive.
constexpr std::array<std::string_view, 22> kShareUpdateExclusiveOptions{"fillfactor",
                                                                        "autovacuum_enabled",
                                                                        "autovacuum_vacuum_threshold",
                                                                        "autovacuum_vacuum_max_threshold",
                                                                        "autovacuum_vacuum_insert_threshold",
                                                                        "autovacuum_analyze_threshold",
                                                                        "autovacuum_vacuum_cost_limit",
                                                                        "autovacuum_freeze_min_age",
                                                                        "autovacuum_multixact_freeze_min_age",
                                                                        "autovacuum_freeze_max_age",
                                                                        "autovacuum_multixact_freeze_max_age",
                                                                        "autovacuum_freeze_table_age",
                                                                        "autovacuum_multixact_freeze_table_age",
                                                                        "autovacuum_vacuum_scale_factor",
                                                                        "autovacuum_vacuum_insert_scale_factor",
                                                                        "autovacuum_analyze_scale_factor",
                                                                        "autovacuum_vacuum_cost_delay",
                                                                        "log_autovacuum_min_duration",
                                                                        "toast_tuple_target",
                                                                        "parallel_workers",
                                                                        "vacuum_index_cleanup",
                                                                        "vacuum_truncate"};

bool is_light_option(std::string_view option) {
    if (option.starts_with("toast.")) option.remove_prefix(6);
    if (option == "vacuum_max_eager_freeze_failure_rate" || option == "deduplicate_items") return true;
    return std::find(kShareUpdateExclusiveOptions.begin(), kShareUpdateExclusiveOptions.end(), option) !=
           kShareUpdateExclusiveOptions.end();
}

LockMode relation_options_lock(const std::vector<std::string>& options) {
    return std::all_of(options.begin(), options.end(), is_light_option) ? ShareUpdateExclusive : AccessExclusive;
}

/// AlterTableGetLockLevel, one subcommand. It looks at nothing but the statement.
LockMode lock_level(const AlterTableCmd& cmd, int version) {
    using enum AlterTableType;
    switch (cmd.subtype) {
        case AddConstraint:
            return cmd.constraint && cmd.constraint->type == ConstraintType::foreign_key ? ShareRowExclusive
                                                                                         : AccessExclusive;
        case EnableTrig:
        case EnableAlwaysTrig:
        case EnableReplicaTrig:
        case EnableTrigAll:
        case EnableTrigUser:
        case DisableTrig:
        case DisableTrigAll:
        case DisableTrigUser: return ShareRowExclusive;
        case SetStatistics:
        case SetOptions:
        case ResetOptions:
        case ClusterOn:
        case DropCluster:
        case ValidateConstraint:
        case DetachPartitionFinalize: return ShareUpdateExclusive;
        case AttachPartition:
            return has(version, Feature::attach_partition_beside_readers) ? ShareUpdateExclusive : AccessExclusive;
        case DetachPartition: return cmd.concurrently ? ShareUpdateExclusive : AccessExclusive;
        case SetRelOptions:
        case ResetRelOptions: return relation_options_lock(cmd.options);
        default: return AccessExclusive;
    }
}

}  // namespace

LockMode lock_level(const AlterTable& statement, int version) {
    LockMode mode = LockMode::ShareUpdateExclusive;
    for (const AlterTableCmd& cmd : statement.cmds) mode = stronger(mode, lock_level(cmd, version));
    return mode;
}

}  // namespace pgfence
