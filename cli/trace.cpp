#include "trace/trace.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iterator>
#include <memory>

#include "cli/commands.h"
#include "policy/grade.h"
#include "trace/compare.h"
#include "trace/interruption.h"
#include "trace/server.h"

namespace pgfence::cli {
namespace {

constexpr int kRows = 1000;
constexpr int kMostRows = 10'000'000;

struct TraceOptions : ReviewOptions {
    std::vector<std::string> files, earlier;
    std::string pg_bin;
    int rows = kRows;
};

using Role = MigrationFile::Role;

Result<void> add(pipeline::FilesRequest& request, const std::vector<std::string>& paths, Role role) {
    for (const std::string& path : paths) request.files.push_back({path, TRY(pipeline::read_file(path)), role});
    return {};
}

Result<Report> review(const TraceOptions& options, const pipeline::Choices& choices) {
    pipeline::FilesRequest request;
    request.choices = choices;
    request.config_file = options.config_file;
    if (auto added = add(request, options.earlier, Role::history); !added) return tl::unexpected(added.error());
    if (auto added = add(request, options.files, Role::changed); !added) return tl::unexpected(added.error());
    return pipeline::review(std::move(request));
}

/// The statements that make what was there before: the schema, then the earlier migrations.
Result<Report> base_of(const TraceOptions& options, const pipeline::Choices& choices) {
    pipeline::FilesRequest schema, earlier;
    schema.choices.pg_version = earlier.choices.pg_version = choices.pg_version;
    schema.choices.today = earlier.choices.today = choices.today;
    schema.choices.format = "plain-sql";
    earlier.choices.format = choices.format;
    schema.config_file = earlier.config_file = options.config_file;
    std::vector<std::string> made_by = options.schema;
    if (!options.snapshot.empty()) made_by.insert(made_by.begin(), options.snapshot);
    if (auto added = add(schema, made_by, Role::changed); !added) return tl::unexpected(added.error());
    if (auto added = add(earlier, options.earlier, Role::changed); !added) return tl::unexpected(added.error());
    Report base = TRY(pipeline::review(std::move(schema)));
    Report more = TRY(pipeline::review(std::move(earlier)));
    std::move(more.files.begin(), more.files.end(), std::back_inserter(base.files));
    return base;
}

/// What was seen, graded by the table that findings are graded by.
Risk risk_of(const Effects& seen) {
    Risk worst = Risk::safe;
    for (const Lock& lock : seen.locks) {
        Finding finding;
        finding.relations = {lock.relation};
        finding.lock = lock.mode;
        for (const Work& work : seen.work) finding.grows_with_rows |= work.relation == lock.relation;
        worst = std::max(worst, policy::grade(finding, seen, {}).risk);
    }
    return worst;
}

void grade(TraceReport& trace, const trace::Relations& base, Risk threshold) {
    for (TracedStatement& traced : trace.statements) {
        if (traced.verdict != TraceVerdict::mismatch && traced.verdict != TraceVerdict::trace_only) continue;
        const Risk seen = risk_of(trace::effects_of(traced.observation, base));
        traced.risk = std::max(traced.risk, seen);
        if (seen <= threshold) continue;
        trace.pass = false;
        if (traced.verdict == TraceVerdict::trace_only)
            trace.reason += (trace.reason.empty() ? "" : ", ") + std::string("a risk seen above ") +
                            std::string(name_of(threshold));
    }
}

void show_progress(std::size_t done, std::size_t all) {
    std::fprintf(stderr, "\rpgfence: statement %zu of %zu%s", done + 1, all, done + 1 == all ? "\r\x1b[K" : "");
}

Result<int> run(const TraceOptions& options) {
    const auto found = TRY(trace::installations(options.pg_bin));
    pipeline::Choices choices = options.choices();
    Report report = TRY(review(options, choices));
    const auto installation = TRY(trace::choose(found, report.postgres_version_assumed ? 0 : report.postgres_version));
    if (installation.major != report.postgres_version) {
        choices.pg_version = installation.major;
        report = TRY(review(options, choices));
    }
    choices.pg_version = installation.major;
    const Report base = TRY(base_of(options, choices));

    trace::Request request{.base = base, .change = report, .rows = options.rows};
    if (!options.ci && isatty(STDERR_FILENO)) request.progress = show_progress;
    const trace::Interruptible interruptible;
    auto server = TRY(trace::Server::start(installation));
    auto traced = TRY(trace::trace(server, request));
    traced.report.where = "local, " + installation.folder;
    grade(traced.report, traced.base, report.verdict.threshold);
    return show(report, traced.report, options);
}

/// Ends as the signal would have ended it, now that nothing is left behind.
void end_as_interrupted() {
    if (const int signal = trace::interrupted()) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

}  // namespace

void add_trace(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<TraceOptions>();
    CLI::App* command = app.add_subcommand(
        "trace", "Analyze migration files, run them on a disposable PostgreSQL server, and verify every prediction");
    command->add_option("FILE", options->files, "Migration files, in the order in which they run")->required();
    command->add_option("--earlier", options->earlier, "A migration that ran before: part of the schema that is there")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command->add_option("--pg-bin", options->pg_bin, "Folder of initdb and postgres (default: PATH, then Debian's)")
        ->type_name("DIR");
    command->add_option("--rows", options->rows, "Rows made up for each table that is there (default 1000)")
        ->check(CLI::Range(0, kMostRows));
    options->add_to(*command);
    command->callback([=, &exit_code] {
        const auto code = run(*options);
        end_as_interrupted();
        exit_code = code ? *code : fail(code.error());
    });
}

}  // namespace pgfence::cli
