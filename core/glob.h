#pragma once
// File patterns as config files write them.

#include <string_view>

namespace pgfence {

/// `*` and `?` stay within a folder's name, `**/` stands for any number of folders, a trailing `**` for all below.
/// Every other byte stands for itself. Time is pattern times path, whatever the pattern.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace pgfence
