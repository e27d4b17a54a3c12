#include "bot/retry.h"

#include "core/number_text.h"

namespace pgfence {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<milliseconds> bounded(std::int64_t wait) {
    if (wait < 0) wait = 0;
    if (wait > kLongestWait.count()) return std::nullopt;
    return milliseconds(seconds(wait));
}

}  // namespace

bool is_rate_limited(const HttpResponse& response) {
    if (response.status == 429) return true;
    if (response.status != 403) return false;
    return !response.header("retry-after").empty() || response.header("x-ratelimit-remaining") == "0" ||
           response.body.find("secondary rate limit") != std::string::npos;
}

bool is_server_error(const HttpResponse& response) { return response.status >= 500; }

std::optional<milliseconds> wait_for_limit(int attempt, const HttpResponse& response, std::int64_t unix_now) {
    if (attempt >= kMostAttempts) return std::nullopt;
    if (const auto wait = number_in<std::int64_t>(response.header("retry-after"))) return bounded(*wait);
    if (response.header("x-ratelimit-remaining") == "0")
        // A second more: the two clocks differ.
        if (const auto reset = number_in<std::int64_t>(response.header("x-ratelimit-reset"));
            reset && *reset < INT64_MAX / 2)
            return bounded(*reset - unix_now + 1);
    return bounded(60ll << (attempt - 1));
}

std::optional<milliseconds> wait_for_server(int attempt, double chance) {
    if (attempt >= kMostAttempts) return std::nullopt;
    const double base = 1000.0 * static_cast<double>(1 << (attempt - 1));
    return milliseconds(static_cast<std::int64_t>(base * (0.5 + chance)));
}

}  // namespace pgfence
