#pragma once
// Names and values as Liquibase writes them into PostgreSQL's SQL.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extract/liquibase/element.h"
#include "extract/liquibase/types.h"

namespace pgfence::extract::liquibase {

/// objectQuotingStrategy of the changelog, or of the change set (ObjectQuotingStrategy.java).
enum class Quoting : std::uint8_t {
    legacy,    ///< as `name` says
    all,       ///< every name as it is written
    reserved,  ///< no name is quoted, unless it is a reserved word: the server folds it to small letters
};
Quoting quoting_of(const Element& changelog, const Element& set);
/// The change, its names written in such a way that `name` makes of them what the strategy does.
Element with_names(Element change, Quoting quoting);

/// A name of small letters or capitals alone is one of small letters; one of both is as it is (hasMixedCase of
/// AbstractPostgresDatabase), and so is one in double quotes.
std::string name(std::string_view text);
/// Without the double quotes around it.
std::string_view bare(std::string_view text);
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
