#pragma once
// The rules as others name them.

#include <string>
#include <utility>
#include <vector>

#include "core/finding.h"

namespace pgfence::analyze {

/// Every rule there is, for `explain`, the docs and SARIF.
const std::vector<RuleInfo>& rules();

/// Other tools' ids for our rules: (theirs, ours). One of theirs may stand for several of ours.
std::vector<std::pair<std::string, std::string>> aliases();

}  // namespace pgfence::analyze
