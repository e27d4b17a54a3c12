#pragma once
// What GitHub's API answered, or why it did not.

#include <string>
#include <tl/expected.hpp>

namespace pgfence {

struct ApiError {
    int status = 0;       ///< HTTP status; 0: no answer came
    std::string message;  ///< GitHub's own, one line, token masked
    bool cancelled = false;
};

template <class T>
using ApiResult = tl::expected<T, ApiError>;

}  // namespace pgfence
