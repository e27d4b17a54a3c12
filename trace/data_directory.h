#pragma once
// A server's data directory, made by initdb once for each version and copied from then on.

#include <filesystem>

#include "core/result.h"
#include "trace/installation.h"
#include "trace/process.h"

namespace pgfence::trace {

/// XDG_CACHE_HOME/pgfence or ~/.cache/pgfence; empty where neither can be written by this user alone: then nothing is
/// kept.
std::filesystem::path cache_folder();

/// Makes `data`, which must not exist, from the copy in `cache`, or else by initdb, which leaves its copy there. Any
/// number of runs may do so at once: a copy appears whole or not at all.
Result<void> make_data_directory(const Installation& installation, const Account& account,
                                 const std::filesystem::path& data, const std::filesystem::path& cache);

}  // namespace pgfence::trace
