#pragma once
// .pgfence.toml -> the team's choices.

#include <string_view>
#include <vector>

#include "core/result.h"
#include "policy/config.h"

namespace pgfence::policy {

/// Errors are usage errors that name the file, the line and the key. `rules` are those of analyze/; the ones of policy/
/// itself are known as well.
Result<Config> parse_config(std::string_view text, std::string_view file_name, const std::vector<RuleInfo>& rules,
                            const RuleAliases& aliases);

}  // namespace pgfence::policy
