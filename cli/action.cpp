#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>

#include "bot/action_runner.h"
#include "bot/gzip.h"
#include "bot/workflow_text.h"
#include "cli/commands.h"
#include "cli/trace_verdict.h"
#include "pipeline/change.h"
#include "pipeline/review.h"
#include "pipeline/scripts.h"
#include "pipeline/world.h"
#include "trace/interruption.h"
#include "trace/start.h"

namespace pgfence::cli {
namespace {

pipeline::ChangeRequest change_of(const ReviewRequest& request) {
    pipeline::ChangeRequest change;
    change.change.repository_path = request.repository_path;
    if (!request.base.empty()) change.change.base = request.base;
    change.change.head = request.head;
    change.change.files.include = request.globs;
    change.change.credentials.token = request.token;
    change.change.credentials.server_url = request.server_url;
    change.change.credentials.repository = request.repository;
    change.change.credentials.ca_file = request.ca_file;
    change.change.commits = request.commits;
    change.config_file = request.config;
    change.choices.pg_version = request.pg_version;
    change.choices.max_risk = request.max_risk;
    change.choices.unanalyzed = request.unanalyzed;
    change.choices.stats_file = request.stats_file;
    change.choices.snapshot = request.snapshot;
    if (!request.schema.empty()) change.choices.schema = {request.schema};
    change.choices.today = pipeline::today();
    return change;
}

/// The token stands in this process as itself and, since git's server was asked, as a password in Base64, whose
/// beginning "x-access-token:" fills whole groups of four.
void keep_token_from_programs(const std::string& token) {
    pipeline::keep_from_programs(token);
    pipeline::keep_from_programs(base64(token.substr(0, token.size() / 3 * 3)));
}

Result<Report> review(const ReviewRequest& request) {
    keep_token_from_programs(request.token.reveal());
    auto change = TRY(pipeline::prepare_change(change_of(request)));
    // It may quote what a server said.
    std::cout << "pgfence: " << as_log_text(change.how) << '\n';
    return pipeline::review(std::move(change));
}

void say(const std::string& text) { std::cout << "pgfence: " << as_log_text(text) << '\n'; }

/// In Docker alone: the change may be anybody's, and its SQL runs as a superuser.
Result<TraceReport> traced(const ReviewRequest& request, Report& report) {
    pipeline::ChangeRequest change = change_of(request);
    change.choices.pg_version = report.postgres_version;
    const Report base = pipeline::before(TRY(pipeline::prepare_change(change)));
    const trace::Interruptible interruptible;
    auto server = TRY(trace::start(
        {.major = report.postgres_version, .usual_major = report.postgres_version, .docker = true, .say = say}));
    const trace::Request wanted{.base = base,
                                .change = report,
                                .rows = kTraceRows,
                                .own_tables = pipeline::runner_tables(report),
                                .statement_limit = std::chrono::seconds(kTraceStatementLimit),
                                .limit = std::chrono::seconds(kTraceLimit)};
    return judged(TRY(trace::trace(server, wanted)), report);
}

Result<TraceReport> run_trace(const ReviewRequest& request, Report& report) {
    auto result = traced(request, report);
    // The signal was noted until the server was taken down; it is for the whole run.
    if (const int signal = trace::interrupted()) std::raise(signal);
    return result;
}

}  // namespace

Command action_command() {
    const auto dry_run = std::make_shared<bool>(false);
    Command command{"action", "Run as a GitHub Action: inputs, event and token from the environment"};
    command.add("--dry-run", dry_run.get(), "Print the requests to GitHub instead of sending them");
    command.run = [=] {
        return run_action(Environment::of_process(), *dry_run, std::cout, std::cerr, review, run_trace);
    };
    return command;
}

}  // namespace pgfence::cli
