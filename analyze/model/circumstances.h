#pragma once

#include <string>

#include "core/server_version.h"

namespace pgfence {

/// What the answer depends on beside the statement and the catalog.
struct ExecutionContext {
    int version = kNewestServer;  ///< major
    bool in_transaction_block = false;
    std::string time_zone;               ///< the TimeZone setting in force; empty: not known
    bool checks_function_bodies = true;  ///< the setting check_function_bodies
    bool in_body = false;                ///< run by a DO block, function or procedure; the block is the one around it
};

}  // namespace pgfence
