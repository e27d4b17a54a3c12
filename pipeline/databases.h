#pragma once
// Migrations of several databases in one repository. Replayed as if they were of one, the second's tables would be
// there already: every statement about them would be wrong.

#include <map>
#include <string>
#include <vector>

#include "analyze/analyze.h"
#include "core/analysis.h"
#include "core/migration.h"
#include "core/runner.h"
#include "pipeline/prepared.h"
#include "pipeline/squashes.h"
#include "policy/inputs.h"

namespace pgfence::pipeline {

using Runners = std::map<FileId, Runner>;

struct AnalyzedChange {
    Analysis analysis;
    policy::SaidBefore said_before;              ///< of migrations that were edited after they ran
    std::map<FileId, std::string> same_version;  ///< as policy::Inputs has it
};

/// Each database analyzed by itself, and what was found in all of them as one: files in the order of the change's.
/// `scripts` are their SQL, in the same order; `common` holds what is the same for every database. What tells databases
/// apart is noted: folders that make the same table are of different ones, unless the later one makes it IF NOT EXISTS;
/// without such a sign all are of one.
/// A migration that ran and was edited is judged at its place among those that ran, where its runner (`runners`) runs
/// no file twice; so is what it said before.
AnalyzedChange analyzed_by_database(Prepared& change, std::vector<Script> scripts, const Squashes& squashes,
                                    const Runners& runners, const analyze::Request& common);

}  // namespace pgfence::pipeline
