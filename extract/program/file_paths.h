#pragma once
// Paths of the repository, as os.path and pathlib put them together.

#include <string>
#include <string_view>

namespace pgfence::extract {

/// Without "." and "..": what leaves the repository is empty.
std::string joined_path(std::string_view folder, std::string_view path);

}  // namespace pgfence::extract
