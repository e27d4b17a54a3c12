#include "policy/change_rules.h"

#include "policy/own_rule.h"

namespace pgfence::policy {
namespace {

OptionValues options_of(const RuleInfo& rule, const Config& config) {
    const auto chosen = config.options.find(rule.id);
    return merged(rule.options, chosen == config.options.end() ? OptionValues{} : chosen->second);
}

}  // namespace

std::vector<Finding> judge_change(const Inputs& inputs, const std::set<std::string, std::less<>>& switched_on) {
    std::vector<Finding> found;
    for (const OwnRule* rule : own_rule_files()) {
        const RuleInfo& info = rule->info;
        if (!rule->judge || (info.default_severity == Severity::off && !switched_on.contains(info.id))) continue;
        const std::size_t first = found.size();
        rule->judge(inputs, options_of(info, inputs.config), found);
        for (std::size_t i = first; i < found.size(); ++i) {
            found[i].rule = info.id;
            found[i].category = info.category;
        }
    }
    return found;
}

}  // namespace pgfence::policy
