#pragma once
// The model of PostgreSQL: what a statement locks, rewrites, scans, builds and breaks, by server version.

#include <string>

#include "analyze/catalog/catalog.h"
#include "core/action.h"
#include "core/effects.h"
#include "core/server_version.h"

namespace pgfence {

/// What the answer depends on beside the statement and the catalog.
struct Circumstances {
    int version = kNewestProvenServer;  ///< major
    bool in_transaction_block = false;
    std::string time_zone;               ///< the TimeZone setting in force; empty: not known
    bool checks_function_bodies = true;  ///< the setting check_function_bodies
    bool in_body = false;                ///< run by a DO block, function or procedure; the block is the one around it
};

/// `before` is the catalog as the statement finds it.
Effects effects_of(const Action& action, const Catalog& before, const Circumstances& circumstances);

}  // namespace pgfence
