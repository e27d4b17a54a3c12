#pragma once
// Taking text away from the parser without moving anything: spaces in its place, line breaks kept.

#include <cstddef>
#include <string>

namespace pgfence::extract {

void blank(std::string& sql, std::size_t begin, std::size_t end);

}  // namespace pgfence::extract
