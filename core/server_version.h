#pragma once
// Which majors of PostgreSQL are answered for.

#include <string_view>

namespace pgfence {

/// What these do has been seen on servers of each of them (tests/observed/).
inline constexpr int kOldestServer = 11, kNewestProvenServer = 18;
/// Answered for as the newest proven one, and by its documentation
/// (https://www.postgresql.org/docs/19/release-19.html).
inline constexpr int kNewestServer = 19;
/// For messages: the two ends above.
inline constexpr std::string_view kServersInWords = "11 to 19";

inline constexpr bool is_answered_for(long major) { return major >= kOldestServer && major <= kNewestServer; }

}  // namespace pgfence
