#pragma once
// Names and values as Liquibase writes them into PostgreSQL's SQL.

#include <string>
#include <string_view>
#include <vector>

#include "extract/liquibase/element.h"
#include "extract/liquibase/types.h"

namespace pgfence::extract::liquibase {

/// A name of small letters or capitals alone is one of small letters; one of both is as it is (hasMixedCase of
/// AbstractPostgresDatabase).
std::string name(std::string_view text);
/// "a, b" as "a", "b".
std::string names(std::string_view list);
/// The relation that `relation` names, in the schema that `schema` names.
std::string qualified(const Element& change, std::string_view schema, std::string_view relation);
/// schemaName and tableName.
std::string table(const Element& change);
/// What `prefix`, prefixNumeric, prefixBoolean, prefixDate, prefixComputed or prefixSequenceNext says, in that order;
/// nothing when none of them is there.
std::string literal_of(const Element& column, std::string_view prefix, const Type& type);

}  // namespace pgfence::extract::liquibase
