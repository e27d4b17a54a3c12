#pragma once
// What a changelog sends: its change sets one after the other, each in a transaction of its own unless it says
// runInTransaction="false" (ChangeSet.java).

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "extract/formats/format.h"
#include "extract/liquibase/element.h"
#include "locate/layout.h"

namespace pgfence::extract::liquibase {

/// Of changelogs, in whatever form: which change sets ran is known by their ids.
inline constexpr locate::Habits kHabits{.is_known = true,
                                        .recursive = true,
                                        .leads_back = locate::runs_backward,
                                        .late = Runner::Late::unordered,
                                        .edited = Runner::Edited::refused,
                                        .known_parts = 0,
                                        .family = "liquibase"};

/// How the changelog is written.
using ReadDocument = Document (*)(std::string_view text, std::size_t begin);

/// Becomes the script's SQL, with the place of the change that sends it. Changes whose SQL is not known are listed.
/// What a change leaves as it was, sets and includes, is not read again.
Scope read(const Source& source, ReadDocument in, Script& script);

/// Its change sets.
std::vector<OwnPart> parts(const Source& source, ReadDocument in);

/// What it says about other files: <property> holds in all changelogs, <sqlFile> runs a file of SQL.
void announce(const Source& source, ReadDocument in);

/// Liquibase's own properties (ChangeLogParameters.java), as far as every PostgreSQL answers them alike. The default
/// schema is where names without one are.
const std::map<std::string, std::string, std::less<>>& of_the_database();
inline constexpr std::string_view kDefaultSchema = "database.defaultSchemaName";

}  // namespace pgfence::extract::liquibase
