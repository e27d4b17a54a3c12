#pragma once
// SQL with placeholders that a program fills when it runs: ${x}, {{ x }}, $%x%$, and the template languages'
// conditions. A placeholder becomes a name of the same length, so that what is around it parses and nothing moves.

#include "extract/formats/format.h"

namespace pgfence::extract {

/// What is left to do with SQL that its format has read: placeholders are filled, and everything that takes the place
/// of other text is put there. What a condition keeps for another database is blank afterwards; all other branches are
/// read. Says in `script.unread` that there were placeholders. Linear in the text.
void finish_sql(const Source& source, Script& script);

/// The same of a file that its runner sends as it is: what only literals and comments hold is no placeholder.
void finish_sql_sent_as_is(const Source& source, Script& script);

}  // namespace pgfence::extract
