// Certificates are checked: a server with its own authority is refused until that authority is given in SSL_CERT_FILE.
#include <httplib.h>

#include <catch2/catch_test_macros.hpp>
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

    /// `name`: what the certificate is for, "IP:127.0.0.1" or "DNS:...".
    explicit TlsServer(const std::string& name) {
        std::filesystem::create_directories(folder);
        const auto make =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=pgfence-test "
            "-addext 'subjectAltName=" +
            name + "' -keyout " + key() + " -out " + certificate() + " 2>/dev/null";
        REQUIRE(std::system(make.c_str()) == 0);
        server = std::make_unique<httplib::SSLServer>(certificate().c_str(), key().c_str());
        server->Get(".*", [this](const httplib::Request&, httplib::Response& response) {
            ++requests;
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

    tl::expected<HttpResponse, HttpFailure> ask(const std::string& authority) const {
        auto transport = connect_to_api({{{"GITHUB_API_URL", url()}, {"SSL_CERT_FILE", authority}, {"NO_PROXY", "*"}}});
        REQUIRE(transport);
        return (*transport)->send({"GET", "/", {{"Authorization", "Bearer secret"}}, ""});
    }
};

}  // namespace

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
