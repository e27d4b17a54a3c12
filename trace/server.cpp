#include "trace/server.h"

#include <thread>

#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

using namespace std::chrono_literals;
constexpr auto kPatience = 60s;
constexpr auto kPause = 1ms;

}  // namespace

Server Server::with_settings(const std::map<std::string, std::string>& settings) const {
    // pg_split_opts: blanks part the options, and a backslash keeps what follows it.
    std::string options;
    for (const auto& [name, value] : settings) {
        options += "-c " + name + "=";
        for (const char c : value) {
            if (c == ' ' || c == '\\' || c == '\t' || c == '\n') options += '\\';
            options += c;
        }
        options += ' ';
    }
    Server other = *this;
    if (!options.empty()) other.target_.parameters.emplace_back("options", options);
    return other;
}

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
