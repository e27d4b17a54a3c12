#pragma once
// Which version of a migration tool a repository has locked.

#include <string>
#include <string_view>

#include "extract/hints.h"

namespace pgfence::extract {

/// Of the first of these packages, with blanks between them, that a lock file around the path has: "0.7.4" of a
/// Cargo.lock. Empty: none says it, or it says several.
std::string package_version(std::string_view packages, std::string_view path, const Hints& hints);
/// Likewise of the packages that a format's id stands for.
std::string tool_version(std::string_view format, std::string_view path, const Hints& hints);

/// The version of a package in the text of a lock file, by that file's name; empty: it is not there, or more than once.
std::string locked_version(std::string_view lock_file, std::string_view text, std::string_view package);

}  // namespace pgfence::extract
