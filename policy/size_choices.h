#pragma once
// Which tables count as small or large: the team's limits, and the tables that it knows better than a snapshot does.

#include <cstdint>
#include <string>
#include <vector>

namespace pgfence::policy {

/// A table is small below both of the first; large above either of the next, huge above either of the last.
struct SizeLimits {
    std::int64_t small_rows = 10'000, small_megabytes = 16;
    std::int64_t large_rows = 1'000'000, large_megabytes = 1024;
    std::int64_t huge_rows = 10'000'000, huge_megabytes = 10 * 1024;
};

struct SizeChoices {
    SizeLimits limits;
    std::vector<std::string> busy;   ///< patterns (core/table_pattern.h): large, however few rows they have
    std::vector<std::string> small;  ///< small, unless busy
};

}  // namespace pgfence::policy
