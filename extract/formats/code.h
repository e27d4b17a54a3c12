#pragma once
// Migrations that are programs. What their formats have in common is how they are told from other code.

#include <string_view>

#include "extract/formats/format.h"

namespace pgfence::extract {

inline constexpr std::string_view kJavaScript = ".js .ts .mjs .cjs .mts .cts";

bool contains(std::string_view text, std::string_view part);
/// `word` stands there and is no part of a longer name.
bool contains_word(std::string_view text, std::string_view word);
/// JavaScript that hands out a function `up`, in whatever of its ways.
bool exports_up(std::string_view text);

/// For programs whose SQL is what they send when they run: that takes the place of this (extract/recorded.h).
Scope is_run(const Source& source, Script& script, Scope scope);
/// For formats whose code nothing reads yet.
Scope not_read(const Source& source, Script& script, std::string_view title, Scope scope);

}  // namespace pgfence::extract
