#pragma once
// The files of a commit, offered to whoever tells migrations from the rest.

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/tree.h"
#include "diff/tree.h"

namespace pgfence::diff {

/// Views into `files`. Files over 5 MB and symbolic links are offered without their text, and so is what cannot be
/// read: `unreadable` then says why.
Detection detected(git_repository* repository, const std::vector<TreeFile>& files, const Detect& detect,
                   std::optional<Unreadable>& unreadable);

}  // namespace pgfence::diff
