#pragma once
// The rules that judge a change rather than a statement's SQL: its files, and what it does to tables of a certain size.
// One file each in rules/.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "policy/inputs.h"

namespace pgfence::policy {

/// Findings of those that are on, by default or as `switched_on` says. One about a file without statements has the
/// index 0 all the same.
std::vector<Finding> judge_change(const Inputs& inputs, const std::set<std::string, std::less<>>& switched_on);

}  // namespace pgfence::policy
