#pragma once
// Whether a change passes, and why, in one sentence.
//
// A verdict is a proof: `pass` is said only of a change of which every file and every statement was analyzed.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/report.h"

namespace pgfence::policy {

/// From this risk on a suppression needs a reason, and what it suppresses keeps the change from being green.
inline constexpr Risk kNeedsReason = Risk::high;

/// Suppressed findings are listed, and make no change fail.
bool counts(const Graded& graded);

/// What one statement or file that was not analyzed brings a change to, by the team's choice.
Outcome outcome_of(const NotAnalyzed& unread, Unanalyzed choice);

Verdict verdict_of(const std::vector<FileReport>& files, Risk threshold);

}  // namespace pgfence::policy
