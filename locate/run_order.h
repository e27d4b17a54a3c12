#pragma once
// The order in which a tool runs files where they say it themselves.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/migration.h"

namespace pgfence::locate {

/// When a file runs, where it says so itself: among its tool's by key, then by path.
struct RunOrder {
    std::string key;
    bool repeatable = false;  ///< as MigrationFile::repeatable
};
/// Nothing for files of tools that go by the names of files.
using RunOrderOf = std::function<std::optional<RunOrder>(const MigrationFile&, const Script&)>;

/// Files without an order of their own stay where they are. `scripts` are the files' SQL, in the same order before and
/// after.
void put_in_run_order(std::vector<MigrationFile>& files, std::vector<Script>& scripts, const RunOrderOf& run_order_of);

}  // namespace pgfence::locate
