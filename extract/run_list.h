#pragma once
// The order of migrations whose folders do not tell it. Knex runs all its directories as one, by the names of files
// alone, unless sortDirsSeparately says otherwise (lib/migrations/migrate/sources/fs-migrations.js). A program of the
// repository may list the files that it runs.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"
#include "extract/hints.h"

namespace pgfence::extract {

/// Of migrations by path, from 1.
using Ranks = std::map<std::string_view, std::size_t>;

/// Of Knex's migrations that one knexfile runs, where they lie in several folders.
Ranks knex_order(const Hints& hints, const std::vector<Located>& migrations);
/// The knexfile by which Knex runs the migration, in one run with all others of it; empty: there is none around, or it
/// tells of several directories apart, as for several databases.
std::string knex_run(const Hints& hints, std::string_view path);

/// Of SQL of no tool that is known, where a program whose path speaks of migrations names nearly all files of their
/// folder.
Ranks order_of_lists(const FileTree& tree, const std::vector<Located>& migrations);

}  // namespace pgfence::extract
