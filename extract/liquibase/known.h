#pragma once
// Which elements and attributes of a changelog are read, or do nothing to the database. Everything else is listed: what
// a later Liquibase, an extension or a slip of the hand puts there may change what is sent.

#include <string>
#include <string_view>
#include <vector>

#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

/// Of a change: "attribute cascade", "element foo", with their places.
struct Stray {
    std::string what;
    ByteRange place;
};
std::vector<Stray> strays_of_change(const Element& change);
/// Of the changelog itself, and of a change set beside its changes.
std::vector<Stray> strays_of_changelog(const Element& root);
std::vector<Stray> strays_of_set(const Element& set);
/// Of a change set, and no change: comment, rollback.
bool is_no_change(std::string_view element);

}  // namespace pgfence::extract::liquibase
