#pragma once
// Findings where no Markdown is understood: annotations of a check run and of the runner's log.

#include <string>

#include "annotate/listing.h"

namespace pgfence::annotate {

/// Message, lock, what it depends on: a few lines of text.
std::string finding_text(const Graded& graded);
/// The recipe's steps, numbered, SQL indented; empty when there is none.
std::string recipe_plain_text(const Finding& finding);

}  // namespace pgfence::annotate
