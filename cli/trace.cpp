#include "trace/trace.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "cli/trace_verdict.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "pipeline/world.h"
#include "trace/interruption.h"
#include "trace/start.h"

namespace pgfence::cli {
namespace {

constexpr int kMostRows = 10'000'000;
constexpr int kMostSeconds = 7 * 24 * 60 * 60;

struct TraceOptions : ReviewOptions {
    std::vector<std::string> files, earlier;
    trace::StartOptions server;
    int rows = kTraceRows;
    int statement_limit = kTraceStatementLimit, limit = kTraceLimit;  // seconds
    bool contend = false;
};

using Role = MigrationFile::Role;

Result<void> add(pipeline::FilesRequest& request, const std::vector<std::string>& paths, Role role) {
    for (const std::string& path : paths) {
        std::string text = TRY(pipeline::read_file(path));
        request.files.push_back({path, std::move(text), role});
    }
    return {};
}

Result<pipeline::FilesRequest> request_of(const TraceOptions& options) {
    pipeline::FilesRequest request;
    request.choices = options.choices();
    request.config_file = options.config_file;
    TRY(add(request, options.earlier, Role::history));
    TRY(add(request, options.files, Role::changed));
    return request;
}

void show_progress(std::size_t done, std::size_t all) {
    std::fprintf(stderr, "\rpgfence: statement %zu of %zu%s", done + 1, all, done + 1 == all ? "\r\x1b[K" : "");
}

void say(const std::string& text) { std::fprintf(stderr, "pgfence: %s\n", text.c_str()); }

Result<int> run(const TraceOptions& options) {
    auto given = TRY(request_of(options));
    pipeline::Prepared files = TRY(pipeline::prepare_files(std::move(given)));
    Report report = pipeline::review(files);
    trace::StartOptions wanted = options.server;
    wanted.major = report.postgres_version_assumed ? 0 : report.postgres_version;
    wanted.usual_major = report.postgres_version;
    wanted.say = say;
    const trace::Interruptible interruptible;
    auto server = trace::start(wanted);
    if (!server) {
        if (server.error().kind != Error::Kind::usage) show(report, options);  // what is known without one
        return tl::unexpected(server.error());
    }
    files.config.pg_version = server->major();
    if (server->major() != report.postgres_version) report = pipeline::review(files);
    const Report base = pipeline::before(std::move(files));

    trace::Request request{.base = base,
                           .change = report,
                           .rows = options.rows,
                           .contend = options.contend,
                           .own_tables = pipeline::runner_tables(report),
                           .statement_limit = std::chrono::seconds(options.statement_limit),
                           .limit = std::chrono::seconds(options.limit)};
    if (!options.ci && isatty(STDERR_FILENO)) request.progress = show_progress;
    const TraceReport traced = judged(TRY(trace::trace(*server, request)), report);
    return show(report, traced, options);
}

/// Ends as the signal would have ended it, now that nothing is left behind.
void end_as_interrupted() {
    if (const int signal = trace::interrupted()) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

void add_server(Command& command, trace::StartOptions& server) {
    command.add("--pg-bin", &server.pg_bin, "Folder of initdb and postgres (default: PATH, Debian's, then Docker)",
                {.type = "DIR"});
    command.add("--docker", &server.docker, "Run the server in Docker: postgres:N-alpine by --pg-version");
    command.add("--docker-image", &server.docker_image, "Run the server in Docker, from this image", {.type = "NAME"});
    command.add("--db-url", &server.db_url,
                "Run in a copy of this empty database, which is left as it was; the password better in PGPASSWORD",
                {.type = "URL", .environment = "PGFENCE_TRACE_DB_URL"});
    command.add("--copy-filled-db", &server.copy_filled_db, "The database of --db-url may hold something");
}

}  // namespace

Command trace_command() {
    const auto options = std::make_shared<TraceOptions>();
    Command command{"trace",
                    "Analyze migration files, run them on a disposable PostgreSQL server, and verify every prediction"};
    command.add("FILE", &options->files, "Migration files, in the order in which they run", {.required = true});
    command.add("--earlier", &options->earlier, "A migration that ran before: part of the schema that is there",
                {.type = "FILE"});
    add_server(command, options->server);
    command.add("--rows", &options->rows, "Rows made up for each table that is there (default 1000)",
                {.range = {{0, kMostRows}}});
    command.add("--contend", &options->contend,
                "Also run them with a reader and a writer beside, and tell how long each waited");
    command.add("--statement-limit", &options->statement_limit,
                "Seconds after which a statement is stopped (default 600; 0: never)", {.range = {{0, kMostSeconds}}});
    command.add("--time-limit", &options->limit,
                "Seconds after which the trace ends, with what did not run skipped (default 1800; 0: never)",
                {.range = {{0, kMostSeconds}}});
    options->add_to(command);
    command.run = [=] {
        const auto code = run(*options);
        end_as_interrupted();
        return code ? *code : fail(code.error());
    };
    return command;
}

}  // namespace pgfence::cli
