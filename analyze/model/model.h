#pragma once
// The model of PostgreSQL: what a statement locks, rewrites, scans, builds and breaks, by server version.

#include "analyze/catalog/catalog.h"
#include "analyze/model/circumstances.h"
#include "core/action.h"
#include "core/effects.h"

namespace pgfence {

/// `before` is the catalog as the statement finds it.
Effects effects_of(const Action& action, const Catalog& before, const ExecutionContext& circumstances);

}  // namespace pgfence
