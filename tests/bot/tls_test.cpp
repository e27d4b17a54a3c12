// What is between pgfence and GitHub: certificates, proxies, and servers that say nothing.
#include <arpa/inet.h>
#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "bot/https_transport.h"
#include "bot/workflow_text.h"

using namespace pgfence;

namespace {

struct TlsServer {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("pgfence-tls-" + random_token());
    std::unique_ptr<httplib::SSLServer> server;
    std::thread thread;
    int port = 0;
    int requests = 0;
    httplib::Headers seen;

    /// `name`: what the certificate is for, "IP:127.0.0.1" or "DNS:...".
    explicit TlsServer(const std::string& name) {
        std::filesystem::create_directories(folder);
        const auto make =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=pgfence-test "
            "-addext 'subjectAltName=" +
            name + "' -keyout " + key() + " -out " + certificate() + " 2>/dev/null";
        REQUIRE(std::system(make.c_str()) == 0);
        server = std::make_unique<httplib::SSLServer>(certificate().c_str(), key().c_str());
        server->Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
            ++requests;
            seen = request.headers;
            response.set_content("{}", "application/json");
        });
        port = server->bind_to_any_port("127.0.0.1");
        thread = std::thread([this] { server->listen_after_bind(); });
        while (!server->is_running()) std::this_thread::yield();
    }
    ~TlsServer() {
        server->stop();
        thread.join();
        std::filesystem::remove_all(folder);
    }
    std::string key() const { return (folder / "key.pem").string(); }
    std::string certificate() const { return (folder / "certificate.pem").string(); }
    std::string url() const { return "https://127.0.0.1:" + std::to_string(port); }

    tl::expected<HttpResponse, HttpFailure> ask(const std::string& authority, const std::string& proxy = "") const {
        auto transport =
            connect_to_api({{{"GITHUB_API_URL", url()}, {"SSL_CERT_FILE", authority}, {"HTTPS_PROXY", proxy}}});
        REQUIRE(transport);
        return (*transport)->send({"GET", "/", {}, "", Secret("secret")});
    }
};

sockaddr_in on_this_machine(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Takes one connection, on a port of its own, and leaves it to `serve`.
struct Listener {
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;
    std::thread thread;

    explicit Listener(const std::function<void(int)>& serve) {
        sockaddr_in address = on_this_machine(0);
        socklen_t size = sizeof address;
        REQUIRE(bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(listen(socket, 8) == 0);
        REQUIRE(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port = ntohs(address.sin_port);
        thread = std::thread([this, serve] {
            const int client = accept(socket, nullptr, nullptr);
            if (client < 0) return;
            serve(client);
            close(client);
        });
    }
    ~Listener() {
        shutdown(socket, SHUT_RDWR);
        thread.join();
        close(socket);
    }
};

/// A proxy for one CONNECT: keeps what it was asked, and what it then handed on from the client.
struct Proxy {
    std::string asked, handed_on;
    Listener listener{[this](int client) { tunnel(client); }};

    std::string url(const std::string& who) const {
        return "http://" + who + "127.0.0.1:" + std::to_string(listener.port);
    }

private:
    void tunnel(int client) {
        char buffer[4096];
        while (asked.find("\r\n\r\n") == asked.npos) {
            const auto got = read(client, buffer, sizeof buffer);
            if (got <= 0) return;
            asked.append(buffer, static_cast<std::size_t>(got));
        }
        const int port = std::atoi(asked.c_str() + asked.find(':') + 1);
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = on_this_machine(port);
        const std::string yes = "HTTP/1.1 200 Connection established\r\n\r\n";
        if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            write(client, yes.data(), yes.size()) == static_cast<ssize_t>(yes.size()))
            hand_on(client, server);
        close(server);
    }
    void hand_on(int client, int server) {
        char buffer[4096];
        pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        while (poll(ends, 2, -1) > 0)
            for (const pollfd& from : ends) {
                if (from.revents == 0) continue;
                const auto got = read(from.fd, buffer, sizeof buffer);
                if (got <= 0) return;
                if (from.fd == client) handed_on.append(buffer, static_cast<std::size_t>(got));
                if (write(from.fd == client ? server : client, buffer, static_cast<std::size_t>(got)) != got) return;
            }
    }
};

}  // namespace

TEST_CASE("a proxy is asked for a tunnel, and reads nothing in it; its password stays with it") {
    TlsServer github("IP:127.0.0.1");
    std::string asked, handed_on;
    {
        Proxy proxy;
        const auto answer = github.ask(github.certificate(), proxy.url("mona:open-sesame@"));
        REQUIRE(answer);
        CHECK(answer->status == 200);
        proxy.listener.thread.join();
        proxy.listener.thread = std::thread([] {});
        asked = proxy.asked, handed_on = proxy.handed_on;
    }
    CHECK(asked.starts_with("CONNECT 127.0.0.1:" + std::to_string(github.port) + " HTTP/1.1\r\n"));
    CHECK(asked.find("Proxy-Authorization: Basic bW9uYTpvcGVuLXNlc2FtZQ==\r\n") !=  // of mona:open-sesame
          asked.npos);
    CHECK(asked.find("secret") == asked.npos);
    CHECK(!handed_on.empty());
    CHECK(handed_on.find("secret") == handed_on.npos);
    CHECK(github.requests == 1);
    CHECK(github.seen.find("Authorization")->second == "Bearer secret");
    for (const auto& [name, value] : github.seen) CHECK(value.find("Basic") == value.npos);
}

TEST_CASE("a server that says nothing is given up, and may have done what it was asked") {
    const Listener silent([](int client) {
        char buffer[4096];
        while (read(client, buffer, sizeof buffer) > 0) continue;
    });
    auto transport = connect_to_api({{{"GITHUB_API_URL", "http://127.0.0.1:" + std::to_string(silent.port)}}});
    REQUIRE(transport);
    const auto start = std::chrono::steady_clock::now();
    const auto answer = (*transport)->send({"POST", "/repos/octo/app/check-runs", {}, "{}"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == HttpFailure::Kind::maybe_done);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
    transport->reset();  // hangs up, which ends the listener
}

TEST_CASE("only a certificate that is trusted and names the host gets the token") {
    TlsServer right("IP:127.0.0.1");
    const auto trusted = right.ask(right.certificate());
    REQUIRE(trusted);
    CHECK(trusted->status == 200);

    const auto unknown = right.ask("");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == HttpFailure::Kind::hopeless);
    CHECK(unknown.error().what.find("SSL_CERT_FILE") != std::string::npos);
    CHECK_FALSE(right.ask("/no/such/file"));
    CHECK(right.requests == 1);

    TlsServer wrong_name("DNS:github.example.com");
    const auto other = wrong_name.ask(wrong_name.certificate());
    REQUIRE_FALSE(other);
    CHECK(other.error().kind == HttpFailure::Kind::hopeless);
    CHECK(wrong_name.requests == 0);
}
