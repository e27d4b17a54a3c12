#pragma once
// PostgreSQL's programs on this machine.

#include <string>
#include <vector>

#include "core/result.h"

namespace pgfence::trace {

struct Installation {
    std::string folder;   ///< with initdb and postgres
    std::string version;  ///< "17.10", as `postgres --version` says it
    int major = 0;
};

/// In the order in which they are preferred: the folder that was asked for alone, or else PATH, then Debian's folders
/// from the newest.
Result<std::vector<Installation>> installations(const std::string& asked_for);

/// The one of this major version; of any (0) the first.
Result<Installation> choose(const std::vector<Installation>& found, int major);

/// "postgres (PostgreSQL) 17.10 (Debian 17.10-1)" -> "17.10"; empty when it is something else.
std::string version_in(const std::string& said);

}  // namespace pgfence::trace
