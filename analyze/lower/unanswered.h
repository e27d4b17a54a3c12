#pragma once
// Statements of which the effects on tables are known to be none, and that still do what no model has.

#include <string>

#include "analyze/lower/pg.h"

namespace pgfence {

/// What it does beside; empty: nothing that matters to rows, rights and running code.
std::string unanswered(const Node* statement);

}  // namespace pgfence
