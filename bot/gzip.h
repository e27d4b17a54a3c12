#pragma once
// How bytes travel in GitHub's JSON: in base64, and SARIF gzipped before.

#include <optional>
#include <string>
#include <string_view>

namespace pgfence {

/// Empty when zlib has no memory for it.
std::string gzipped(std::string_view bytes);
std::string base64(std::string_view bytes);
/// Line breaks, which GitHub puts in, count for nothing; nothing when it is no base64.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace pgfence
