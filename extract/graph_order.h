#pragma once
// The order of migrations that name those before them: Alembic's revisions (alembic/script/revision.py,
// RevisionMap._topological_sort) and Django's (django/db/migrations/graph.py). Names of files mean nothing to either.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"
#include "extract/revision.h"

namespace pgfence::extract {

/// For each of these migrations its place, from 1: behind all that it names, else as `locate::in_order` has it. Files
/// of other formats are not among them. A circle, which no runner takes, stays as the names have it.
std::map<std::string_view, std::size_t> graph_order(const FileTree& tree, const std::vector<Located>& migrations);

/// As Format::revision.
Revision alembic_revision(std::string_view path, std::string_view text);
Revision django_revision(std::string_view path, std::string_view text);

}  // namespace pgfence::extract
