#pragma once
// The addresses bot/ is given (GITHUB_API_URL, proxies), and what may go into a request line.

#include <string>
#include <string_view>

#include "core/result.h"

namespace pgfence {

struct Url {
    std::string scheme;  ///< "https" or "http"
    std::string host;    ///< without the brackets of an IPv6 address
    int port = 443;
    std::string user, password;
    std::string path;  ///< without a slash at the end: "", "/api/v3"; query included

    /// "https://host:port"
    std::string origin() const;
};

/// http and https only; `what` names the source of the address in errors ("GITHUB_API_URL").
Result<Url> parse_url(std::string_view what, std::string_view text);

/// 127.0.0.0/8, ::1 and localhost: where plain HTTP leaves no machine.
bool is_loopback(std::string_view host);

std::string percent_encoded(std::string_view text);

/// Visible ASCII only: what a Location or Link header may add to a request line.
bool is_request_target(std::string_view target);

}  // namespace pgfence
