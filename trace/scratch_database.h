#pragma once
// A copy of a database that the user named for it, on a server that is not ours. The database itself is left as it was.

#include <string>

#include "core/result.h"
#include "trace/server.h"

namespace pgfence::trace {

enum class Contents { refused, copied };  ///< what becomes of a database that holds something already

/// `url` is whatever libpq takes: postgres://..., "host=... dbname=...".
Result<Server> scratch_database(const std::string& url, Contents contents);

}  // namespace pgfence::trace
