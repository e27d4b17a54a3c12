#pragma once
// A file that is nothing but a block of PL/pgSQL: its runner puts it between the dollars of a DO.

#include "extract/formats/format.h"

namespace pgfence::extract {

/// `begin`, or `declare`, with no semicolon behind it, and `end` as the last word: SQL that PostgreSQL itself never
/// takes. Is read as the statement that the runner makes of it; false, and nothing done, for all other files.
bool read_bare_block(const Source& source, Script& script);

}  // namespace pgfence::extract
