#pragma once
// The world failed (git, HTTP, a file, the command line). What is odd in the *input* is a value in the report instead.

#include <string>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace pgfence {

struct Error {
    /// Decides the exit code: 2 when the caller can fix it (arguments, config), 3 when the job could not be done.
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

/// What TRY answers: what the result holds, of Result<void> nothing.
template <class T, class E>
T try_value(tl::expected<T, E>& result) {
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace pgfence

/// `const auto x = TRY(f());` leaves the function early with f's error, and so does `TRY(f());` of one that answers
/// Result<void>. GNU statement expression: g++ and clang. Not inside braces behind another element: leaving early
/// there, g++ 12 never destroys what the elements before it made.
#define TRY(expression)                                                        \
    __extension__({                                                            \
        auto try_result = (expression);                                        \
        if (!try_result) return tl::unexpected(std::move(try_result).error()); \
        ::pgfence::try_value(try_result);                                      \
    })
