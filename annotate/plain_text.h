#pragma once
// Findings where no Markdown is understood: annotations of a check run and of the runner's log.

#include <cstddef>
#include <string>

#include "annotate/listing.h"

namespace pgfence::annotate {

inline constexpr std::size_t kMostPlainText = 60 * 1024;  ///< bytes; a check run's annotation takes 64 KB

/// Message, lock, what it depends on: a few lines of text, at most kMostPlainText bytes.
std::string finding_text(const Graded& graded);
/// The same with the other consequences of the same act.
std::string finding_text(const Listed& listed);
/// The recipe's steps, numbered, SQL indented, at most kMostPlainText bytes; empty when there is none.
std::string recipe_plain_text(const Finding& finding);
/// Of all recipes_of() it.
std::string recipe_plain_text(const Listed& listed);

}  // namespace pgfence::annotate
