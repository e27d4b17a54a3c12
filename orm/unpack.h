#pragma once
// The bundles lie packed in the binary: 1.7 MB of 5.8 (packaging/README.md).

#include <span>
#include <vector>

namespace pgfence::orm {

/// The content of one .lzma file; empty when it is none.
std::vector<unsigned char> unpacked(std::span<const unsigned char> packed);

}  // namespace pgfence::orm
