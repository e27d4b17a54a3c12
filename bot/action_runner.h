#pragma once
// `pgfence action`: one review inside a GitHub workflow, from the runner's environment to an exit code.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "bot/clock.h"
#include "bot/compose.h"
#include "bot/environment.h"
#include "bot/http.h"
#include "core/commit_source.h"
#include "core/report.h"
#include "core/result.h"
#include "core/secret.h"
#include "core/trace.h"

namespace pgfence {

/// What to review: the event and the inputs, freed from GitHub's names.
struct ReviewRequest {
    std::string repository_path;     ///< of the checkout; its owner may be another user
    std::string base;                ///< revision; empty: the event names none (a new branch, a dispatch, a schedule)
    std::string head;                ///< commit id
    std::uint64_t pull_request = 0;  ///< 0: none
    std::vector<std::string> globs;  ///< which files are migrations; empty: detect
    Secret token;                    ///< to fetch missing commits with; may be empty
    std::string server_url;          ///< "https://github.com"
    std::string repository;          ///< "owner/name"
    std::string ca_file;             ///< PEM, of an own authority; empty: the system's certificates
    std::optional<int> pg_version;
    std::optional<Risk> max_risk;
    std::optional<Unanalyzed> unanalyzed;
    std::string stats_file, snapshot,
        schema;                       ///< paths, joined with repository_path when they were relative; empty: none
    std::string config;               ///< path in the repository; empty: the usual one
    CommitSource* commits = nullptr;  ///< for what cannot be fetched; lives as long as the review
};

using RunReview = std::function<Result<Report>(const ReviewRequest&)>;
/// The change that was reviewed, run on a disposable server; the report's verdict is the worse of the two.
using RunTrace = std::function<Result<TraceReport>(const ReviewRequest&, Report&)>;
using Compose = std::function<Composed(const Report&, const ComposeContext&)>;

/// What the runner is made of, so that tests can replace it.
struct ActionWorld {
    HttpTransport& transport;
    Clock clock;
    std::function<bool()> cancelled;
    Compose compose;
    RunTrace trace = {};
};

/// 0: nothing above the threshold; 1: findings above it; 2: inputs, config or event wrong; 3: the review could not be
/// done, or the job was cancelled. What GitHub refuses to show never changes it.
int run_action(const Environment& environment, bool dry_run, std::ostream& out, std::ostream& err,
               const RunReview& review, const ActionWorld& world);

/// The same in the real world: HTTPS, system clock, SIGINT and SIGTERM.
int run_action(const Environment& environment, bool dry_run, std::ostream& out, std::ostream& err,
               const RunReview& review, const RunTrace& trace);

}  // namespace pgfence
