#pragma once
// Flyway's own lock. From 9.1.2 on it holds it in a transaction of a second connection (PostgreSQLAdvisoryLockTemplate,
// pg_try_advisory_xact_lock), for whose end CREATE INDEX CONCURRENTLY and its like wait: for ever. The setting
// postgresql.transactional.lock=false makes it a lock of the session, which nobody waits for (Flyway's documentation of
// that setting; issues 3497 and 3682 of flyway/flyway). Not run against a Flyway here: certainty is `depends`.

#include <string_view>

#include "core/analysis.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// What a line of the project's settings or build says.
enum class FlywayLock { unsaid, harmless };
FlywayLock flyway_lock_in(std::string_view line);

/// Adds a finding of flyway-transactional-lock for each file with such a statement, unless the project says that its
/// Flyway does not hold its lock so.
void find_what_waits_for_flyway(Analysis& analysis, const Prepared& change);

}  // namespace pgfence::pipeline
