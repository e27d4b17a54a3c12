#pragma once
// "did you mean": the known word that a misspelt one is closest to.

#include <string>
#include <string_view>
#include <vector>

namespace pgfence::policy {

/// Empty when nothing is near: more than a third of the letters would have to change.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace pgfence::policy
