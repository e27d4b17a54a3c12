#pragma once
// A process that can do nothing but compute and talk over one socket: no files, no network, no programs, no
// environment; bounded in time, memory and output.

#include <functional>
#include <optional>
#include <string>

#include "orm/channel.h"
#include "orm/orm.h"

namespace pgfence::orm {

/// Called for each message; what it gives back is sent as the answer. False through `go_on` ends the process.
using Listen = std::function<std::optional<Message>(Message&& message, bool& go_on)>;

struct Ended {
    bool by_itself = false;
    std::string why;  ///< when not: "it used up its time"
    double cpu_seconds = 0;
};

/// Runs `work` in a process of its own until it returns, and listens to it meanwhile.
Ended run_in_sandbox(const Limits& limits, const std::function<void(const Channel&)>& work, const Listen& listen);

}  // namespace pgfence::orm
