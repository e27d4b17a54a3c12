#pragma once
// How far the edit of a migration that is a program reaches: on which lines something else may be meant than before.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migration.h"

namespace pgfence::pipeline {

/// The changed lines, and those that use a name which they make, change or stand in the body of. Nothing where more may
/// have changed than can be told from lines: what runs at all, where a block or a text ends, what a name is.
std::optional<LineSet> lines_reached(std::string_view before, std::string_view now);

/// By edited or renamed file whose old text is in the history; none of a file of which the edit, or that of another of
/// the paths that the change touches, may have changed anything. Of SQL, the changed lines, where nothing is set on
/// them.
std::map<FileId, LineSet> reach_of_edits(const std::vector<MigrationFile>& files,
                                         const std::vector<std::string>& touched);

}  // namespace pgfence::pipeline
