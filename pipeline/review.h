#pragma once
// The stages in a row: SQL, effects, the team's choices, the report.

#include "core/report.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// When neither a flag, the config file nor a snapshot names one: the oldest major that the PostgreSQL project supports
/// (postgresql.org/support/versioning; 14 ended on 2026-11-12). The report says that it was assumed.
inline constexpr int kAssumedVersion = 15;

Report review(Prepared change);

/// What made the schema that the change meets: the statements of the snapshot, of the schema's files and of the earlier
/// migrations that the snapshot does not hold, all as if they were new.
Report before(Prepared change);

/// SQL that makes the tables in which the runners of these files keep what has run.
std::vector<std::string> runner_tables(const Report& report);

}  // namespace pgfence::pipeline
