#pragma once
// Migrations that are programs of a JavaScript ORM: their script is made of what they were seen to send.

#include <optional>

#include "core/migration.h"
#include "core/recording.h"

namespace pgfence::extract {

/// The ORM that runs what script() read; nothing for files that hold their SQL themselves.
std::optional<Orm> orm_of(const Script& script);

/// The script of such a file with the SQL that it sent. A statement whose text stands in the file keeps its exact
/// place, another stands for the lines of the call that sends it.
Script recorded(Script script, const MigrationFile& file, const Recording& recording);

}  // namespace pgfence::extract
