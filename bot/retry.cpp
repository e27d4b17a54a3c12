#include "bot/retry.h"

#include <algorithm>

#include "core/number_text.h"

namespace pgfence {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Longer than any limit of GitHub's.
constexpr std::int64_t kLongestLimit = 24 * 60 * 60;

}  // namespace

bool is_rate_limited(const HttpResponse& response) {
    if (response.status == 429) return true;
    if (response.status != 403) return false;
    return !response.header("retry-after").empty() || response.header("x-ratelimit-remaining") == "0" ||
           response.body.find("secondary rate limit") != std::string::npos;
}

bool is_server_error(const HttpResponse& response) { return response.status >= 500; }

std::optional<std::int64_t> used_up_until(const HttpResponse& response) {
    if (response.header("x-ratelimit-remaining") != "0") return std::nullopt;
    const auto reset = number_in<std::int64_t>(response.header("x-ratelimit-reset"));
    if (!reset || *reset < 0 || *reset >= INT64_MAX / 2) return std::nullopt;
    return *reset + 1;  // the two clocks differ
}

std::int64_t end_of_limit(int attempt, const HttpResponse& response, std::int64_t unix_now) {
    if (const auto wait = number_in<std::int64_t>(response.header("retry-after")))
        return unix_now + std::clamp<std::int64_t>(*wait, 0, kLongestLimit);
    if (const auto reset = used_up_until(response)) return *reset;
    return unix_now + (60ll << (attempt - 1));
}

std::optional<milliseconds> wait_until(std::int64_t end, std::int64_t unix_now) {
    const auto wait = std::max<std::int64_t>(end - unix_now, 0);
    if (wait > kLongestWait.count()) return std::nullopt;
    return milliseconds(seconds(wait));
}

std::optional<milliseconds> wait_for_server(int attempt, double chance) {
    if (attempt >= kMostAttempts) return std::nullopt;
    const double base = 1000.0 * static_cast<double>(1 << (attempt - 1));
    return milliseconds(static_cast<std::int64_t>(base * (0.5 + chance)));
}

}  // namespace pgfence
