#pragma once
// What stands in comments that may hold a suppression, whatever language they are written in.

#include <algorithm>
#include <array>
#include <string_view>

namespace pgfence {

/// Our name, and other tools'.
inline constexpr std::array<std::string_view, 4> kSuppressionWords{"pgfence", "squawk", "eugene", "nolint"};

inline bool may_hold_suppression(std::string_view comment) {
    return std::any_of(kSuppressionWords.begin(), kSuppressionWords.end(),
                       [&](std::string_view word) { return comment.find(word) != comment.npos; });
}

}  // namespace pgfence
