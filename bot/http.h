#pragma once
// One HTTP exchange as values, so that clients can be driven by a fake.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/secret.h"

namespace pgfence {

struct HttpRequest {
    std::string method;
    std::string target;  ///< path and query on the API's host, already percent-encoded
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;   ///< JSON; empty: none
    Secret token = {};  ///< for the header Authorization, which the transport writes; empty: none
};

struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case
    std::string body;

    std::string header(std::string_view name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

/// No answer came.
struct HttpFailure {
    enum class Kind : unsigned char {
        never_sent,  ///< no connection: repeating is safe
        maybe_done,  ///< it broke after the request was under way: it may have taken effect
        hopeless,    ///< repeating changes nothing (certificate refused, no proxy, address unusable)
    };
    Kind kind = Kind::never_sent;
    std::string what;
};

class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    virtual tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) = 0;
};

}  // namespace pgfence
