#pragma once
// HTTP over cpp-httplib and OpenSSL: certificate and host name are always checked.

#include <memory>
#include <optional>

#include "bot/environment.h"
#include "bot/http.h"
#include "bot/url.h"
#include "core/result.h"

namespace pgfence {

/// Keeps one connection to the host of GITHUB_API_URL (https://api.github.com when unset), through a proxy where the
/// environment names one. Trusts SSL_CERT_FILE / SSL_CERT_DIR when set (GitHub Enterprise Server behind its own
/// authority), else the system's certificates. Plain HTTP is refused except to the machine itself: the token would
/// travel readable. An answer is at most 64 MiB and 60 seconds long.
Result<std::unique_ptr<HttpTransport>> connect_to_api(const Environment& environment);

}  // namespace pgfence
