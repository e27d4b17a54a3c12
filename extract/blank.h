#pragma once
// Taking text away from the parser without moving anything: spaces in its place, line breaks kept.

#include <cstddef>
#include <string>

namespace pgfence::extract {

void blank(std::string& sql, std::size_t begin, std::size_t end);

/// Makes each ${name} in the range an identifier of the same length ("${schema}" is "__schema_"), so that what is
/// around it parses and two names stay two. Returns how many there were, and the first one's place.
struct Placeholders {
    std::size_t count = 0;
    std::size_t begin = 0, end = 0;
};
Placeholders name_placeholders(std::string& sql, std::size_t begin, std::size_t end);

}  // namespace pgfence::extract
