#pragma once
// Statements that no row gets through.

#include <set>
#include <string_view>

#include "core/report.h"

namespace pgfence::policy {

/// Tables that the statement fails on as soon as they hold a row, whichever: a NOT NULL column that has no value for
/// it.
std::set<std::string_view> tables_refused_with_rows(const AnalyzedStatement& statement);

/// It says of such a table of its statement that it fails.
bool tells_the_refusal(const Finding& finding, const std::set<std::string_view>& refused);

}  // namespace pgfence::policy
