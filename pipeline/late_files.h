#pragma once
// Runners that refuse a file that sorts before one that ran, unless the project tells them otherwise: Flyway's
// outOfOrder, goose's allow-missing, node-pg-migrate's check-order, Kysely's allowUnorderedMigrations.

#include <map>
#include <optional>
#include <string_view>

#include "core/migration.h"
#include "core/runner.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// The format whose runner this line of the project's code or settings lets run such files; nothing when it does not.
std::optional<std::string_view> format_that_runs_late_files(std::string_view line);

/// Asks the base's code, where a file of the change sorts before one that ran and its runner (`scripts`' format) would
/// refuse it; notes where the answer stands.
void heed_late_files_that_run(Prepared& change, const std::vector<Script>& scripts, std::map<FileId, Runner>& runners);

}  // namespace pgfence::pipeline
