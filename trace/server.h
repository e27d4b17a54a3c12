#pragma once
// A server that the statements run on: where it listens, and what ends it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "trace/session.h"

namespace pgfence::trace {

/// Of a database's name: its copy in which readers and writers are let loose.
inline constexpr std::string_view kContentionSuffix = "_contention";

class Server {
public:
    using Clock = std::chrono::steady_clock;
    enum class Owner : std::uint8_t { pgfence, somebody };

    /// Ready since now; `life` ends it, and takes away what it leaves, when it goes.
    Server(Target target, std::string where, int major, Clock::time_point begin, std::shared_ptr<void> life,
           Owner owner = Owner::pgfence)
        : target_(std::move(target)),
          where_(std::move(where)),
          major_(major),
          life_(std::move(life)),
          begin_(begin),
          owner_(owner) {}

    Result<Session> connect() const { return Session::connect(target_); }
    const Target& target() const { return target_; }
    const std::string& where() const { return where_; }
    /// Nobody else uses it, and nothing of it stays.
    bool is_ours() const { return owner_ == Owner::pgfence; }
    /// The same server's database of that name.
    Server with_database(const std::string& name) const {
        Server other = *this;
        // Of two databases libpq takes the later one.
        other.target_.parameters.emplace_back("dbname", name);
        return other;
    }
    /// Its sessions begin with these settings, and RESET goes back to them.
    Server with_settings(const std::map<std::string, std::string>& settings) const;
    int major() const { return major_; }
    std::chrono::milliseconds started_in() const { return in_milliseconds(ready_ - begin_); }
    std::chrono::milliseconds lifetime() const { return in_milliseconds(Clock::now() - begin_); }

private:
    static std::chrono::milliseconds in_milliseconds(Clock::duration duration) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    }

    Target target_;
    std::string where_;
    int major_ = 0;
    std::shared_ptr<void> life_;
    Clock::time_point begin_, ready_ = Clock::now();
    Owner owner_;
};

/// Tries until the server takes a connection, and answers its major version. `alive` says whether it still may.
Result<int> await_connections(const Target& target, const std::function<bool()>& alive);

}  // namespace pgfence::trace
