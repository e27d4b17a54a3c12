#pragma once
// What a running database says of itself, once, to a file: a review reads the file and needs no credentials.

#include <string>
#include <string_view>

#include "core/result.h"

namespace pgfence::database {

/// How large its tables are: the JSON of docs/stats.schema.json.
Result<std::string> table_sizes(const std::string& url);
/// The query that answers it, for psql.
std::string_view table_sizes_query();

/// Its schema as SQL that makes it again: docs/snapshot.md. `through`: the last migration that ran there.
Result<std::string> snapshot(const std::string& url, const std::string& through);

}  // namespace pgfence::database
