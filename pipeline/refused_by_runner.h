#pragma once
// What a runner refuses before it runs anything: migrations that name one that is not there, two that each come last,
// one that ran and is gone.

#include <utility>
#include <vector>

#include "core/migration.h"
#include "pipeline/prepared.h"
#include "pipeline/squashes.h"

namespace pgfence::pipeline {

/// Each in the file of the change that brings it about. `scripts`: of each file, in the same order.
std::vector<std::pair<FileId, Unread>> refused_by_runner(const Prepared& change, const std::vector<Script>& scripts,
                                                         const Squashes& squashes);

}  // namespace pgfence::pipeline
