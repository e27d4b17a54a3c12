#pragma once
// Which files of a repository are PostgreSQL's migrations, and of which tool. The tools' own marks are asked first:
// what a file holds, where it lies, what lies beside it; then paths that speak of migrations. A path alone is not
// believed where its SQL, or the program around it, is another database's.

#include "core/tree.h"

namespace pgfence::extract {

/// Reads all SQL of the tree, and code where its path speaks of migrations.
Detection detect(const FileTree& tree);

/// The files that globs choose (core/glob.h), whatever they look like.
Detection chosen(const FileTree& tree, const std::vector<std::string>& globs);

}  // namespace pgfence::extract
