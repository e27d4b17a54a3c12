#pragma once
// Front end: files as they are, on top of those of their folders that run before them (`pgfence analyze FILE...`).

#include "pipeline/prepared.h"

namespace pgfence::pipeline {

struct FilesRequest {
    std::vector<GivenFile> files;
    std::string config_file;  ///< path; empty: .pgfence.toml of the working directory, if there is one
    Choices choices;
};
Result<Prepared> prepare_files(FilesRequest request);

/// What a migration imports that was named on the command line: files below the working directory, wherever links lead.
std::optional<std::string> below_working_directory(std::string_view path);

}  // namespace pgfence::pipeline
