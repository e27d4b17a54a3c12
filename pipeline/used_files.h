#pragma once
// Which files of the repository a program names: modules that it imports, constants that are loaded when they are
// named.

#include <string>
#include <string_view>
#include <vector>

namespace pgfence::pipeline {

/// The program at `path` may use one of these files other than by a path that is relative to its own. Rather one too
/// many: whose name only looks like that of the file counts.
bool may_use_any(std::string_view path, std::string_view text, const std::vector<std::string>& files);

}  // namespace pgfence::pipeline
