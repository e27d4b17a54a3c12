#include "core/table_sizes.h"

#include <array>

namespace pgfence {

std::string bytes_in_words(std::int64_t bytes) {
    constexpr std::array<const char*, 4> kUnits{" kB", " MB", " GB", " TB"};
    std::size_t unit = 0;
    std::int64_t size = 1024;
    for (; bytes / 1024 >= size && unit + 1 < kUnits.size(); ++unit) size *= 1024;
    // Cut, not rounded: what is said to have 1 GB is not below the limit of that name.
    std::string text = std::to_string(bytes / size);
    if (const std::int64_t tenths = bytes % size * 10 / size; tenths > 0 && bytes / size < 10)
        text += "." + std::to_string(tenths);
    return text + kUnits[unit];
}

std::string with_commas(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

}  // namespace pgfence
