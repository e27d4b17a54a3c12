#pragma once
// Cuts text the parser refuses into statements, as psql does before it sends them.

#include <string_view>
#include <vector>

#include "analyze/lower/lexer.h"

namespace pgfence {

/// Pieces in order, each from the first token of a statement to its last; the semicolon is left out. A semicolon inside
/// a string, a comment, CREATE FUNCTION ... BEGIN ATOMIC ... END or the parentheses of CREATE RULE does not end one.
/// Linear in the text.
std::vector<Span> split_statements(std::string_view sql);

}  // namespace pgfence
