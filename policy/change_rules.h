#pragma once
// The rules that judge a change rather than a statement's SQL: its files, and what it does to tables of a certain size.
// Their names and options stand in own_rules.cpp.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "policy/inputs.h"

namespace pgfence::policy {

/// Findings of those that are on, by default or as `switched_on` says. One about a file without statements has the
/// index 0 all the same.
std::vector<Finding> judge_change(const Inputs& inputs, const std::set<std::string, std::less<>>& switched_on);

// ---- one function per rule; `options` holds every option that it declares ------------------------------------------

// file_rules.cpp
void non_linear_history(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found);
void missing_down_migration(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found);
// size_rules.cpp
void high_traffic_table(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found);
void lock_budget(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found);
void long_index_build(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found);

}  // namespace pgfence::policy
