#pragma once
// The statements of a report, run one after the other on a disposable server as their runner would, each watched and
// held against its prediction.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/report.h"
#include "core/result.h"
#include "core/table_sizes.h"
#include "core/trace.h"
#include "trace/relations.h"
#include "trace/server.h"

namespace pgfence::trace {

struct Request {
    const Report& base;    ///< what makes the schema before the change; its statements are run, not watched
    const Report& change;  ///< what is watched
    int rows = 0;          ///< made up for each table of the base; 0: none
    bool contend = false;  ///< once more, in a copy of the base, with readers and writers beside it
    std::vector<std::string> own_tables = {};  ///< SQL that makes the tables that the runners keep for themselves
    std::chrono::seconds statement_limit{0};   ///< what takes longer is stopped, and an error; 0: no limit
    std::chrono::seconds limit{0};             ///< of the whole trace; what did not run by then is skipped; 0: no limit
    std::function<void(std::size_t done, std::size_t all)> progress = {};  ///< called before each statement
};

struct Traced {
    TraceReport report;
    Relations base;  ///< what was there before the change
    Sizes sizes;     ///< of its tables, where there are enough rows to measure by; else empty
};

/// Fails when the server does; what a statement does is in the report. Statements' risks are the predicted ones.
Result<Traced> trace(Server& server, const Request& request);

}  // namespace pgfence::trace
