#pragma once
// Placeholders in the SQL of a program whose value is the same wherever they are written.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/placeholder_use.h"

namespace pgfence::extract {

/// One that is the same value wherever it is written so: what the program reads from its settings.
struct NamedPlaceholder {
    std::string name;                  ///< "unknown_value_1a2b3c4d"
    std::string written;               ///< "app.settings.DB_SCHEMA", whatever it is imported as
    std::uint32_t begin = 0, end = 0;  ///< where the file has it
};
NamedPlaceholder named_placeholder(std::string_view written);
/// Something in the text may be another value each time.
bool has_nameless_placeholder(std::string_view text, const std::vector<NamedPlaceholder>& placeholders);
/// Half open: where a name that holds such placeholders, and no others, is the schema of something.
std::vector<std::pair<std::size_t, std::size_t>> schemas_in(std::string_view sql,
                                                            const std::vector<NamedPlaceholder>& placeholders);

}  // namespace pgfence::extract
