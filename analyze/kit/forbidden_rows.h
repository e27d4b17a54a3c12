#pragma once

#include <functional>

#include "analyze/kit/choosing_statement.h"

namespace pgfence {

/// Asked of the catalog that the change leaves behind: a constraint there lets in none of the rows that the DELETE
/// removes, because they point at nothing (a foreign key) or are there twice (a unique index). Empty: nobody can tell.
std::function<bool(const Catalog& end)> forbids_rows_of(const RowChoice& choice);

}  // namespace pgfence
