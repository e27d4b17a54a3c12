#pragma once
// When to ask GitHub again. Pure.
// Source: GitHub docs, "Rate limits for the REST API" and "Best practices for using the REST API".

#include <chrono>
#include <cstdint>
#include <optional>

#include "bot/http.h"

namespace pgfence {

/// Attempts of one request, the first included.
inline constexpr int kMostAttempts = 4;
/// A wait longer than this is not worth a runner's minutes: the surface is given up instead.
inline constexpr std::chrono::seconds kLongestWait{120};
/// Between two requests that change something.
inline constexpr std::chrono::milliseconds kBetweenMutations{1000};

/// 429, or a 403 that speaks of limits; any other 403 is a missing permission and repeating it is useless.
bool is_rate_limited(const HttpResponse& response);
bool is_server_error(const HttpResponse& response);

/// When a rate-limited answer to attempt `attempt` (from 1) lets ask again, seconds since 1970: `retry-after` from now,
/// else `x-ratelimit-reset`, else a minute that doubles.
std::int64_t end_of_limit(int attempt, const HttpResponse& response, std::int64_t unix_now);

/// When the limit starts anew that this answer, which may be a good one, was the last of.
std::optional<std::int64_t> used_up_until(const HttpResponse& response);

/// Until then, or nothing: longer than is worth it.
std::optional<std::chrono::milliseconds> wait_until(std::int64_t end, std::int64_t unix_now);

/// After a 5xx or a lost answer: 1, 2, 4 seconds, each between half and one and a half of it (`chance` in [0, 1)).
std::optional<std::chrono::milliseconds> wait_for_server(int attempt, double chance);

}  // namespace pgfence
