#pragma once
// How loud a rule is: its own default, unless the team chose for all rules, for its category, for the rule, or for the
// rule in these files and on these tables.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "policy/config.h"

namespace pgfence::policy {

class Severities {
public:
    /// `rules` are those of analyze/; the ones of policy/ itself are known as well. Both outlive this.
    Severities(const Config& config, const std::vector<RuleInfo>& rules);

    /// For findings in the file at that path.
    Severity of(const Finding& finding, std::string_view path) const;
    /// Of a rule wherever it is, [[override]] aside.
    Severity in_general(std::string_view rule, Category category) const;
    /// Those that are off by default and that some setting may let speak: the others need not be asked.
    std::set<std::string, std::less<>> switched_on() const;

private:
    const Config& config_;
    std::map<std::string_view, const RuleInfo*> rules_;
};

}  // namespace pgfence::policy
