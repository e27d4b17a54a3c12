#pragma once
// Some tools write beside their migrations which database these are for.

#include <optional>
#include <string>
#include <string_view>

namespace pgfence::diff {

/// The folder that a file of a tool speaks for: "prisma/migrations/migration_lock.toml" (Prisma) and
/// "drizzle/meta/_journal.json" (Drizzle) do, for "prisma/migrations/" and "drizzle/". Nothing for other files.
std::optional<std::string_view> folder_spoken_for(std::string_view path);

/// The database such a file names, when that is not PostgreSQL.
std::optional<std::string> other_database(std::string_view text);

}  // namespace pgfence::diff
