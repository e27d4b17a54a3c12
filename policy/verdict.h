#pragma once
// Whether a change passes, and why, in one sentence.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/report.h"

namespace pgfence::policy {

/// Suppressed findings are listed, and count for nothing.
bool counts(const Graded& graded);

Verdict verdict_of(const std::vector<FileReport>& files, Risk threshold, const Coverage& coverage);

}  // namespace pgfence::policy
