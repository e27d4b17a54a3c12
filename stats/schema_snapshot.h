#pragma once
// A schema as `pgfence snapshot` wrote it: SQL, under a heading that says of which server it is and how old.

#include <string>
#include <string_view>

#include "core/result.h"

namespace pgfence::stats {

struct SchemaSnapshot {
    std::string sql;         ///< the whole text: the heading is a comment
    int server_version = 0;  ///< major
    std::string date;        ///< ISO date on which it was taken
    std::string through;     ///< the last migration that it holds; empty: all of the base commit's
};

/// Errors are usage errors that name the file and what to do.
Result<SchemaSnapshot> read_schema_snapshot(std::string text, std::string_view file_name);

}  // namespace pgfence::stats
