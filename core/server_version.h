#pragma once
// Which majors of PostgreSQL are answered for.

#include <string>

namespace pgfence {

/// What these do has been seen on servers of each of them (tests/observed/).
inline constexpr int kOldestServer = 11, kNewestServer = 19;
/// libpg_query's: what it does not parse, a newer server may (analyze/lower/statements_of_19.h).
inline constexpr int kNewestGrammar = 18;

/// For messages: "11 to 19".
inline std::string servers_in_words() { return std::to_string(kOldestServer) + " to " + std::to_string(kNewestServer); }

inline constexpr bool is_answered_for(long major) { return major >= kOldestServer && major <= kNewestServer; }

}  // namespace pgfence
