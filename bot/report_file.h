#pragma once
// Files that a run leaves behind, in a tree that a pull request made: no link of its is followed, and nothing but the
// file that was asked for changes.

#include <cstdio>
#include <functional>
#include <string>

#include "core/result.h"

namespace pgfence {

/// False: it could not be written.
using WriteContent = std::function<bool(std::FILE*)>;

/// `path` is relative to `root`, which is taken as it is, and stays beneath it. Folders that are missing are made; they
/// and the file belong to whom `root` belongs. The file is made anew and takes the place of one that was there; a link,
/// a device or a folder in the way is an error that names it.
Result<void> write_beneath(const std::string& root, const std::string& path, const WriteContent& content);

/// The same for a path as a user gives it: beneath the repository that the working directory is in, if it names a place
/// there, and as it says otherwise.
Result<void> write_report_file(const std::string& path, const WriteContent& content);

/// To a file of the runner's, which is there or is made; no link.
Result<void> append_to_file(const std::string& path, const std::string& text);

}  // namespace pgfence
