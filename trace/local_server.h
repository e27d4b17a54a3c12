#pragma once
// A server of our own from programs of this machine, for one run: no network, only a unix socket in a folder for its
// owner alone, nothing it writes is made durable, and nothing of it is left when the object goes.

#include "core/result.h"
#include "trace/installation.h"
#include "trace/server.h"

namespace pgfence::trace {

Result<Server> start_local(const Installation& installation);

}  // namespace pgfence::trace
