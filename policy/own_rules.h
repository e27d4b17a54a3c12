#pragma once
// The rules that judge something beside the SQL (suppressions, files, sizes, the code around it), and how rules are
// called.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"

namespace pgfence::policy {

/// What a suppression names to accept a statement or file that was not analyzed. No rule: config's `unanalyzed` is its
/// severity.
inline constexpr std::string_view kNotAnalyzed = "not-analyzed";

inline constexpr std::string_view kUnusedSuppression = "unused-suppression";
inline constexpr std::string_view kSameRelease = "same-release-code-and-schema";
inline constexpr std::string_view kEctoMigrationLock = "ecto-migration-lock";
inline constexpr std::string_view kExpiredSuppression = "expired-suppression";
inline constexpr std::string_view kFlywayTransactionalLock = "flyway-transactional-lock";
inline constexpr std::string_view kHighTrafficTable = "high-traffic-table";
inline constexpr std::string_view kLockBudget = "lock-budget";
inline constexpr std::string_view kLongIndexBuild = "long-index-build";
inline constexpr std::string_view kMissingDownMigration = "missing-down-migration";
inline constexpr std::string_view kNonLinearHistory = "non-linear-history";

/// What policy/rules/ says, in order of id. `explain`, the docs and config files know them beside the rules of
/// analyze/.
const std::vector<RuleInfo>& own_rules();

/// Another tool's id -> ours. One id may stand for several of our rules.
using RuleAliases = std::multimap<std::string, std::string, std::less<>>;

/// Every name a config file or comment may call a rule by, kNotAnalyzed among them.
class RuleNames {
public:
    RuleNames(const std::vector<RuleInfo>& rules, const RuleAliases& aliases);
    /// Our ids: the name itself, or what it is an alias of; empty when it is neither.
    std::vector<std::string> ids(std::string_view name) const;
    std::string nearest_id(std::string_view name) const;

private:
    std::vector<std::string> ids_;  // sorted
    const RuleAliases& aliases_;
};

}  // namespace pgfence::policy
