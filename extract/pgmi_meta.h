#pragma once
// What a file says to pgmi of itself, in XML in a comment (pgmi's docs/METADATA.md).

#include <optional>
#include <string>
#include <string_view>

namespace pgfence::extract {

struct PgmiMeta {
    std::string sort_key;     ///< the first, where it runs first; empty: its path is its key
    bool idempotent = false;  ///< it runs at each deployment
};

/// Nothing without such a comment, or when it is no XML.
std::optional<PgmiMeta> pgmi_meta(std::string_view text);

}  // namespace pgfence::extract
