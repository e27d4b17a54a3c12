#pragma once
// Whether PostgreSQL could take a text at all.

#include <optional>
#include <string_view>

#include "core/migration.h"

namespace pgfence::extract {

/// What keeps PostgreSQL from taking the text, and where; nothing when it is fine.
std::optional<Unread> unusable(FileId file, std::string_view text);

}  // namespace pgfence::extract
