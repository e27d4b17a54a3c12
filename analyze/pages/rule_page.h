#pragma once
// A rule in Markdown, for `pgfence explain` and docs/rules/.

#include <string>
#include <string_view>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

/// One example as the page shows it: its files in Markdown, and what is reported of it.
struct PageExample {
    std::string shown, findings;
};
/// "```sql ... ```"
std::string sql_block(std::string_view sql);

/// The page of one rule: what it is about, why, examples of both kinds, how it is suppressed. `findings`: what is
/// reported of each bad example.
std::string rule_page(const NamedRule& named, const std::vector<std::string>& findings);
/// The page of a rule of policy/.
std::string rule_page(const RuleInfo& rule, const std::vector<PageExample>& bad, const std::vector<PageExample>& good);
/// docs/rules/README.md: every rule in one line, by category; `others` are those of policy/.
std::string rule_index(const std::vector<RuleInfo>& others);

}  // namespace pgfence
