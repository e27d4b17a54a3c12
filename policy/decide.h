#pragma once
// Findings, sizes and the team's choices -> the report and its verdict.

#include "core/report.h"
#include "policy/inputs.h"

namespace pgfence::policy {

/// The same inputs give the same report, byte for byte. Fails on no input.
Report decide(Inputs inputs);

/// 0 when the change may pass, 1 when it may not.
int exit_code(const Verdict& verdict);

}  // namespace pgfence::policy
