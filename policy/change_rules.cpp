#include "policy/change_rules.h"

#include <algorithm>
#include <array>

#include "policy/own_rules.h"

namespace pgfence::policy {
namespace {

struct ChangeRule {
    std::string_view id;
    void (*judge)(const Inputs&, const OptionValues&, std::vector<Finding>&);
};
constexpr std::array<ChangeRule, 5> kChangeRules{{
    {kHighTrafficTable, high_traffic_table},
    {kLockBudget, lock_budget},
    {kLongIndexBuild, long_index_build},
    {kMissingDownMigration, missing_down_migration},
    {kNonLinearHistory, non_linear_history},
}};

const RuleInfo& info_of(std::string_view id) {
    return *std::find_if(own_rules().begin(), own_rules().end(), [&](const RuleInfo& r) { return r.id == id; });
}

OptionValues options_of(std::string_view id, const Config& config) {
    const auto chosen = config.options.find(id);
    return merged(info_of(id).options, chosen == config.options.end() ? OptionValues{} : chosen->second);
}

}  // namespace

std::vector<Finding> judge_change(const Inputs& inputs, const std::set<std::string, std::less<>>& switched_on) {
    std::vector<Finding> found;
    for (const ChangeRule& rule : kChangeRules) {
        if (info_of(rule.id).default_severity == Severity::off && !switched_on.contains(rule.id)) continue;
        const std::size_t first = found.size();
        rule.judge(inputs, options_of(rule.id, inputs.config), found);
        for (std::size_t i = first; i < found.size(); ++i) {
            found[i].rule = rule.id;
            found[i].category = Category::policy;
        }
    }
    return found;
}

}  // namespace pgfence::policy
