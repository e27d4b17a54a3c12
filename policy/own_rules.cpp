#include "policy/own_rules.h"

#include <algorithm>

#include "policy/nearest.h"
#include "policy/own_rule.h"

namespace pgfence::policy {

namespace rules {
extern const OwnRule ecto_migration_lock;
extern const OwnRule expired_suppression;
extern const OwnRule flyway_transactional_lock;
extern const OwnRule high_traffic_table;
extern const OwnRule lock_budget;
extern const OwnRule long_index_build;
extern const OwnRule missing_down_migration;
extern const OwnRule non_linear_history;
extern const OwnRule same_release_code_and_schema;
extern const OwnRule unused_suppression;
}  // namespace rules

const std::vector<const OwnRule*>& own_rule_files() {
    static const std::vector<const OwnRule*> all{
        &rules::ecto_migration_lock,    &rules::expired_suppression, &rules::flyway_transactional_lock,
        &rules::high_traffic_table,     &rules::lock_budget,         &rules::long_index_build,
        &rules::missing_down_migration, &rules::non_linear_history,  &rules::same_release_code_and_schema,
        &rules::unused_suppression};
    return all;
}

const std::vector<RuleInfo>& own_rules() {
    static const std::vector<RuleInfo> infos = [] {
        std::vector<RuleInfo> all;
        for (const OwnRule* rule : own_rule_files()) all.push_back(rule->info);
        return all;
    }();
    return infos;
}

RuleNames::RuleNames(const std::vector<RuleInfo>& rules, const RuleAliases& aliases) : aliases_(aliases) {
    for (const RuleInfo& rule : rules) ids_.push_back(rule.id);
    for (const RuleInfo& rule : own_rules()) ids_.push_back(rule.id);
    ids_.emplace_back(kNotAnalyzed);
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

std::vector<std::string> RuleNames::ids(std::string_view name) const {
    std::vector<std::string> found;
    if (std::binary_search(ids_.begin(), ids_.end(), name)) found.emplace_back(name);
    const auto [first, last] = aliases_.equal_range(name);
    for (auto alias = first; alias != last; ++alias)
        if (alias->second != name) found.push_back(alias->second);
    return found;
}

std::string RuleNames::nearest_id(std::string_view name) const { return nearest(name, ids_); }

}  // namespace pgfence::policy
