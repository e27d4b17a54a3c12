#pragma once
// What only some reviews need (the ORMs, the grammars of languages besides SQL) lies gzipped in the binary.

#include <span>
#include <vector>

namespace pgfence {

/// The content of one gzip member; empty when it is none.
std::vector<unsigned char> inflated(std::span<const unsigned char> packed);

}  // namespace pgfence
