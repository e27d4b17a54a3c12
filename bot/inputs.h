#pragma once
// The action's inputs (action.yml), as the runner hands them over: INPUT_<NAME>, upper case, hyphens kept.

#include <optional>
#include <string>
#include <vector>

#include "bot/environment.h"
#include "core/finding.h"
#include "core/report.h"
#include "core/result.h"
#include "core/secret.h"

namespace pgfence {

struct Inputs {
    Secret token;
    std::string base;                      ///< revision to compare with; empty: the event's
    std::string config;                    ///< path in the repository; empty: .pgfence.toml
    std::vector<std::string> paths;        ///< globs; empty: folders are detected
    std::optional<int> pg_version;         ///< major
    std::optional<Risk> max_risk;          ///< unset: the config file's, else the default
    std::optional<Unanalyzed> unanalyzed;  ///< likewise
    std::string stats_file;                ///< relative to working_directory, as the next four
    std::string snapshot;
    std::string schema;
    std::string sarif_file;   ///< empty: not written
    std::string report_file;  ///< empty: not written
    bool comment = true;
    bool check = true;
    bool upload_sarif = false;
    bool suggestions = false;
    bool trace = false;
    std::string check_name = "pgfence";
    bool dry_run = false;
    std::string working_directory;  ///< relative to the workspace, never outside it; empty: the workspace
};

/// Pure. A value an input does not have is a usage error that names the input and its values.
Result<Inputs> parse_inputs(const Environment& environment);

}  // namespace pgfence
