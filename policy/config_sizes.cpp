// [sizes] and [throughput] of the config: which tables are large, and how fast the server works through them.

#include "policy/config_reading.h"

namespace pgfence::policy {
namespace {

/// Megabytes become bytes: as many as still fit.
constexpr std::int64_t kMostOfAnything = INT64_MAX / (1024 * 1024);

template <auto limit>
Done read_limit(const ConfigPosition& place, const toml::key& key, const toml::node& value, SizeLimits& limits) {
    const auto* number = value.as_integer();
    if (!number || number->get() < 0 || number->get() > kMostOfAnything)
        return place.expected(key, value, "a whole number that is not negative");
    limits.*limit = number->get();
    return true;
}

constexpr std::array<Key<SizeLimits>, 6> kSizeKeys{{
    {"small-rows", read_limit<&SizeLimits::small_rows>},
    {"small-megabytes", read_limit<&SizeLimits::small_megabytes>},
    {"large-rows", read_limit<&SizeLimits::large_rows>},
    {"large-megabytes", read_limit<&SizeLimits::large_megabytes>},
    {"huge-rows", read_limit<&SizeLimits::huge_rows>},
    {"huge-megabytes", read_limit<&SizeLimits::huge_megabytes>},
}};

/// `scan = 200` or `scan = [100, 500]`.
std::optional<Rate> rate_of(const toml::node& value) {
    const toml::array* range = value.as_array();
    if (range && range->size() != 2) return std::nullopt;
    const auto slow = range ? range->get(0)->value<double>() : value.value<double>();
    const auto fast = range ? range->get(1)->value<double>() : slow;
    constexpr double kMost = 1e6;
    if (!slow || !fast || !(*slow > 0 && *fast >= *slow && *fast <= kMost)) return std::nullopt;  // nor a nan
    return Rate{*slow, *fast};
}

}  // namespace

Done read_sizes(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "written as [sizes]");
    SizeLimits& limits = config.sizes.limits;
    TRY(read_keys(place, *table, kSizeKeys, limits));
    const auto rise = [](std::int64_t small, std::int64_t large, std::int64_t huge) {
        return small <= large && large <= huge;
    };
    if (!rise(limits.small_rows, limits.large_rows, limits.huge_rows) ||
        !rise(limits.small_megabytes, limits.large_megabytes, limits.huge_megabytes))
        return place.wrong(key.source(), "the limits of [sizes] must rise from small to large to huge");
    return true;
}

Done read_throughput(const ConfigPosition& place, const toml::key& key, const toml::node& value, Config& config) {
    const auto* table = value.as_table();
    if (!table) return place.expected(key, value, "written as [throughput]");
    for (const auto& [name, given] : *table) {
        const auto kind = std::find_if(std::begin(kKindsOfWork), std::end(kKindsOfWork),
                                       [&n = name](const KindOfWork& one) { return one.name == n.str(); });
        if (kind == std::end(kKindsOfWork)) {
            std::vector<std::string> names;
            for (const KindOfWork& one : kKindsOfWork) names.emplace_back(one.name);
            return place.unknown(name, "key", nearest(name.str(), names));
        }
        const auto rate = rate_of(given);
        if (!rate)
            return place.expected(name, given, "megabytes a second, or the slowest and the fastest as [100, 500]");
        config.throughput.*kind->rate = *rate;
    }
    return true;
}

}  // namespace pgfence::policy
