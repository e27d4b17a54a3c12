#include "policy/nearest.h"

#include <algorithm>
#include <numeric>

#include "core/text.h"

namespace pgfence::policy {
namespace {

constexpr std::size_t kLongestWord = 64;  // a longer one is no slip of the fingers, and the distance is quadratic

/// '_' and '-' and case are what people mix up first, so they count as the same letter.
char same_when_mistaken(char c) { return c == '_' ? '-' : to_lower(c); }

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced =
                diagonal + (same_when_mistaken(a[i - 1]) == same_when_mistaken(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    if (word.empty() || word.size() > kLongestWord) return {};
    std::size_t allowed = std::max<std::size_t>(2, word.size() / 3);
    std::string best;
    for (const std::string& candidate : known) {
        const std::size_t needed = distance(word, candidate);
        if (needed > allowed || (needed == allowed && !best.empty())) continue;
        allowed = needed;
        best = candidate;
    }
    return best;
}

}  // namespace pgfence::policy
