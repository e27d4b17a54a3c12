#pragma once
// Front end: migrations that ran already, each judged as on the day it was new, on top of those before it
// (`pgfence stats`, `pgfence baseline`).

#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// Config file and baseline are those of the working directory.
struct HistoryRequest {
    diff::Request repository;  ///< the migrations of its head, unless `files` names some
    std::vector<GivenFile> files;
    std::string config_file;
    Choices choices;
};
Result<Prepared> prepare_history(HistoryRequest request);

}  // namespace pgfence::pipeline
