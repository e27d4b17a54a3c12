#pragma once
// Calls that do not concern each other, by as many threads as pay.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

namespace pgfence {

/// `run(next)` on each thread, this one among them; next() answers the numbers below `count`, each once, then nothing.
/// A thread costs as much as `worth_a_thread` of them.
template <class Run>
void at_once(std::size_t count, std::size_t worth_a_thread, Run run) {
    std::atomic<std::size_t> taken{0};
    const auto next = [&]() -> std::optional<std::size_t> {
        const std::size_t number = taken.fetch_add(1, std::memory_order_relaxed);
        return number < count ? std::optional(number) : std::nullopt;
    };
    const std::size_t most = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::jthread> others;
    for (std::size_t threads = std::min(most, count / worth_a_thread); threads > 1; --threads)
        others.emplace_back([&] { run(next); });
    run(next);
}

}  // namespace pgfence
