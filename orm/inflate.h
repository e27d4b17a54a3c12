#pragma once
// The bundles lie gzipped in the binary: 2.1 MB of 5.5 (packaging/README.md).

#include <span>
#include <vector>

namespace pgfence::orm {

/// The content of one gzip member; empty when it is none.
std::vector<unsigned char> inflated(std::span<const unsigned char> packed);

}  // namespace pgfence::orm
