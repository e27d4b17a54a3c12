#include "trace/docker_engine.h"

#include <httplib.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/text.h"
#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

using Json = nlohmann::json;
constexpr std::string_view kUnix = "unix://", kSocket = "/var/run/docker.sock";
constexpr const char *kOwner = "pgfence.trace", *kInside = "pgfence.inside";  // labels
constexpr std::time_t kAnswerSeconds = 60, kPullSeconds = 600;
constexpr int kOk = 200, kCreated = 201, kNothing = 204, kNotModified = 304, kNotFound = 404, kConflict = 409;
constexpr std::size_t kLongestName = 255, kMostLog = 4000;

/// {"message": "No such image: ..."}
std::string message_in(const std::string& body) {
    const Json json = Json::parse(body, nullptr, false);
    return json.is_object() ? json.value("message", std::string("it does not say why")) : body.substr(0, kMostLog);
}

/// What the engine's answer has at `pointer`; the fallback when it is not there, or another thing.
template <class Value>
Value at(const Json& json, const char* pointer, Value fallback) {
    const Json::json_pointer path(pointer);
    if (!json.contains(path)) return fallback;
    try {
        return json.at(path).get<Value>();
    } catch (const Json::exception&) {
        return fallback;
    }
}

}  // namespace

class DockerEngine::Connection {
public:
    explicit Connection(std::string socket) : socket_(std::move(socket)), client_(socket_, 80) {
        client_.set_address_family(AF_UNIX);
        client_.set_default_headers({{"Host", "localhost"}});
        client_.set_read_timeout(kAnswerSeconds);
        client_.set_keep_alive(true);
    }

    struct Reply {
        int status = 0;
        std::string body;
        Json json() const { return Json::parse(body, nullptr, false); }
    };

    Result<void> choose_version() {
        const Reply reply = TRY(send(client_.Get("/_ping")));
        if (reply.status != kOk) return failure("the Docker engine refuses: " + message_in(reply.body));
        prefix_ = "/v" + (version_.empty() ? "1.41" : version_);
        return {};
    }

    Result<Reply> get(const std::string& path) { return send(client_.Get(prefix_ + path)); }
    Result<Reply> remove(const std::string& path) { return send(client_.Delete(prefix_ + path)); }
    Result<Reply> post(const std::string& path, const std::string& body = {}) {
        return send(client_.Post(prefix_ + path, body, "application/json"));
    }

    /// The engine tells how it goes, a JSON object a line, until it is done; failures are among them.
    Result<void> follow(const std::string& path) {
        std::string unfinished, error;
        httplib::Request request;
        request.method = "POST";
        request.path = prefix_ + path;
        request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
            unfinished.append(data, size);
            for (auto end = unfinished.find('\n'); end != std::string::npos; end = unfinished.find('\n')) {
                const Json line = Json::parse(unfinished.substr(0, end), nullptr, false);
                for (const char* pointer : {"/error", "/message"})
                    if (error.empty()) error = at(line, pointer, std::string());
                unfinished.erase(0, end + 1);
            }
            return interrupted() == 0;
        };
        client_.set_read_timeout(kPullSeconds);
        const auto result = client_.send(request);
        client_.set_read_timeout(kAnswerSeconds);
        if (interrupted() != 0) return failure("interrupted");
        if (!error.empty()) return failure(error);
        const Reply reply = TRY(send(result));
        if (reply.status != kOk) return failure(message_in(unfinished));
        return {};
    }

private:
    Result<Reply> send(const httplib::Result& result) {
        if (!result)
            return failure("no Docker engine answers at " + socket_ + " (" + httplib::to_string(result.error()) +
                           "): is it running, and may this user use its socket?");
        if (result->has_header("Api-Version")) version_ = result->get_header_value("Api-Version");
        return Reply{result->status, result->body};
    }

    std::string socket_, version_, prefix_;
    httplib::Client client_;
};

namespace {

Result<std::string> socket_of_engine() {
    const char* chosen = std::getenv("DOCKER_HOST");
    const std::string_view host = chosen ? chosen : "";
    if (host.empty()) return std::string(kSocket);
    if (!host.starts_with(kUnix))
        return failure("DOCKER_HOST names an engine elsewhere: pgfence uses one on this machine, unix:///path");
    return std::string(host.substr(kUnix.size()));
}

/// No network: what a migration of a stranger runs there (COPY ... FROM PROGRAM) reaches nobody.
Json as_json(const Container& container) {
    Json host{{"NetworkMode", "none"},
              {"Tmpfs", {{container.scratch, "rw,mode=1777"}, {"/tmp", "rw,mode=1777"}}},
              // z: a label of SELinux, where there is SELinux, by which both sides may use the folder.
              {"Binds", {container.shared_from + ":" + container.shared_to + ":z"}},
              {"ReadonlyRootfs", true},
              {"CapDrop", {"ALL"}},
              {"SecurityOpt", {"no-new-privileges"}}};
    // MemorySwap is memory and swap together: no swap.
    if (container.memory != 0) host["Memory"] = host["MemorySwap"] = container.memory;
    if (container.processes != 0) host["PidsLimit"] = container.processes;
    return {{"Image", container.image},
            {"User", container.user},
            {"Entrypoint", container.command},
            {"Cmd", Json::array()},
            {"Env", container.environment},
            {"Labels", {{kOwner, container.owner}, {kInside, container.inside}}},
            {"Tty", true},
            {"HostConfig", std::move(host)}};
}

}  // namespace

DockerEngine::DockerEngine(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
DockerEngine::DockerEngine(DockerEngine&&) noexcept = default;
DockerEngine::~DockerEngine() = default;

Result<DockerEngine> DockerEngine::connect() {
    DockerEngine engine(std::make_unique<Connection>(TRY(socket_of_engine())));
    TRY(engine.connection_->choose_version());
    return engine;
}

Result<bool> DockerEngine::has_image(const std::string& image) {
    return TRY(connection_->get("/images/" + image + "/json")).status == kOk;
}

Result<void> DockerEngine::pull(const std::string& image) {
    const auto last = image.substr(image.rfind('/') + 1);
    const bool exact = last.find(':') != std::string::npos || last.find('@') != std::string::npos;
    // Without a tag the engine would fetch all that there are.
    auto pulled = connection_->follow("/images/create?fromImage=" +
                                      httplib::detail::encode_query_param(exact ? image : image + ":latest"));
    if (!pulled) return failure("the image " + image + " could not be pulled: " + pulled.error().message);
    return {};
}

Result<bool> DockerEngine::has_container(const std::string& id) {
    return TRY(connection_->get("/containers/" + id + "/json")).status == kOk;
}

Result<std::vector<std::pair<std::string, std::string>>> DockerEngine::shared_folders(const std::string& id) {
    const Json json = TRY(connection_->get("/containers/" + id + "/json")).json();
    std::vector<std::pair<std::string, std::string>> folders;
    for (const Json& mount : at(json, "/Mounts", Json::array()))
        if (at(mount, "/RW", false))
            folders.emplace_back(at(mount, "/Destination", std::string()), at(mount, "/Source", std::string()));
    return folders;
}

Result<long long> DockerEngine::memory() { return at(TRY(connection_->get("/info")).json(), "/MemTotal", 0LL); }

Result<std::string> DockerEngine::create(const Container& container) {
    const auto reply = TRY(connection_->post("/containers/create", as_json(container).dump()));
    if (reply.status != kCreated) return failure("no container of " + container.image + ": " + message_in(reply.body));
    return at(reply.json(), "/Id", std::string());
}

Result<void> DockerEngine::start(const std::string& id) {
    const auto reply = TRY(connection_->post("/containers/" + id + "/start"));
    if (reply.status != kNothing && reply.status != kNotModified)
        return failure("the container does not start: " + message_in(reply.body));
    return {};
}

Result<bool> DockerEngine::running(const std::string& id) {
    return at(TRY(connection_->get("/containers/" + id + "/json")).json(), "/State/Running", false);
}

std::string DockerEngine::last_words(const std::string& id) {
    const auto reply = connection_->get("/containers/" + id + "/logs?stdout=1&stderr=1&tail=20");
    if (!reply || reply->status != kOk) return {};
    std::string text = reply->body.substr(0, kMostLog);
    std::erase(text, '\r');
    return text;
}

Result<void> DockerEngine::remove(const std::string& id) {
    const auto reply = TRY(connection_->remove("/containers/" + id + "?force=1&v=1"));
    // 409: it is being removed.
    if (reply.status != kNothing && reply.status != kNotFound && reply.status != kConflict)
        return failure("the container " + id + " could not be removed: " + message_in(reply.body));
    return {};
}

Result<std::vector<OwnedContainer>> DockerEngine::ours() {
    const std::string filters = Json{{"label", {kOwner}}}.dump();
    const Json all =
        TRY(connection_->get("/containers/json?all=1&filters=" + httplib::detail::encode_query_param(filters))).json();
    std::vector<OwnedContainer> found;
    for (const Json& one : all)
        found.push_back({.id = at(one, "/Id", std::string()),
                         .owner = at(one, "/Labels/pgfence.trace", std::string()),
                         .inside = at(one, "/Labels/pgfence.inside", std::string()),
                         .created = at(one, "/Created", 0L)});
    return found;
}

bool is_image_name(std::string_view name) {
    const bool spelt = std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter_or_digit(c) || std::string_view("._-/:@").find(c) != std::string_view::npos;
    });
    return spelt && !name.empty() && name.size() <= kLongestName && is_letter_or_digit(name.front()) &&
           is_letter_or_digit(name.back()) && name.find("..") == std::string_view::npos &&
           name.find("//") == std::string_view::npos;
}

}  // namespace pgfence::trace
