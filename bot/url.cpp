#include "bot/url.h"

#include <algorithm>

#include "core/number_text.h"
#include "core/text.h"

namespace pgfence {
namespace {

bool is_host_character(char c) { return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == ':'; }

bool read_port(std::string_view text, int& port) {
    const auto number = number_in<int>(text);
    if (number) port = *number;
    return number && port > 0 && port < 65536;
}

// host, host:port, [v6], [v6]:port
bool read_authority(std::string_view authority, Url& url) {
    std::string_view host = authority, port;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return false;
        host = authority.substr(1, close - 1);
        const auto rest = authority.substr(close + 1);
        if (!rest.empty() && rest[0] != ':') return false;
        port = rest.empty() ? rest : rest.substr(1);
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon + 1);
    }
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_character)) return false;
    url.host = std::string(host);
    return port.empty() || read_port(port, url.port);
}

void read_credentials(std::string_view credentials, Url& url) {
    const auto colon = std::min(credentials.find(':'), credentials.size());
    url.user = std::string(credentials.substr(0, colon));
    if (colon < credentials.size()) url.password = std::string(credentials.substr(colon + 1));
}

}  // namespace

std::string Url::origin() const {
    const bool v6 = host.find(':') != std::string::npos;
    return scheme + "://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view what, std::string_view text) {
    // The address itself stays out of the message: a proxy's may hold a password.
    const auto bad = [&] {
        return usage_error(std::string(what) + " is not an address such as https://host:port/path");
    };
    Url url;
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return bad();
    url.scheme = std::string(text.substr(0, colon));
    if (url.scheme != "https" && url.scheme != "http") return bad();
    url.port = url.scheme == "https" ? 443 : 80;
    auto rest = text.substr(colon + 3);
    const auto slash = std::min(rest.find('/'), rest.size());
    auto authority = rest.substr(0, slash);
    auto path = rest.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    if (!path.empty() && !is_request_target(path)) return bad();
    url.path = std::string(path);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        read_credentials(authority.substr(0, at), url);
        authority = authority.substr(at + 1);
    }
    if (!read_authority(authority, url)) return bad();
    return url;
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool unreserved = is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

bool is_request_target(std::string_view target) {
    return target.starts_with('/') &&
           std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace pgfence
