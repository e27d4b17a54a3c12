#pragma once
// Which server a trace runs on.

#include <functional>
#include <string>

#include "core/result.h"
#include "trace/server.h"

namespace pgfence::trace {

struct StartOptions {
    int major = 0;                  ///< 0: whichever is there
    int usual_major = 0;            ///< of an image that has to be chosen
    std::string pg_bin = {};        ///< folder of the programs to use
    bool docker = false;            ///< in a container, even where there are programs
    std::string docker_image = {};  ///< of that container
    std::string db_url = {};        ///< a database to copy
    bool copy_filled_db = false;
    std::function<void(const std::string&)> say = [](const std::string&) {};  ///< hears of what takes long
};

/// What was asked for; else programs of this machine, and where there are none, the official image in Docker.
Result<Server> start(const StartOptions& wanted);

}  // namespace pgfence::trace
