#pragma once
// What column types of well-known packages write into DDL, which are in nobody's repository: facts of the packages' own
// sources. A type that is missing here is listed as not known.

#include <optional>
#include <string>
#include <string_view>

#include "extract/program/value.h"

namespace pgfence::extract {

/// "ForeignKey" of smart_selects.db_fields.ChainedForeignKey: the class of Django's that it derives from, with the same
/// column. Empty: not known.
std::string_view django_base(std::string_view path);
/// Its get_prep_value() makes '' of None: that fills the rows where no default is given.
bool writes_null_as_empty(std::string_view path);
/// The type of SQLAlchemy's that stands in its place on PostgreSQL, as a call of it; nothing when it is not known.
std::optional<Value> sqlalchemy_type(const Value& type);

}  // namespace pgfence::extract
