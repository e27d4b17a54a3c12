#pragma once
// A Docker engine, asked over its unix socket; no docker program is needed (docs.docker.com/reference/api/engine).

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace pgfence::trace {

/// What a container is made of.
struct Container {
    std::string image, user;
    std::vector<std::string> command, environment;
    std::string owner;        ///< value of the label by which ours are known
    std::string inside;       ///< the container that whoever starts it runs in itself; empty: in none
    std::string scratch;      ///< a folder in memory
    std::string shared_from;  ///< a folder of the machine, ...
    std::string shared_to;    ///< ... and where it is in the container
    long long memory = 0;     ///< bytes that it may use, its folder in memory among them; 0: no limit
    int processes = 0;        ///< that it may have at once; 0: no limit
};

struct OwnedContainer {
    std::string id, owner, inside;
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
    Result<bool> has_container(const std::string& id);
    /// Folders that a container shares with the machine and may write to: path in the container, path on the machine.
    Result<std::vector<std::pair<std::string, std::string>>> shared_folders(const std::string& id);
    Result<long long> memory();  ///< bytes of the engine's machine; 0: it does not say

    Result<std::string> create(const Container& container);
    Result<void> start(const std::string& id);
    Result<bool> running(const std::string& id);
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
