#pragma once
// Which columns and functions a stored expression mentions, and how it follows their renaming.

#include <string>
#include <string_view>
#include <vector>

#include "core/action.h"

namespace pgfence {

/// Distinct names of the columns an expression mentions, in order.
std::vector<std::string> columns_of(const Expr& expr);
bool mentions(const Expr& expr, std::string_view column);
bool calls(const Expr& expr, const Name& function);
/// Anywhere in it. ALTER COLUMN TYPE leaves a default so: as what it was, cast to what the column is now.
bool casts_to(const Expr& expr, const Name& type);
void rename_column_in(Expr& expr, const std::string& from, const std::string& to);
void rename_column_in(std::vector<IndexElement>& elements, const std::string& from, const std::string& to);

}  // namespace pgfence
