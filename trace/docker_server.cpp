#include "trace/docker_server.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "trace/process_identity.h"
#include "trace/run_folder.h"
#include "trace/server_settings.h"

namespace pgfence::trace {
namespace {

constexpr const char *kScratch = "/pgfence", *kSocket = "/pgfence-socket";
constexpr long kDay = 24 * 60 * 60;
constexpr int kMostProcesses = 512;  // connections of gates, readers and writers, and the server's own

// The image's own entrypoint is not asked: it takes the password in clear, from a variable that the engine keeps on
// disk. What initdb gets is the verifier that the server would store, from which no password follows.
constexpr const char* kScript = R"(umask 077
printf %s "$PGFENCE_VERIFIER" > /pgfence/verifier
unset PGFENCE_VERIFIER
initdb -D /pgfence/data -U postgres --auth=scram-sha-256 --pwfile=/pgfence/verifier \
       --encoding=UTF8 --no-locale --no-sync > /pgfence/log 2>&1 || { cat /pgfence/log; exit 1; }
exec postgres -D /pgfence/data -k /pgfence-socket "$@")";

Result<std::string> random_password() {
    std::array<unsigned char, 24> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return failure("the system gives no random bytes");
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string password;
    for (const unsigned char byte : bytes) (password += kDigits[byte >> 4]) += kDigits[byte & 15];
    return password;
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

/// A folder that this process and the container both see, in which the server's socket is: it has no network.
struct SharedFolder {
    RunFolder own;
    std::filesystem::path here;      ///< as this process sees it
    std::string on_machine, inside;  ///< as the engine does; the container that this process runs in, or nothing
};

/// The shortest one that may be written to, as a socket's path has room for 107 bytes; on GitHub's runner /github/home.
Result<std::pair<std::string, std::string>> shared_with_machine(DockerEngine& engine, const std::string& id) {
    auto folders = TRY(engine.shared_folders(id));
    std::erase_if(folders, [](const auto& one) {
        std::error_code failed;
        return !std::filesystem::is_directory(one.first, failed) || access(one.first.c_str(), W_OK) != 0;
    });
    const auto shortest = std::min_element(
        folders.begin(), folders.end(), [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); });
    if (shortest != folders.end()) return *shortest;
    return failure(
        "pgfence runs in a container that shares no folder with the machine, and the server's socket needs one: "
        "start it with a volume (-v /tmp/pgfence:/tmp/pgfence)");
}

Result<SharedFolder> share_folder(DockerEngine& engine) {
    const Account self{geteuid(), getegid(), false};
    std::string id = own_container();
    if (!id.empty() && !TRY(engine.has_container(id))) id.clear();
    const std::filesystem::path parent = std::filesystem::temp_directory_path();
    const auto [here, on_machine] =
        id.empty() ? std::pair(parent.string(), parent.string()) : TRY(shared_with_machine(engine, id));
    collect_orphans(here, self);
    RunFolder own = TRY(RunFolder::make(here, self));
    // The folder around it is its owner's alone: only the container gets into this one.
    const std::filesystem::path folder = own.path() / "socket";
    std::error_code failed;
    std::filesystem::create_directory(folder, failed);
    std::filesystem::permissions(folder, std::filesystem::perms::all, failed);
    if (failed) return failure("could not write " + folder.string() + ": " + failed.message());
    const std::string below = folder.lexically_relative(here).string();
    return SharedFolder{std::move(own), folder, on_machine + "/" + below, id};
}

/// Whether the run that made it is over.
Result<bool> is_orphan(DockerEngine& engine, const OwnedContainer& container) {
    if (const auto alive = is_alive(container.owner)) return !*alive;
    // A run in a container that is over is over, too.
    if (!container.inside.empty()) return !TRY(engine.running(container.inside));
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
    SharedFolder folder;
    std::string container = {};
    ~RunningServer() {
        if (!container.empty()) engine.remove(container);
    }
    RunningServer(DockerEngine used, SharedFolder shared) : engine(std::move(used)), folder(std::move(shared)) {}
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
};

Container container_of(const std::string& image, const SharedFolder& folder, const std::string& verifier,
                       long long memory) {
    Container container{.image = image,
                        .user = "postgres",
                        .command = {"sh", "-c", kScript, "pgfence", "-c", "listen_addresses="},
                        .environment = {"PGFENCE_VERIFIER=" + verifier},
                        .owner = own_identity(),
                        .inside = folder.inside,
                        .scratch = kScratch,
                        .shared_from = folder.on_machine,
                        .shared_to = kSocket,
                        .memory = memory,
                        .processes = kMostProcesses};
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
    const std::string password = TRY(random_password());
    const std::string verifier = TRY(scram_verifier(password, "postgres"));
    // Half of the machine: a backfill of a stranger must not take the runner along.
    const long long memory = TRY(engine.memory()) / 2;
    SharedFolder folder = TRY(share_folder(engine));
    const auto life = std::make_shared<RunningServer>(std::move(engine), std::move(folder));
    life->container = TRY(life->engine.create(container_of(image, life->folder, verifier, memory)));
    TRY(life->engine.start(life->container));
    const Target target{{{"host", life->folder.here},
                         {"user", "postgres"},
                         {"dbname", "postgres"},
                         {"password", password},
                         {"sslmode", "disable"}}};
    const auto major = await_connections(target, [&] { return life->engine.running(life->container).value_or(false); });
    if (!major) return failure(major.error().message + ": " + life->engine.last_words(life->container));
    return Server(target, "Docker, " + image, *major, begin, life);
}

}  // namespace pgfence::trace
