#pragma once
// Statements that wait for transactions which have nothing to do with their table: also for the runner's own.

#include <cstddef>
#include <optional>

#include "core/analysis.h"

namespace pgfence::pipeline {

/// The first CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY of the file: its last phase waits for every transaction
/// that has an older snapshot (WaitForOlderSnapshots in indexcmds.c). DROP INDEX and DETACH PARTITION CONCURRENTLY wait
/// for those alone that have locked the table, REFRESH MATERIALIZED VIEW CONCURRENTLY for none.
std::optional<std::size_t> first_concurrent_build(const AnalyzedFile& file);

}  // namespace pgfence::pipeline
