#pragma once
// Which rules take part in a run, and what they are set to.

#include <set>
#include <string>
#include <vector>

#include "analyze/analyze.h"
#include "analyze/rule.h"

namespace pgfence::analyze {

struct Asked {
    const NamedRule* named;
    OptionValues options;
};

/// Without those of other versions and those that are off unless the team wants them; these are told.
std::vector<Asked> asked_by(const Request& request, std::set<std::string, std::less<>>& not_asked);

}  // namespace pgfence::analyze
