#pragma once
// The schema before the change.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/report.h"
#include "core/result.h"
#include "trace/session.h"

namespace pgfence::trace {

struct Base {
    std::size_t statements = 0, failed = 0;
    std::vector<std::string> notes;  ///< the first failures, a sentence each
};

/// Of an error `role "app" does not exist`: app; of any other, nothing.
std::string missing_role(std::string_view sqlstate, std::string_view error);

/// Of an error that an extension is not installed: which image has it, as far as that is known; else empty.
std::string image_hint(std::string_view error, int major);

/// Runs the statements, each committing by itself unless its file says BEGIN. A role that is not there is made; what
/// fails otherwise is counted, and what follows is tried all the same.
Base build_base(Session& session, const Report& base);

}  // namespace pgfence::trace
