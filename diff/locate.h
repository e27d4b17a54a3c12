#pragma once
// Which paths of a repository are migrations, and in which order their runner takes them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::diff {

struct Selection {
    std::vector<std::string> include;  ///< globs (core/glob.h); empty: the layouts of known tools
    std::vector<std::string> exclude;  ///< globs; wins over include
};

/// Whether a migration tool's layout says that this .sql file is a PostgreSQL migration that runs forward. Judged by
/// the path alone; nothing when it is one, else the reason, one phrase: "in a folder for another database".
/// `looks_like_one` tells a migration that is kept out from a file that was never one.
struct Verdict {
    bool is_migration = false;
    bool looks_like_one = false;
    std::string_view reason;
};
Verdict judge(std::string_view path);
/// Part of how the schema came to be, in whatever language, direction and for whichever database: migrations, their way
/// back, dumps of the schema. Not the application.
bool is_of_migrations(std::string_view path);
inline bool is_migration(std::string_view path) { return judge(path).is_migration; }

/// The migrations among `paths` (files of one commit), in the order in which they run. Given globs decide alone, except
/// that the down half of an up/down pair stays out: it is not what a deployment runs.
std::vector<std::string_view> locate(const std::vector<std::string_view>& paths, const Selection& selection);

/// The order of locate: by folder, there by version (1.2 before 1.10), repeatable migrations (R__) last. A strict weak
/// order; equal only for equal paths.
bool runs_before(std::string_view a, std::string_view b);

/// Flyway's R__: runs again whenever it was edited.
bool is_repeatable(std::string_view path);
/// The folder whose numbered migrations run one after the other, each once: of db/migrations/0001_a.sql, and of
/// migrations/0001_a/up.sql as well. Nothing for a file without a number.
std::optional<std::string_view> sequence_of(std::string_view path);

}  // namespace pgfence::diff
