#pragma once
// The hashes that tools put into names.

#include <string>
#include <string_view>

namespace pgfence::extract {

std::string sha256_hex(std::string_view text);
std::string md5_hex(std::string_view text);

}  // namespace pgfence::extract
