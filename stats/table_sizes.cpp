#include "stats/table_sizes.h"

#include "core/date.h"

namespace pgfence::stats {
namespace {

constexpr int kDaysUntilStale = 30;

}  // namespace

std::optional<std::string> staleness_note(std::string_view what, std::string_view snapshot_date,
                                          std::string_view today) {
    const auto taken = parse_iso_date(snapshot_date), now = parse_iso_date(today);
    if (!taken || !now) return std::nullopt;
    const auto age = (*now - *taken).count();
    if (age <= kDaysUntilStale) return std::nullopt;
    return "the " + std::string(what) + " snapshot is " + std::to_string(age) + " days old (taken " +
           std::string(snapshot_date) + "): the tables may have changed since";
}

}  // namespace pgfence::stats
