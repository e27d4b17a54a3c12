#pragma once
// Files that hold several migrations: which of them an edit adds, rewords and takes away.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/edited_parts.h"
#include "extract/formats/format.h"

namespace pgfence::extract {

EditedParts compared(const std::vector<OwnPart>& before, const std::vector<OwnPart>& now);

/// The same file as it was before the change; nothing of one that the change adds, and of history.
std::optional<Source> before_edit(const Source& source);

/// The part that begins there is none that the edit leaves as it was: that is read as history.
bool is_to_read(const EditedParts& edit, std::size_t begin);

}  // namespace pgfence::extract
