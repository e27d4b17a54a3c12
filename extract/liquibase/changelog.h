#pragma once
// What a changelog sends: its change sets one after the other, each in a transaction of its own unless it says
// runInTransaction="false" (ChangeSet.java).

#include "extract/formats/format.h"
#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

/// Becomes the script's SQL, with the place of the change that sends it. Changes whose SQL is not known are listed.
Scope read(const Source& source, const Document& document, Script& script);

/// What it says about other files: <property> holds in all changelogs, <sqlFile> runs a file of SQL.
void announce(const Source& source, const Document& document);

/// A list of databases as in dbms="postgresql, !h2" (DatabaseList.definitionMatches).
bool is_for_postgres(std::string_view dbms);

}  // namespace pgfence::extract::liquibase
