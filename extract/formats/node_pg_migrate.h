#pragma once
// What node-pg-migrate does with files of either kind, programs and SQL, by how the scripts of a package call it.

#include <string>
#include <string_view>

#include "extract/formats/format.h"

namespace pgfence::extract {

/// It is called for one folder at a time.
std::string run_of_node_pg_migrate(const Hints& hints, std::string_view path);

Scope scope_of_node_pg_migrate(const Source& source);

/// What it sets search_path to (`--schema`, src/runner.ts); empty: it leaves that alone, or nobody can tell.
std::string search_path_of_node_pg_migrate(const Source& source);

}  // namespace pgfence::extract
