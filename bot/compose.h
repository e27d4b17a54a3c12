#pragma once
// From a report to everything that is said about it: annotate/ words it, this collects the pieces.

#include <string>

#include "bot/publication.h"
#include "core/report.h"
#include "core/trace.h"

namespace pgfence {

/// Where the review stands, for links and names.
struct ComposeContext {
    std::string check_name = "pgfence";
    std::string server_url;  ///< "https://github.com"
    std::string repository;  ///< "owner/name"
    std::string head_sha;
    std::string run_url;     ///< of the workflow run, where the job summary is; empty when unknown
    std::string sarif_file;  ///< as the step output names it; empty: not written
    std::string report_file;
    const TraceReport* trace = nullptr;  ///< what a server did; null: none was asked
};

struct Composed {
    Publication publication;
    std::string terminal;
    std::string sarif;
    std::string report_json;
};

/// The report is asked again while it is published.
Composed compose(const Report& report, const ComposeContext& context);

}  // namespace pgfence
