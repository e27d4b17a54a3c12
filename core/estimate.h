#pragma once
// How long something may take, and how that was reckoned.

#include <string>
#include <vector>

namespace pgfence {

/// Neither end is below 0, nor `least` above `most`.
struct SecondsRange {
    double least = 0, most = 0;
};

struct Estimate {
    SecondsRange seconds;
    /// The arithmetic, a term each: "public.orders is read: 32 GB at 100 to 500 MB/s". Together they make `seconds`.
    std::vector<std::string> terms;
    std::vector<std::string> unknown;  ///< what adds to it without anybody knowing how much: "the size of public.a"
};

}  // namespace pgfence
