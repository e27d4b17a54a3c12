// What an engine is asked for, where no engine is: one that has the image still to fetch.

#include <httplib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "trace/docker_server.h"

using namespace pgfence;
using Json = nlohmann::json;

namespace {

/// Takes every client for one who may come in, and says that it is PostgreSQL 17.
class Postgres {
public:
    explicit Postgres(const std::string& path) : listening_(socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        listen(listening_, 5);
        thread_ = std::thread([this] { serve(); });
    }
    ~Postgres() {
        shutdown(listening_, SHUT_RDWR);
        thread_.join();
        close(listening_);
    }

private:
    void serve() {
        for (int client = 0; (client = accept(listening_, nullptr, nullptr)) >= 0; close(client)) {
            char begin[1000];
            const std::string_view version("S\0\0\0\x18server_version\00017.4\0", 25);
            const std::string hello =
                std::string("R\0\0\0\x08\0\0\0\0", 9) + std::string(version) + std::string("Z\0\0\0\x05I", 6);
            if (read(client, begin, sizeof begin) > 0 && send(client, hello.data(), hello.size(), MSG_NOSIGNAL) > 0)
                while (read(client, begin, sizeof begin) > 0) {
                }
        }
    }
    int listening_;
    std::thread thread_;
};

class Engine {
public:
    Engine() {
        std::string name = "/tmp/pgfence-test-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        folder_ = name;
        answer();
        const std::string path = folder_ / "engine.sock";
        http_.set_address_family(AF_UNIX);
        REQUIRE(http_.bind_to_port(path, 80));
        thread_ = std::thread([this] { http_.listen_after_bind(); });
        while (!http_.is_running()) std::this_thread::yield();
        setenv("DOCKER_HOST", ("unix://" + path).c_str(), 1);
    }
    ~Engine() {
        unsetenv("DOCKER_HOST");
        http_.stop();
        thread_.join();
        std::filesystem::remove_all(folder_);
    }

    Json created;                                             ///< what the container was to be
    std::vector<std::string> asked, removed;                  ///< path and query of each request; ids
    Json there = Json::array();                               ///< containers with the label
    std::string pulled = "{\"status\":\"Pull complete\"}\n";  ///< what it says while it fetches
    bool runs = true;

private:
    void answer() {
        const auto say = [](int status, const Json& body) {
            return [=](const httplib::Request&, httplib::Response& response) {
                response.status = status;
                response.set_content(body.dump(), "application/json");
            };
        };
        // Before the answer: whoever has it may look at once.
        http_.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response&) {
            const std::lock_guard lock(mutex_);
            asked.push_back(request.method + " " + request.target);
            return httplib::Server::HandlerResponse::Unhandled;
        });
        http_.Get("/_ping", [](const httplib::Request&, httplib::Response& response) {
            response.set_header("Api-Version", "1.47");
            response.set_content("OK", "text/plain");
        });
        http_.Get("/v1.47/images/postgres:17-alpine/json", say(404, {{"message", "No such image"}}));
        http_.Post("/v1.47/images/create", [this](const httplib::Request&, httplib::Response& response) {
            response.set_content(pulled, "application/json");
        });
        http_.Get("/v1.47/info", say(200, {{"MemTotal", 8LL << 30}}));
        http_.Post("/v1.47/containers/create", [this](const httplib::Request& request, httplib::Response& response) {
            created = Json::parse(request.body);
            response.status = 201;
            response.set_content(R"({"Id": "fresh", "Warnings": []})", "application/json");
        });
        http_.Post("/v1.47/containers/fresh/start", [this](const httplib::Request&, httplib::Response& response) {
            const std::string shared = created["HostConfig"]["Binds"][0];
            if (runs) server_.emplace(shared.substr(0, shared.find(':')) + "/.s.PGSQL.5432");
            response.status = 204;
        });
        http_.Get("/v1.47/containers/json", [this](const httplib::Request&, httplib::Response& response) {
            response.set_content(there.dump(), "application/json");
        });
        http_.Get("/v1.47/containers/fresh/json", [this](const httplib::Request&, httplib::Response& response) {
            response.set_content(Json{{"State", {{"Running", runs}}}}.dump(), "application/json");
        });
        http_.Get("/v1.47/containers/over/json", say(200, {{"State", {{"Running", false}}}}));
        http_.Get("/v1.47/containers/fresh/logs", [](const httplib::Request&, httplib::Response& response) {
            response.set_content("initdb: error: no space\r\n", "text/plain");
        });
        http_.Delete(R"(/v1.47/containers/(\w+))",
                     [this](const httplib::Request& request, httplib::Response& response) {
                         removed.push_back(request.matches[1]);
                         response.status = 204;
                     });
    }

    httplib::Server http_;
    std::thread thread_;
    std::mutex mutex_;
    std::filesystem::path folder_;
    std::optional<Postgres> server_;
};

Result<trace::Server> started(std::vector<std::string>& said) {
    auto engine = trace::DockerEngine::connect();
    REQUIRE(engine);
    return trace::start_in_docker(std::move(*engine), "postgres:17-alpine",
                                  [&](const std::string& text) { said.push_back(text); });
}

}  // namespace

TEST_CASE("trace docker: the image is fetched, the container has no network, the password is told to nobody") {
    Engine engine;
    std::vector<std::string> said;
    std::string password, folder;
    {
        const auto server = started(said);
        REQUIRE(server);
        CHECK(server->major() == 17);
        for (const auto& [name, value] : server->target().parameters) {
            if (name == "host") folder = value;
            if (name == "password") password = value;
        }
        CHECK(engine.removed.empty());
        CHECK(std::filesystem::exists(folder));
    }
    CHECK(said == std::vector<std::string>{"pulling postgres:17-alpine"});
    CHECK(engine.removed == std::vector<std::string>{"fresh"});
    CHECK_FALSE(std::filesystem::exists(folder));
    const Json host = engine.created["HostConfig"];
    CHECK(host["NetworkMode"] == "none");
    CHECK(host["Binds"] == Json{folder + ":/pgfence-socket:z"});
    CHECK(host["CapDrop"] == Json{"ALL"});
    CHECK(host["ReadonlyRootfs"] == true);
    CHECK(host["Memory"] == 4LL << 30);
    CHECK(host["MemorySwap"] == host["Memory"]);
    CHECK(host["PidsLimit"] == 512);
    CHECK_FALSE(host.contains("PortBindings"));
    CHECK(engine.created["User"] == "postgres");
    REQUIRE(password.size() >= 20);
    CHECK(engine.created.dump().find(password) == std::string::npos);
    for (const std::string& request : engine.asked) CHECK(request.find(password) == std::string::npos);
}

TEST_CASE("trace docker: what the engine says while it fetches is believed, also in the middle") {
    Engine engine;
    engine.pulled = "{\"status\":\"Pulling\"}\n{\"error\":\"no space left on device\"}\n";
    std::vector<std::string> said;
    const auto none = started(said);
    REQUIRE_FALSE(none);
    CHECK(none.error().message == "the image postgres:17-alpine could not be pulled: no space left on device");
    CHECK(engine.created.is_null());
}

TEST_CASE("trace docker: a container that ends has the last word, and goes") {
    Engine engine;
    engine.runs = false;
    std::vector<std::string> said;
    const auto none = started(said);
    REQUIRE_FALSE(none);
    CHECK(none.error().message == "the server does not start: initdb: error: no space\n");
    CHECK(engine.removed == std::vector<std::string>{"fresh"});
}

TEST_CASE("trace docker: what runs have left goes, as soon as it is known that they are over") {
    Engine engine;
    const auto container = [](const char* id, const char* owner, const char* inside, std::time_t created) {
        return Json{
            {"Id", id}, {"Labels", {{"pgfence.trace", owner}, {"pgfence.inside", inside}}}, {"Created", created}};
    };
    const std::time_t now = std::time(nullptr);
    engine.there = {container("beforeboot", "0:pid[1]:1:1", "", now), container("unknown", "?", "", now),
                    container("old", "?", "", now - 90'000), container("within", "?", "over", now),
                    container("beside", "?", "fresh", now)};
    std::vector<std::string> said;
    CHECK(started(said));
    CHECK(engine.removed == std::vector<std::string>{"beforeboot", "old", "within", "fresh"});
}
