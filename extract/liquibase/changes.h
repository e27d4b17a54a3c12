#pragma once
// The SQL that Liquibase sends to PostgreSQL for a change (liquibase.change.core and liquibase.sqlgenerator.core).

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

/// One statement after the other, without semicolons. Nothing: what it would send is not known.
std::optional<std::vector<std::string>> sql_of(const Element& change);

/// By table, as SQL writes it.
using KeyNames = std::map<std::string, std::string, std::less<>>;

/// Liquibase asks the database for the key of that table.
bool drops_key_without_name(const Element& change);
/// Nothing: no change made one.
std::optional<std::vector<std::string>> drop_of_key(const Element& change, const KeyNames& keys);
/// What the statements of the change make of its table's key.
void remember_keys(const Element& change, const std::vector<std::string>& statements, KeyNames& keys);

/// Liquibase can undo it without being told how (createInverses).
bool can_be_undone(std::string_view change);

}  // namespace pgfence::extract::liquibase
