#pragma once
// A server in a container of its own, without a network: its data in memory, its socket in a folder that it shares with
// this process, its password known to this process alone.

#include <string>

#include "core/result.h"
#include "trace/docker_engine.h"
#include "trace/server.h"

namespace pgfence::trace {

/// Pulls the image when the engine does not have it: `say` hears of what takes long.
Result<Server> start_in_docker(DockerEngine engine, const std::string& image,
                               const std::function<void(const std::string&)>& say);

/// "postgres:17-alpine"
std::string official_image(int major);

}  // namespace pgfence::trace
