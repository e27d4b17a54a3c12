#include "bot/proxy.h"

#include <algorithm>
#include <string_view>

namespace pgfence {
namespace {

std::string either(const Environment& environment, std::string_view upper, std::string_view lower) {
    auto value = environment.get(lower);
    return value.empty() ? environment.get(upper) : value;
}

bool covers(std::string_view entry, const Url& target) {
    if (entry == "*") return true;
    if (const auto colon = entry.rfind(':'); colon != std::string_view::npos && entry.find(':') == colon) {
        if (entry.substr(colon + 1) != std::to_string(target.port)) return false;
        entry = entry.substr(0, colon);
    }
    if (entry.starts_with("*.")) entry.remove_prefix(1);
    const std::string_view domain = entry.starts_with('.') ? entry.substr(1) : entry;
    if (domain.empty()) return false;
    if (target.host == domain) return true;
    return target.host.size() > domain.size() && target.host.ends_with(domain) &&
           target.host[target.host.size() - domain.size() - 1] == '.';
}

bool exempt(std::string_view list, const Url& target) {
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto entry = list.substr(0, end);
        while (entry.starts_with(' ')) entry.remove_prefix(1);
        while (entry.ends_with(' ')) entry.remove_suffix(1);
        if (covers(entry, target)) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

}  // namespace

Result<std::optional<Url>> proxy_for(const Environment& environment, const Url& target) {
    const bool tls = target.scheme == "https";
    const std::string_view variable = tls ? "HTTPS_PROXY" : "HTTP_PROXY";
    auto address = either(environment, variable, tls ? "https_proxy" : "http_proxy");
    if (address.empty() || exempt(either(environment, "NO_PROXY", "no_proxy"), target)) return std::optional<Url>();
    if (address.find("://") == std::string::npos) address.insert(0, "http://");
    auto proxy = TRY(parse_url(variable, address));
    if (proxy.scheme == "https")
        return usage_error(
            std::string(variable) +
            " asks for TLS to the proxy itself: give an http:// address, the tunnel inside is encrypted");
    return std::optional<Url>(std::move(proxy));
}

}  // namespace pgfence
