#pragma once
// The change sets of a changelog: what of them is for PostgreSQL, on what they depend, what their checksums are made
// of.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "extract/formats/format.h"
#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

/// A list of databases as in dbms="postgresql, !h2" (DatabaseList.definitionMatches).
bool is_for_postgres(std::string_view dbms);

/// It is for other databases, or ignored.
bool is_left_out(const Element& set, const Element& root);

/// In YAML they stand below "changes".
std::vector<const Element*> all_changes_of(const Element& set);
/// Those that PostgreSQL gets.
std::vector<const Element*> changes_of(const Element& set);

/// What else than the order decides whether a set, or an included changelog, runs.
std::vector<std::string> conditions_of(const Element& element);

/// What the checksum of a change is made of (ChangeSet.generateCheckSum, NormalizingStream): its attributes whatever
/// their order, its text whatever its white space; not how its text is cut into statements.
void add_content(const Element& element, std::string& content);

/// Its change sets. `size`: of the changelog's text.
std::vector<OwnPart> parts_of(const Document& document, std::string_view path, std::size_t size);

}  // namespace pgfence::extract::liquibase
