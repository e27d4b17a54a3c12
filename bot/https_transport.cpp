#include "bot/https_transport.h"

#include <httplib.h>
#include <openssl/ssl.h>

#include <chrono>
#include <csignal>

#include "bot/proxy.h"
#include "core/text.h"

namespace pgfence {
namespace {

// GitHub itself gives up after 10 seconds.
constexpr std::time_t kConnectSeconds = 10;
constexpr std::time_t kReadSeconds = 20;
constexpr std::chrono::seconds kWholeAnswer{60};
// A page of 100 comments of 65,536 characters each, escaped, stays below this.
constexpr std::size_t kLargestAnswer = 64u << 20;

HttpFailure failure_of(httplib::Error error, const std::string& origin) {
    switch (error) {
        case httplib::Error::SSLServerVerification:
            return {HttpFailure::Kind::hopeless,
                    "the certificate of " + origin +
                        " was not accepted: if the server has its own authority, give its file in SSL_CERT_FILE"};
        case httplib::Error::SSLLoadingCerts:
            return {HttpFailure::Kind::hopeless, "the certificates of SSL_CERT_FILE or SSL_CERT_DIR could not be read"};
        case httplib::Error::Connection:
        case httplib::Error::ConnectionTimeout:
        case httplib::Error::SSLConnection:
        case httplib::Error::BindIPAddress:
            return {HttpFailure::Kind::never_sent,
                    "no connection to " + origin + " (" + httplib::to_string(error) + ")"};
        default:
            return {HttpFailure::Kind::maybe_done,
                    origin + " broke off without an answer (" + httplib::to_string(error) + ")"};
    }
}

class HttplibTransport : public HttpTransport {
public:
    HttplibTransport(const Url& api, const std::optional<Url>& proxy, const Environment& environment)
        : origin_(api.origin()), tunnelled_(proxy && api.scheme == "https"), client_(origin_) {
        // OpenSSL writes to the socket without MSG_NOSIGNAL: a server that hangs up would end the process.
        std::signal(SIGPIPE, SIG_IGN);
        client_.set_connection_timeout(kConnectSeconds);
        client_.set_read_timeout(kReadSeconds);
        client_.set_write_timeout(kReadSeconds);
        client_.set_keep_alive(true);
        client_.set_url_encode(false);
        client_.set_follow_location(false);
        client_.enable_server_certificate_verification(true);
        if (auto* context = api.scheme == "https" ? client_.ssl_context() : nullptr)
            SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
        const auto file = environment.get("SSL_CERT_FILE"), folder = environment.get("SSL_CERT_DIR");
        if (!file.empty() || !folder.empty()) client_.set_ca_cert_path(file, folder);
        if (proxy) {
            client_.set_proxy(proxy->host, proxy->port);
            if (!proxy->user.empty()) client_.set_proxy_basic_auth(proxy->user, proxy->password);
        }
    }

    tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) override {
        if (!is_request_target(request.target))
            return tl::unexpected(
                HttpFailure{HttpFailure::Kind::hopeless, "refused to request a malformed address on " + origin_});
        HttpResponse response;
        const auto deadline = std::chrono::steady_clock::now() + kWholeAnswer;
        auto sent = as_httplib(request);
        sent.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
            if (response.body.size() + size > kLargestAnswer || std::chrono::steady_clock::now() > deadline)
                return false;
            response.body.append(data, size);
            return true;
        };
        const auto answer = client_.send(sent);
        if (!answer) return tl::unexpected(failure_of(answer.error(), origin_));
        response.status = answer->status;
        for (const auto& [name, value] : answer->headers) response.headers.emplace(lower_case(name), value);
        return response;
    }

private:
    httplib::Request as_httplib(const HttpRequest& request) const {
        httplib::Request sent;
        sent.method = request.method;
        sent.path = request.target;
        for (const auto& [name, value] : request.headers) sent.headers.emplace(name, value);
        if (!request.token.empty()) sent.headers.emplace("Authorization", "Bearer " + request.token.reveal());
        sent.body = request.body;
        // cpp-httplib would repeat the proxy's password to the server behind the tunnel.
        if (tunnelled_) sent.headers.emplace("Proxy-Authorization", "");
        return sent;
    }

    std::string origin_;
    bool tunnelled_;
    httplib::Client client_;
};

}  // namespace

Result<std::unique_ptr<HttpTransport>> connect_to_api(const Environment& environment) {
    const auto given = environment.get("GITHUB_API_URL");
    const auto api = TRY(parse_url("GITHUB_API_URL", given.empty() ? "https://api.github.com" : given));
    if (api.scheme != "https" && !is_loopback(api.host))
        return usage_error("GITHUB_API_URL is not https: the token would travel readable");
    const auto proxy = TRY(proxy_for(environment, api));
    return std::unique_ptr<HttpTransport>(std::make_unique<HttplibTransport>(api, proxy, environment));
}

}  // namespace pgfence
