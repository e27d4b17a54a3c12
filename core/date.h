#pragma once
// Calendar days as config files, comments and snapshots write them: "2026-01-31".

#include <chrono>
#include <optional>
#include <string_view>

namespace pgfence {

/// Nothing unless the text is exactly YYYY-MM-DD and names a day of the calendar.
std::optional<std::chrono::sys_days> parse_iso_date(std::string_view text);

}  // namespace pgfence
