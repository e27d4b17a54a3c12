#pragma once
// Which paths of a repository are migrations, and in which order their runner takes them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"

namespace pgfence::diff {

struct Selection {
    std::vector<std::string> include;  ///< globs (core/glob.h); empty: what is detected
    std::vector<std::string> exclude;  ///< globs; wins over include and over what is detected
    Detect detect;                     ///< which files of a tree are migrations; none: include must say it
};

/// Part of how the schema came to be, in whatever language, direction and for whichever database: migrations, their way
/// back, dumps of the schema. Not the application.
bool is_of_migrations(std::string_view path);

/// The files among `paths` that the globs of `include` choose, except the down half of an up/down pair: it is not what
/// a deployment runs.
std::vector<std::string_view> by_globs(const std::vector<std::string_view>& paths, const Selection& selection);

/// Without those that `exclude` names, in the order in which their runner takes them.
std::vector<std::string_view> in_order(std::vector<std::string_view> found, const Selection& selection);

/// The order of in_order: by folder, there by version (1.2 before 1.10), repeatable migrations (R__) last. A strict
/// weak order; equal only for equal paths.
bool runs_before(std::string_view a, std::string_view b);

/// Flyway's R__: runs again whenever it was edited.
bool is_repeatable(std::string_view path);
/// The folder whose numbered migrations run one after the other, each once: of db/migrations/0001_a.sql, and of
/// migrations/0001_a/up.sql as well. Nothing for a file without a number.
std::optional<std::string_view> sequence_of(std::string_view path);

}  // namespace pgfence::diff
