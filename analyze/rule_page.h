#pragma once
// A rule in Markdown, for `pgfence explain` and docs/rules/.

#include <string>

#include "analyze/rule.h"

namespace pgfence {

/// The page of one rule: what it is about, why, examples of both kinds, how it is silenced.
std::string rule_page(const NamedRule& named);
/// docs/rules/README.md: every rule in one line, by category.
std::string rule_index();

}  // namespace pgfence
