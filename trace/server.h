#pragma once
// A server of our own, for one run: no network, only a unix socket in a folder for its owner alone, nothing it writes
// is made durable, and nothing of it is left when the object goes.

#include <chrono>
#include <optional>
#include <string>

#include "core/result.h"
#include "trace/installation.h"
#include "trace/process.h"
#include "trace/run_folder.h"
#include "trace/session.h"

namespace pgfence::trace {

class Server {
public:
    static Result<Server> start(const Installation& installation);

    Result<Session> connect() const;
    std::chrono::milliseconds started_in() const { return started_in_; }
    std::chrono::milliseconds lifetime() const;

private:
    using Clock = std::chrono::steady_clock;
    Server(RunFolder folder, Child child) : folder_(std::move(folder)), child_(std::move(child)) {}
    Result<void> await_connections();

    RunFolder folder_;  // before the child: the server ends before its folder goes
    Child child_;
    Clock::time_point begin_ = Clock::now();
    std::chrono::milliseconds started_in_{0};
};

}  // namespace pgfence::trace
