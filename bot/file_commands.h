#pragma once
// The files through which a step tells the runner something: GITHUB_OUTPUT and GITHUB_STEP_SUMMARY.
// Source: actions/runner FileCommandManager.cs; a line it cannot read fails the step, so nothing doubtful is written.

#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace pgfence {

/// The text to append to GITHUB_OUTPUT; `delimiter` must occur in no value (a random one). Pure.
/// Outputs whose name the runner would not take are left out.
std::string outputs_text(const std::vector<std::pair<std::string, std::string>>& outputs, const std::string& delimiter);

/// Appends to GITHUB_OUTPUT.
Result<bool> append_outputs(const std::string& path, const std::vector<std::pair<std::string, std::string>>& outputs);

/// Appends to GITHUB_STEP_SUMMARY. Over 1 MiB the runner would drop the whole file, also what earlier calls wrote:
/// refused.
Result<bool> append_summary(const std::string& path, const std::string& markdown);

}  // namespace pgfence
