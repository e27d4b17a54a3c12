#pragma once
// Whether a team's runner takes migrations that sort before others which ran: what the base has taken shows it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/git.h"

namespace pgfence::diff {

/// Of files of one sequence, in the order of their names: one that came to the base when one that sorts behind it was
/// there; nothing unless it has had several of them. One alone may be a mistake, or have another name since.
std::optional<std::string> came_late(git_repository* repository, const git_oid& base,
                                     const std::vector<std::string_view>& sequence);

}  // namespace pgfence::diff
