#include "trace/docker_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>

#include "trace/process_identity.h"
#include "trace/server_settings.h"

namespace pgfence::trace {
namespace {

constexpr int kPort = 5432;
constexpr const char *kScratch = "/pgfence", *kLoopback = "127.0.0.1";
constexpr std::string_view kOfContainer = "container:";  ///< a network mode
constexpr long kDay = 24 * 60 * 60;

// The image's own entrypoint is not asked: it takes the password in clear, from a variable that the engine keeps on
// disk. What initdb gets is the verifier that the server would store, from which no password follows.
constexpr const char* kScript = R"(umask 077
printf %s "$PGFENCE_VERIFIER" > /pgfence/verifier
unset PGFENCE_VERIFIER
initdb -D /pgfence/data -U postgres --auth-local=trust --auth-host=scram-sha-256 --pwfile=/pgfence/verifier \
       --encoding=UTF8 --no-locale --no-sync > /pgfence/log 2>&1 || { cat /pgfence/log; exit 1; }
echo 'host all all all scram-sha-256' >> /pgfence/data/pg_hba.conf
exec postgres -D /pgfence/data -k /pgfence "$@")";

Result<std::string> random_password() {
    std::array<unsigned char, 24> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return failure("the system gives no random bytes");
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string password;
    for (const unsigned char byte : bytes) (password += kDigits[byte >> 4]) += kDigits[byte & 15];
    return password;
}

/// One that nobody listens on now.
Result<int> free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    const bool found = fd >= 0 && bind(fd, any, size) == 0 && getsockname(fd, any, &size) == 0;
    if (fd >= 0) close(fd);
    if (!found) return failure("no port of 127.0.0.1 is free");
    return ntohs(address.sin_port);
}

/// Of the container that this process runs in: the engine mounts files of its folder of that name. Empty: in none.
std::string own_container() {
    constexpr std::string_view kFolder = "/containers/";
    constexpr std::size_t kIdLength = 64;
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        if (line.find("/hostname ") == std::string::npos) continue;
        const auto at = line.find(kFolder);
        if (at != std::string::npos) return line.substr(at + kFolder.size(), kIdLength);
    }
    return {};
}

struct ServerNetwork {
    std::string network_mode;
    int port = kPort, published = 0;
    const char* listen = kLoopback;
};

Result<ServerNetwork> place_in_network(DockerEngine& engine) {
    if (const std::string id = own_container(); !id.empty() && TRY(engine.has_container(id)))
        return ServerNetwork{.network_mode = std::string(kOfContainer) + id, .port = TRY(free_port())};
    // An engine without networks of its own leaves the host's.
    if (!TRY(engine.has_network("bridge"))) return ServerNetwork{.network_mode = "host", .port = TRY(free_port())};
    return ServerNetwork{.network_mode = {}, .published = kPort, .listen = "*"};
}

/// Whether the run that made it is over.
Result<bool> is_orphan(DockerEngine& engine, const OwnedContainer& container) {
    if (const auto alive = is_alive(container.owner)) return !*alive;
    // A run in a container that is over is over, too.
    if (container.network_mode.starts_with(kOfContainer))
        return !TRY(engine.running(container.network_mode.substr(kOfContainer.size())));
    // Of a process that cannot be seen from here nobody knows; no trace takes a day.
    return std::time(nullptr) - container.created >= kDay;
}

/// Removes what runs that were killed have left.
Result<void> collect_orphans(DockerEngine& engine) {
    for (const OwnedContainer& container : TRY(engine.ours())) {
        if (!TRY(is_orphan(engine, container))) continue;
        if (auto removed = engine.remove(container.id); !removed) return removed;
    }
    return {};
}

struct RunningServer {
    DockerEngine engine;
    std::string container = {};
    ~RunningServer() {
        if (!container.empty()) engine.remove(container);
    }
    RunningServer(DockerEngine used) : engine(std::move(used)) {}
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
};

Container container_of(const std::string& image, const ServerNetwork& place, const std::string& verifier) {
    Container container{.image = image,
                        .user = "postgres",
                        .command = {"sh", "-c", kScript, "pgfence", "-p", std::to_string(place.port), "-c",
                                    std::string("listen_addresses=") + place.listen},
                        .environment = {"PGFENCE_VERIFIER=" + verifier},
                        .owner = own_identity(),
                        .scratch = kScratch,
                        .network_mode = place.network_mode,
                        .published = place.published};
    for (std::string& argument : settings_arguments()) container.command.push_back(std::move(argument));
    return container;
}

}  // namespace

std::string official_image(int major) { return "postgres:" + std::to_string(major) + "-alpine"; }

Result<Server> start_in_docker(DockerEngine engine, const std::string& image,
                               const std::function<void(const std::string&)>& say) {
    TRY(collect_orphans(engine));
    if (!TRY(engine.has_image(image))) {
        say("pulling " + image);
        TRY(engine.pull(image));
    }
    const auto begin = Server::Clock::now();
    const ServerNetwork place = TRY(place_in_network(engine));
    const std::string password = TRY(random_password());
    const std::string verifier = TRY(scram_verifier(password, "postgres"));
    const auto life = std::make_shared<RunningServer>(std::move(engine));
    life->container = TRY(life->engine.create(container_of(image, place, verifier)));
    TRY(life->engine.start(life->container));
    const int port =
        place.published != 0 ? TRY(life->engine.published_port(life->container, place.published)) : place.port;
    const Target target{{{"host", kLoopback},
                         {"port", std::to_string(port)},
                         {"user", "postgres"},
                         {"dbname", "postgres"},
                         {"password", password},
                         {"sslmode", "disable"}}};
    const auto major = await_connections(target, [&] { return life->engine.running(life->container).value_or(false); });
    if (!major) return failure(major.error().message + ": " + life->engine.last_words(life->container));
    return Server(target, "Docker, " + image, *major, begin, life);
}

}  // namespace pgfence::trace
