#pragma once
// Which lines of the new text are not in the old one.

#include <string_view>

#include "core/migration.h"

namespace pgfence::diff {

/// Added and changed lines, numbered as core/source.h numbers them (git itself does not count a lone CR). A change that
/// only takes lines away leaves none. Git's own diff (xdiff), so a line shown here is a line of the pull request's
/// diff.
LineSet changed_lines(std::string_view before, std::string_view after);

/// Some line of the old text is not in the new one.
bool takes_lines_out(std::string_view before, std::string_view after);

}  // namespace pgfence::diff
