#include "bot/clock.h"

#include <ctime>
#include <random>

namespace pgfence {

Clock system_clock() {
    using namespace std::chrono;
    return {
        [] { return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()); },
        [] {
            return static_cast<std::int64_t>(
                duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
        },
        // Not std::this_thread::sleep_for: it sleeps on after a signal, and a cancelled job has 7.5 seconds.
        [](milliseconds wait) {
            timespec rest{};
            rest.tv_sec = static_cast<std::time_t>(wait.count() / 1000);
            rest.tv_nsec = static_cast<long>(wait.count() % 1000) * 1'000'000;
            nanosleep(&rest, nullptr);
        },
        [generator = std::mt19937(std::random_device{}())]() mutable {
            return std::uniform_real_distribution<double>(0, 1)(generator);
        },
    };
}

}  // namespace pgfence
