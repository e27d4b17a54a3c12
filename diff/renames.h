#pragma once
// Which deleted file became which added one. Git finds renames by content too, but reads every file of the diff for it,
// and gives up on a clone that lacks one; here only migrations are compared, and their texts are at hand.

#include <cstddef>
#include <string_view>
#include <vector>

namespace pgfence::diff {

struct Rename {
    std::size_t deleted, added;  ///< indexes in the given lists
};

/// The part of the larger text, by bytes of equal lines, that both have: 0 to 100, 100 for equal texts
/// (diffcore_rename's measure).
int similarity(std::string_view a, std::string_view b);

/// Pairs of at least 50 (git's own threshold), equal texts first, then the most similar; each file at most once.
/// `complete` becomes false when there was too much to compare and only equal texts were paired.
std::vector<Rename> renames(const std::vector<std::string_view>& deleted, const std::vector<std::string_view>& added,
                            bool& complete);

}  // namespace pgfence::diff
