#pragma once
// The SQL that Liquibase sends to PostgreSQL for a change (liquibase.change.core and liquibase.sqlgenerator.core).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

/// One statement after the other, without semicolons. Nothing: what it would send is not known.
std::optional<std::vector<std::string>> sql_of(const Element& change);

/// Liquibase can undo it without being told how (createInverses).
bool can_be_undone(std::string_view change);

}  // namespace pgfence::extract::liquibase
