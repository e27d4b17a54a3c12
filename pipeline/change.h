#pragma once
// Front end: what a change of a git repository does (`pgfence review`, the action).

#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// The config file is read from the base commit: the change cannot relax it. So are the snapshots and the schema when
/// the base commit has them; else they are read as files, which the change must not have.
struct ChangeRequest {
    diff::Request change;     ///< its `files` are what the config file's globs are added to
    std::string config_file;  ///< path in the repository; empty: .pgfence.toml
    Choices choices;
};
Result<Prepared> prepare_change(const ChangeRequest& request);

}  // namespace pgfence::pipeline
