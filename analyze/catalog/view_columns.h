#pragma once
// The columns of views, and of what type they are.

#include <string>
#include <string_view>
#include <vector>

#include "analyze/catalog/catalog.h"

namespace pgfence {

/// What a query shows, as a view has it; `names`: those that the view gives its first columns. Empty: not told.
std::vector<ViewColumn> view_columns(const Catalog& catalog, const std::vector<ShownColumn>& shown,
                                     const std::vector<std::string>& names);

/// Through views down to the table; without a name: not known.
TypeName type_of_column(const Catalog& catalog, const Relation& relation, std::string_view name);

}  // namespace pgfence
