#pragma once
// The world failed (git, HTTP, a file, the command line). What is odd in the *input* is a value in the report instead.

#include <string>
#include <tl/expected.hpp>

namespace pgfence {

struct Error {
    /// Decides the exit code: 2 when the caller can mend it (arguments, config), 3 when the job could not be done.
    enum class Kind { usage, failure };
    Kind kind = Kind::failure;
    /// One sentence, lower case start, no full stop: what was tried, on which object, what to do.
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> usage_error(std::string message) {
    return tl::unexpected(Error{Error::Kind::usage, std::move(message)});
}
inline tl::unexpected<Error> failure(std::string message) {
    return tl::unexpected(Error{Error::Kind::failure, std::move(message)});
}

}  // namespace pgfence

/// `const auto x = TRY(f());` leaves the function early with f's error. GNU statement expression: g++ and clang.
#define TRY(expression)                                                        \
    __extension__({                                                            \
        auto try_result = (expression);                                        \
        if (!try_result) return tl::unexpected(std::move(try_result).error()); \
        std::move(*try_result);                                                \
    })
