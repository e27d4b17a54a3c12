#pragma once
// Estimates of time, in words that several outputs share.

#include <string>

#include "core/report.h"

namespace pgfence::annotate {

/// "4 to 9 min", "up to 40 s", "less than 1 s"; the units are s, min, h and days.
std::string in_words(SecondsRange seconds);
/// "about 4 to 9 min, not counting the size of public.a"
std::string in_words(const Estimate& estimate);
/// "public.orders is read: 32 GB at 100 to 500 MB/s; public.orders gets an index: 32 GB at 20 to 100 MB/s"
std::string arithmetic(const Estimate& estimate);

/// "reads and writes of public.orders wait"
std::string who_waits(const Wait& wait);
/// "48 GB; meanwhile 20,000 to 46,000 rows would be written"
std::string size_and_traffic(const Wait& wait);

}  // namespace pgfence::annotate
