#pragma once
// Whether migrations begin with the first that ever ran. Where they do, what none of them made is not there.

#include <cstdint>
#include <vector>

#include "analyze/input/request.h"
#include "core/migration.h"

namespace pgfence::pipeline {

/// How much of their folders files are.
enum class Extent : std::uint8_t {
    some,   ///< earlier ones are missing
    named,  ///< nobody knows more of them than their names
    all,    ///< all of a commit
};

/// A migration and the SQL read out of it.
struct Read {
    const MigrationFile* file;
    const Script* script;
};

/// By the programs that run them. Those of one folder are one program's, and those of folders that lie side by side or
/// one in the other and are written for the same tool. `all` are of one database, in the order in which they run.
std::vector<analyze::Series> series_of(const std::vector<Read>& all, Extent extent);

/// The files of a clone: that none is missing before a folder's first one is what its number does not deny, a date or
/// no number at all.
bool may_begin_history(const std::vector<const MigrationFile*>& files);

/// Files of which nobody knows more than their names: each folder begins with number 0 or 1, or has several with dates.
bool begin_history(const std::vector<const MigrationFile*>& files);

}  // namespace pgfence::pipeline
