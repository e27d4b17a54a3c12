#pragma once
// Files whose statements end in something else than a semicolon, as their tool is told.

#include <cstddef>
#include <string_view>

#include "extract/formats/format.h"

namespace pgfence::extract {

/// Puts a semicolon wherever the delimiter stands in the range, outside of literals. Linear in the text.
void end_statements_at(const Source& source, std::string_view delimiter, std::size_t begin, std::size_t end,
                       Script& script);

}  // namespace pgfence::extract
