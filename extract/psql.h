#pragma once
// psql scripts: SQL between backslash commands, COPY data and variables. Mirrors psqlscan.l and psqlscanslash.l.

#include "core/migration.h"
#include "extract/formats/format.h"

namespace pgfence::extract {

struct PsqlFacts {
    bool autocommit_off = false;  ///< \set AUTOCOMMIT off: the whole script is one transaction until it says COMMIT
};
/// Blanks in `script.sql` what psql keeps for itself; what that hides (generated statements, another database) is
/// listed in `script.unread`. Scripts that it includes stand where it includes them, variables have the values that the
/// script or the configuration gives them; others are identifiers, or the literals they are quoted as. Both branches of
/// a condition are read when it is not known.
PsqlFacts read_psql(const Source& source, Script& script);

}  // namespace pgfence::extract
