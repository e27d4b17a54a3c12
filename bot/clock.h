#pragma once
// Time and chance, handed in: tests neither sleep nor roll dice.

#include <chrono>
#include <cstdint>
#include <functional>

namespace pgfence {

struct Clock {
    std::function<std::chrono::milliseconds()> now;        ///< monotonic, any origin
    std::function<std::int64_t()> unix_seconds;            ///< UTC, since 1970
    std::function<void(std::chrono::milliseconds)> sleep;  ///< may return early when a signal arrives
    std::function<double()> chance;                        ///< uniform in [0, 1)
};

Clock system_clock();

}  // namespace pgfence
