#pragma once
// The columns of createTable and addColumn, with what their <constraints> ask for.

#include <string>
#include <vector>

#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

/// CREATE TABLE with all its constraints (CreateTableGenerator).
std::string create_table(const Element& change);
/// A statement for each column, then those that its constraints take (AddColumnChange, AddColumnGenerator).
std::vector<std::string> add_columns(const Element& change);
/// COMMENT ON for each column that has remarks.
void add_remarks(const Element& change, std::vector<std::string>& statements);

}  // namespace pgfence::extract::liquibase
