#pragma once
// Files that hold several migrations: which of them an edit adds, rewords and takes away.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/edited_parts.h"
#include "extract/formats/format.h"

namespace pgfence::extract {

/// To the tool they are one.
bool is_same_part(const OwnPart& a, const OwnPart& b);

/// `elsewhere`: what ran in other files than this one.
EditedParts compared(const std::vector<OwnPart>& before, const std::vector<OwnPart>& now,
                     const std::vector<OwnPart>& elsewhere = {});

/// Of a file that the change brings or edits: what ran in others, where its own say that they are of another path than
/// the file's. They may have stood there.
std::vector<OwnPart> ran_elsewhere(const Source& source);

/// The parts of any file that its format knows; none of other formats.
std::vector<OwnPart> parts_in(const Source& source);

/// Some part of the file names its path itself.
bool names_paths(std::string_view text);

/// The same file as it was before the change; nothing of one that the change adds, and of history.
std::optional<Source> before_edit(const Source& source);

/// The part that begins there is none that the edit leaves as it was: that is read as history.
bool is_to_read(const EditedParts& edit, std::size_t begin);

}  // namespace pgfence::extract
