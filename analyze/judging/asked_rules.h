#pragma once
// Which rules take part in a run, and what they are set to.

#include <array>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "analyze/input/request.h"
#include "analyze/kit/rule.h"

namespace pgfence::analyze {

struct Asked {
    const NamedRule* named;
    OptionValues options;
};

class AskedRules {
public:
    /// Without those of other versions and those that are off unless the team wants them; these are told.
    AskedRules(const Request& request, std::set<std::string, std::less<>>& not_asked);

    AskedRules(const AskedRules&) = delete;
    AskedRules& operator=(const AskedRules&) = delete;

    /// Those about actions of that kind, in order of id.
    const std::vector<const Asked*>& about(const Action& action) const { return about_[action.index()]; }
    const std::vector<const Asked*>& backstops(const Action& action) const { return backstops_[action.index()]; }
    /// Those that are not about it say nothing either: `Rule::about` saves time, and nothing else.
    bool others_are_silent(Step step) const;

private:
    using ByKind = std::array<std::vector<const Asked*>, std::variant_size_v<Action>>;

    std::vector<Asked> all_;
    ByKind about_, backstops_;
};

}  // namespace pgfence::analyze
