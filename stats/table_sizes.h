#pragma once
// Table sizes from a snapshot file, so that nobody has to hand database credentials to CI.
// The format is docs/stats.schema.json; `pgfence extract-stats` writes it.

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/table_sizes.h"

namespace pgfence::stats {

/// Reads our own format, and the list of {schemaName, tableName, rowCount, totalBytes} that the npm tool pgfence takes
/// by --stats-file. Errors are usage errors that name the file, the place in it and what to do.
Result<Sizes> read_snapshot(std::string_view json_text, std::string_view file_name);

/// A sentence for the report when a snapshot of `what` is more than 30 days older than today. Both are ISO dates;
/// no sentence when either is none.
std::optional<std::string> staleness_note(std::string_view what, std::string_view snapshot_date,
                                          std::string_view today);

}  // namespace pgfence::stats
