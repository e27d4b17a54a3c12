#pragma once
// What GitHub's API answered, or why it did not.

#include <string>
#include <tl/expected.hpp>

namespace pgfence {

struct ApiError {
    int status = 0;       ///< HTTP status; 0: no answer came
    std::string message;  ///< GitHub's own, one line, token masked
    bool cancelled = false;
    bool limited = false;   ///< by the rate limit: nothing is asked before that ends, and no permission is missing
    bool outdated = false;  ///< nothing was sent: the pull request has another head by now
};

template <class T>
using ApiResult = tl::expected<T, ApiError>;

}  // namespace pgfence
