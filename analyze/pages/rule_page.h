#pragma once
// A rule in Markdown, for `pgfence explain` and docs/rules/.

#include <string>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

/// The page of one rule: what it is about, why, examples of both kinds, a recipe, how it is silenced.
std::string rule_page(const NamedRule& named);
/// The page of a finding that policy/ makes itself: no example leads to it.
std::string rule_page(const RuleInfo& rule);
/// docs/rules/README.md: every rule in one line, by category; `others` are those of policy/.
std::string rule_index(const std::vector<RuleInfo>& others);

}  // namespace pgfence
