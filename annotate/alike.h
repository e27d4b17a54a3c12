#pragma once
// Findings that a table shows as one row: eleven equal rows said no more than one and pushed the others out of sight.

#include <string>
#include <vector>

#include "annotate/listing.h"

namespace pgfence::annotate {

/// Of one rule, risk and file. They are about the same tables, or their messages differ in names alone.
using Alike = std::vector<const Listed*>;

/// In order of the first of each.
std::vector<Alike> put_alike_together(const std::vector<Listed>& all);

/// What the others' messages name in place of what the first one's does, each once: "f" and "g" behind "drops `e`".
std::vector<std::string> other_names(const Alike& alike);

}  // namespace pgfence::annotate
