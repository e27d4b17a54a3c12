#include "trace/server.h"

#include <thread>

#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

using namespace std::chrono_literals;
constexpr auto kPatience = 60s;
constexpr auto kPause = 1ms;

}  // namespace

Result<int> await_connections(const Target& target, const std::function<bool()>& alive) {
    const auto end = Server::Clock::now() + kPatience;
    while (Server::Clock::now() < end) {
        if (interrupted() != 0) return failure("interrupted");
        if (const auto session = Session::connect(target)) return session->major();
        if (!alive()) break;
        std::this_thread::sleep_for(kPause);
    }
    return failure("the server does not start");
}

}  // namespace pgfence::trace
