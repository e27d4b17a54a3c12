// Servers that are not ours from the start: in containers, and databases that somebody named.

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/trace/runs.h"
#include "trace/docker_server.h"
#include "trace/scratch_database.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

using enum TraceVerdict;
constexpr const char* kImage = "pgfence-test-postgres:17";

const std::vector<Planned> kStatements{
    {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN a int", {on("public.orders", LockMode::AccessExclusive)}},
    {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN b int", {on("public.orders", LockMode::AccessExclusive)}}};

trace::DockerEngine docker() {
    auto engine = trace::DockerEngine::connect();
    if (!engine) SKIP("NOT TESTED: " << engine.error().message);
    if (!engine->has_image(kImage).value_or(false))
        SKIP("NOT TESTED: no image " << kImage << ": make it with tools/postgres-image 17");
    return std::move(*engine);
}

/// The program, in the middle of a statement that takes long.
pid_t start_program(const Scratch& scratch, const std::vector<std::string>& where) {
    const std::string file = scratch.path() / "slow.sql", log = scratch.path() / "output";
    std::ofstream(file) << "SELECT pg_sleep(600);\n";
    std::vector<std::string> words{PGFENCE_BINARY, "trace", file};
    words.insert(words.end(), where.begin(), where.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
        if (!std::freopen(log.c_str(), "w", stdout) || !std::freopen(log.c_str(), "a", stderr)) _exit(126);
        execv(PGFENCE_BINARY, arguments.data());
        _exit(127);
    }
    return pid;
}

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

template <class Done>
bool wait_until(Done done) {
    for (int i = 0; i < 1500 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return done();
}

void end(pid_t pid, int signal) {
    kill(pid, signal);
    waitpid(pid, nullptr, 0);
}

/// A server with an empty database `scratch`, as somebody else's.
struct Elsewhere {
    trace::Server server;
    std::string url;

    static Elsewhere start() {
        auto server = trace::start_local(installation(kServers[0]));
        if (!server) FAIL(server.error().message);
        std::string url;
        for (const auto& [name, value] : server->target().parameters)
            if (name != "dbname") url += name + "=" + value + " ";
        server->connect()->ask("CREATE DATABASE scratch");
        return {std::move(*server), url + "dbname=scratch"};
    }
    std::size_t copies() const {
        return server.connect()->ask("SELECT 1 FROM pg_database WHERE datname LIKE 'pgfence%'").rows.size();
    }
};

}  // namespace

TEST_CASE("trace elsewhere: a server in a container, gone afterwards") {
    auto engine = docker();
    {
        auto server = trace::start_in_docker(docker(), kImage, [](const std::string&) {});
        REQUIRE(server);
        CHECK(server->major() == 17);
        CHECK(engine.ours()->size() == 1);
        const auto report = traced(std::move(server), kStatements);
        CHECK(verdicts(report) == std::vector{confirmed, confirmed});
        CHECK(report.where == "Docker, " + std::string(kImage));
    }
    CHECK(engine.ours()->empty());
    const auto none = trace::start_in_docker(docker(), "pgfence-test-postgres:none", [](const std::string&) {});
    REQUIRE_FALSE(none);
    CHECK(none.error().message.find("could not be pulled") != std::string::npos);
}

TEST_CASE("trace elsewhere: nobody gets in without the password, which the engine never hears") {
    auto server = trace::start_in_docker(docker(), kImage, [](const std::string&) {});
    REQUIRE(server);
    trace::Target stranger;
    for (const auto& [name, value] : server->target().parameters)
        if (name != "password") stranger.parameters.emplace_back(name, value);
    stranger.parameters.emplace_back("password", "guess");
    CHECK_FALSE(trace::Session::connect(stranger));
}

TEST_CASE("trace elsewhere: the password of a container is in no process's arguments or environment") {
    auto server = trace::start_in_docker(docker(), kImage, [](const std::string&) {});
    REQUIRE(server);
    std::string password;
    for (const auto& [name, value] : server->target().parameters)
        if (name == "password") password = value;
    REQUIRE(password.size() >= 20);
    for (const auto& process : fs::directory_iterator("/proc"))
        for (const char* file : {"cmdline", "environ"})
            CHECK(content_of(process.path() / file).find(password) == std::string::npos);
}

TEST_CASE("trace elsewhere: the containers of killed runs are collected, those of others are left alone") {
    auto engine = docker();
    const Scratch scratch;
    const pid_t killed = start_program(scratch, {"--docker-image", kImage});
    REQUIRE(wait_until([&] { return engine.ours()->size() == 1; }));
    end(killed, SIGKILL);
    CHECK(engine.ours()->size() == 1);
    auto server = trace::start_in_docker(docker(), kImage, [](const std::string&) {});
    REQUIRE(server);
    CHECK(engine.ours()->size() == 1);
    const pid_t other = start_program(scratch, {"--docker-image", kImage});
    CHECK(wait_until([&] { return engine.ours()->size() == 2; }));
    CHECK(server->connect());
    end(other, SIGTERM);
    CHECK(engine.ours()->size() == 1);
}

TEST_CASE("trace elsewhere: a copy of the database that was named; itself it stays as it was") {
    const Scratch scratch;
    const Elsewhere elsewhere = Elsewhere::start();
    {
        const auto report = traced(trace::scratch_database(elsewhere.url, trace::Contents::refused), kStatements);
        CHECK(verdicts(report) == std::vector{confirmed, confirmed});
        CHECK(report.where == "a copy of the database scratch");
    }
    CHECK(elsewhere.copies() == 0);
    auto named = trace::Session::connect({{{"dbname", elsewhere.url}}});
    CHECK(named->ask("SELECT 1 FROM pg_class WHERE relname = 'orders'").rows.empty());
}

namespace {

/// Stands between as a pooler does: what it tells the client of the server's process is its own.
class Pooler {
public:
    explicit Pooler(std::string server_socket) : server_socket_(std::move(server_socket)) {
        std::string name = "/tmp/pgfence-test-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        folder_ = name;
        listening_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_un address = address_of(folder_ / ".s.PGSQL.6432");
        REQUIRE(bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(listen(listening_, 5) == 0);
        thread_ = std::thread([this] { serve(); });
    }
    ~Pooler() {
        shutdown(listening_, SHUT_RDWR);
        thread_.join();
        close(listening_);
        fs::remove_all(folder_);
    }
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;
    const fs::path& folder() const { return folder_; }

private:
    static sockaddr_un address_of(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        return address;
    }
    void serve() {
        for (int client = 0; (client = accept(listening_, nullptr, nullptr)) >= 0; close(client)) pass_on(client);
    }
    void pass_on(int client) {
        const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_un address = address_of(server_socket_);
        bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        pollfd ends[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        while (open && poll(ends, 2, 10'000) > 0)
            for (const pollfd& end : ends)
                if (end.revents != 0) open = open && pass(end.fd, end.fd == client ? server : client);
        close(server);
    }
    static bool pass(int from, int to) {
        char bytes[8192];
        const ssize_t n = read(from, bytes, sizeof bytes);
        if (n <= 0) return false;
        // BackendKeyData: 'K', its length 12, the process, the secret.
        const std::string_view mark("K\0\0\0\x0c", 5);
        const auto at = std::string_view(bytes, static_cast<std::size_t>(n)).find(mark);
        if (at != std::string_view::npos) bytes[at + mark.size() + 3] ^= 1;
        return send(to, bytes, static_cast<std::size_t>(n), MSG_NOSIGNAL) == n;
    }

    std::string server_socket_;
    fs::path folder_;
    int listening_ = -1;
    std::thread thread_;
};

}  // namespace

TEST_CASE("trace elsewhere: a connection pooler is refused, and why") {
    const Scratch scratch;
    const auto elsewhere = Elsewhere::start();
    const std::string own_folder = elsewhere.url.substr(5, elsewhere.url.find(' ') - 5);
    const Pooler pooler(own_folder + "/.s.PGSQL.5432");
    const auto refused = trace::scratch_database(
        "host=" + pooler.folder().string() + " port=6432 user=postgres sslmode=disable dbname=scratch",
        trace::Contents::refused);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Error::Kind::usage);
    CHECK(refused.error().message.find("connection pooler") != std::string::npos);
    CHECK(elsewhere.copies() == 0);
}

TEST_CASE("trace elsewhere: a database that holds something is refused unless told") {
    const Scratch scratch;
    const Elsewhere elsewhere = Elsewhere::start();
    trace::Session::connect({{{"dbname", elsewhere.url}}})->ask("CREATE EXTENSION pg_trgm");
    CHECK(trace::scratch_database(elsewhere.url, trace::Contents::refused));
    const char* something = "CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1";
    trace::Session::connect({{{"dbname", elsewhere.url}}})->ask(something);
    const auto refused = trace::scratch_database(elsewhere.url, trace::Contents::refused);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Error::Kind::usage);
    const auto copy = trace::scratch_database(elsewhere.url, trace::Contents::copied);
    REQUIRE(copy);
    CHECK(copy->connect()->ask("SELECT one()").error.empty());
}

TEST_CASE("trace elsewhere: no copy outlives its run, or the next one") {
    const Scratch scratch;
    const Elsewhere elsewhere = Elsewhere::start();
    const std::vector<std::string> where{"--db-url", elsewhere.url};
    const auto running = [&] {
        return !elsewhere.server.connect()
                    ->ask("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                    .rows.empty();
    };
    pid_t pid = start_program(scratch, where);
    REQUIRE(wait_until(running));
    end(pid, SIGTERM);
    CHECK(elsewhere.copies() == 0);
    pid = start_program(scratch, where);
    REQUIRE(wait_until(running));
    end(pid, SIGKILL);
    CHECK(elsewhere.copies() == 1);
    CHECK(trace::scratch_database(elsewhere.url, trace::Contents::refused));
    CHECK(elsewhere.copies() == 0);
}

TEST_CASE("trace elsewhere: a password in --db-url is not in the process list, the output or a file") {
    const Scratch scratch;
    const Elsewhere elsewhere = Elsewhere::start();
    const std::string password = "s3cret-s3cret-s3cret";
    const pid_t pid = start_program(scratch, {"--db-url", elsewhere.url + " password=" + password});
    REQUIRE(wait_until([&] { return elsewhere.copies() == 1; }));
    const std::string arguments = content_of("/proc/" + std::to_string(pid) + "/cmdline");
    CHECK(arguments.find("--db-url") != std::string::npos);
    CHECK(arguments.find("dbname=scratch password=***") != std::string::npos);
    CHECK(arguments.find(password) == std::string::npos);
    const auto on_disk = [&] {
        for (const auto& entry : fs::recursive_directory_iterator(scratch.path()))
            if (entry.is_regular_file() && content_of(entry.path()).find(password) != std::string::npos) return true;
        return false;
    };
    CHECK_FALSE(on_disk());
    end(pid, SIGTERM);
    CHECK_FALSE(on_disk());
}
