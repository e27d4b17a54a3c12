#pragma once
// DROP ... IF EXISTS of what no migration makes: where it is missing, nothing happens.

#include <fmt/format.h>

#include "analyze/kit/judge.h"

namespace pgfence::rules {

/// What was found of relations that may not be there depends on that.
inline void doubt_whether_there(const Step& step, const Drop& drop, const std::vector<Name>& names,
                                std::vector<Consequence>& found) {
    std::vector<std::string> unknown;
    for (const Name& name : names)
        if (drop.if_exists && !step.before.find(name)) unknown.push_back(in_code(name.name));
    if (unknown.empty()) return;
    const bool several = unknown.size() > 1;
    for (Consequence& consequence : found) {
        consequence.certainty = Certainty::depends;
        consequence.depends_on = {fmt::format("whether {} {} there: no migration makes {}", list_in_words(unknown),
                                              several ? "are" : "is", several ? "them" : "it")};
    }
}

}  // namespace pgfence::rules
