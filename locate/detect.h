#pragma once
// Which files of a repository are PostgreSQL's migrations, and of which tool. The tools' own marks are asked first:
// what a file holds, where it lies, what lies beside it; then paths that speak of migrations. A path alone is not
// believed where its SQL, or the program around it, is another database's.

#include <string>
#include <vector>

#include "core/tree.h"
#include "locate/formats.h"

namespace pgfence::locate {

/// Reads all SQL of the tree, and code where its path names migrations.
Detection detect(const FileTree& tree, const Formats& formats);

/// The files that globs choose (core/glob.h), whatever they look like.
Detection chosen(const FileTree& tree, const Formats& formats, const std::vector<std::string>& globs);

}  // namespace pgfence::locate
