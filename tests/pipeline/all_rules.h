#pragma once
// A review to which every rule adds what it has to say, those too that are off by default.

#include <string>
#include <utility>

#include "analyze/kit/rule.h"
#include "pipeline/review.h"

namespace pgfence {

/// Set here and not in a config file: reading the names of all rules anew for each of thousands of reviews took most of
/// the time of the tests that make them.
inline Report review_by_all_rules(pipeline::Prepared change) {
    for (const NamedRule& named : all_rules())
        if (named.rule->severity == Severity::off)
            change.config.severities.rules.try_emplace(std::string(named.id), Severity::warning);
    return pipeline::review(std::move(change));
}

}  // namespace pgfence
