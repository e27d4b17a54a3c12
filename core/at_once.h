#pragma once
// Calls that do not concern each other, by as many threads as pay. Two places have threads of their own: the analysis,
// whose calls have an order (analyze/input/thread_pool.h), and trace, whose threads wait for a server
// (trace/contention.h).

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

namespace pgfence {

/// How many threads run at the same time on this machine; 1 where it does not tell.
inline unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }

/// `run(next)` on each thread, this one among them; next() answers the numbers below `count`, each once, then nothing.
/// A thread costs as much as `worth_a_thread` of them.
template <class Run>
void at_once(std::size_t count, std::size_t worth_a_thread, Run run) {
    std::atomic<std::size_t> taken{0};
    const auto next = [&]() -> std::optional<std::size_t> {
        const std::size_t number = taken.fetch_add(1, std::memory_order_relaxed);
        return number < count ? std::optional(number) : std::nullopt;
    };
    std::vector<std::jthread> others;
    for (std::size_t threads = std::min<std::size_t>(cores(), count / worth_a_thread); threads > 1; --threads)
        others.emplace_back([&] { run(next); });
    run(next);
}

}  // namespace pgfence
