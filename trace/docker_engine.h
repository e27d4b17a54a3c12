#pragma once
// A Docker engine, asked over its unix socket; no docker program is needed (docs.docker.com/reference/api/engine).

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace pgfence::trace {

/// What a container is made of.
struct Container {
    std::string image, user;
    std::vector<std::string> command, environment;
    std::string owner;         ///< value of the label by which ours are known
    std::string scratch;       ///< a folder in memory
    std::string network_mode;  ///< "host", "container:ID"; empty: the engine's own
    int published = 0;         ///< a port of it that gets one on 127.0.0.1; 0: none
};

struct OwnedContainer {
    std::string id, owner, network_mode;
    long created = 0;  ///< seconds since 1970
};

class DockerEngine {
public:
    /// That of DOCKER_HOST (unix://...), or else of /var/run/docker.sock.
    static Result<DockerEngine> connect();
    DockerEngine(DockerEngine&&) noexcept;
    DockerEngine& operator=(DockerEngine&&) = delete;
    ~DockerEngine();

    Result<bool> has_image(const std::string& image);
    Result<void> pull(const std::string& image);
    Result<bool> has_network(const std::string& name);
    Result<bool> has_container(const std::string& id);

    Result<std::string> create(const Container& container);
    Result<void> start(const std::string& id);
    Result<bool> running(const std::string& id);
    Result<int> published_port(const std::string& id, int port);
    std::string last_words(const std::string& id);
    Result<void> remove(const std::string& id);
    /// Whoever made them.
    Result<std::vector<OwnedContainer>> ours();

private:
    class Connection;
    explicit DockerEngine(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

/// Whether it may be the name of an image: "postgres:17-alpine", "ghcr.io/acme/pg@sha256:...".
bool is_image_name(std::string_view name);

}  // namespace pgfence::trace
