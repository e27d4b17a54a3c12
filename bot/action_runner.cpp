#include "bot/action_runner.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <ostream>
#include <utility>

#include "bot/cancellation.h"
#include "bot/dry_run.h"
#include "bot/event.h"
#include "bot/file_commands.h"
#include "bot/github_commits.h"
#include "bot/https_transport.h"
#include "bot/inputs.h"
#include "bot/publish.h"
#include "bot/report_file.h"
#include "bot/url.h"
#include "bot/workflow_text.h"

namespace pgfence {
namespace {

constexpr int kClean = 0, kFindings = 1, kUsage = 2, kFailure = 3;

int exit_code(const Error& error) { return error.kind == Error::Kind::usage ? kUsage : kFailure; }

/// Every line to the log goes through here: masked, on one line, without commands.
class ActionLog {
public:
    ActionLog(std::ostream& err, Secret token)
        : logger_("pgfence", std::make_shared<spdlog::sinks::ostream_sink_mt>(err, true)), token_(std::move(token)) {
        logger_.set_pattern("pgfence: %l: %v");
    }
    void info(std::string_view text) { logger_.info(safe(text)); }
    void warning(std::string_view text) { logger_.warn(safe(text)); }
    std::string safe(std::string_view text) const { return as_log_text(token_.mask(text)); }

private:
    spdlog::logger logger_;
    Secret token_;
};

class ActionRun {
public:
    ActionRun(const Environment& environment, std::ostream& out, std::ostream& err, Inputs inputs,
              const ActionWorld& world)
        : environment_(environment),
          out_(out),
          log_(err, inputs.token),
          inputs_(std::move(inputs)),
          world_(world),
          on_runner_(environment.get("GITHUB_ACTIONS") == "true") {}

    int run(const RunReview& review);

private:
    ReviewRequest request_for(const Event& event) const;
    ComposeContext context_for(const Event& event, const TraceReport* trace) const;
    ApiSettings api_settings(const Event& event) const;
    std::string in_checkout(const std::string& path) const;
    std::string as_output(const std::string& path) const;
    Result<Event> with_pull_request(Event event, GitHubClient& client);
    int nothing_to_review(const std::string& why);
    int finish(const Report& report, const TraceReport* trace, const Event& event);
    int give_up(const Error& error, const Event* event);
    void file_for_code_scanning(Composed& composed, const Report& report, const Event& event) const;
    Published publish(const Publication& publication, const Event& event, const Surfaces& surfaces);
    void write_report(const std::string& path, const std::string& text, const char* what);
    void tell_runner(const Publication& publication, const Published& published, bool annotate_by_command);
    void notice(const std::string& text);

    const Environment& environment_;
    std::ostream& out_;
    ActionLog log_;
    Inputs inputs_;
    const ActionWorld& world_;
    bool on_runner_;
    std::optional<GitHubClient>
        client_;  ///< one for the run, so that a limit met by one part of it holds for the others
};

std::filesystem::path workspace(const Environment& environment) {
    const auto path = environment.get("GITHUB_WORKSPACE");
    return path.empty() ? std::filesystem::path(".") : std::filesystem::path(path);
}

/// A pull request may have put a link there.
bool leads_out_of(const std::filesystem::path& workspace, const std::filesystem::path& folder) {
    std::error_code failed;
    const auto top = std::filesystem::canonical(workspace, failed), real = std::filesystem::canonical(folder, failed);
    if (failed) return false;  // opening a missing file gives its own error
    const auto inside = real.lexically_relative(top);
    return inside.empty() || *inside.begin() == "..";
}

std::string ActionRun::in_checkout(const std::string& path) const {
    if (path.empty()) return {};
    return (workspace(environment_) / inputs_.working_directory / path).lexically_normal().string();
}

/// Relative to the workspace: the path means the same inside this container and in the steps after it.
std::string ActionRun::as_output(const std::string& path) const {
    if (path.empty()) return {};
    return (std::filesystem::path(inputs_.working_directory) / path).lexically_normal().generic_string();
}

ReviewRequest ActionRun::request_for(const Event& event) const {
    ReviewRequest request;
    const auto checkout = workspace(environment_);
    request.repository_path =
        (inputs_.working_directory.empty() ? checkout : checkout / inputs_.working_directory).string();
    request.base = inputs_.base.empty() ? event.base_sha : inputs_.base;
    if (request.base.empty() && !event.base_branch.empty()) request.base = "origin/" + event.base_branch;
    request.head = event.head_sha;
    request.pull_request = event.pull_request;
    request.globs = inputs_.paths;
    request.token = inputs_.token;
    request.server_url = environment_.get("GITHUB_SERVER_URL");
    request.repository = event.repository;
    request.ca_file = environment_.get("SSL_CERT_FILE");
    request.pg_version = inputs_.pg_version;
    request.max_risk = inputs_.max_risk;
    request.unanalyzed = inputs_.unanalyzed;
    request.stats_file = in_checkout(inputs_.stats_file);
    request.snapshot = in_checkout(inputs_.snapshot);
    request.schema = in_checkout(inputs_.schema);
    request.config = inputs_.config;
    return request;
}

ComposeContext ActionRun::context_for(const Event& event, const TraceReport* trace) const {
    ComposeContext context;
    context.trace = trace;
    context.check_name = inputs_.check_name;
    context.server_url = environment_.get("GITHUB_SERVER_URL");
    context.repository = event.repository;
    context.head_sha = event.head_sha;
    const auto run = environment_.get("GITHUB_RUN_ID");
    if (!run.empty() && !context.server_url.empty())
        context.run_url = context.server_url + "/" + event.repository + "/actions/runs/" + run;
    context.sarif_file = as_output(inputs_.sarif_file);
    context.report_file = as_output(inputs_.report_file);
    return context;
}

ApiSettings ActionRun::api_settings(const Event& event) const {
    ApiSettings settings;
    settings.repository = event.repository;
    settings.token = inputs_.token;
    settings.cancelled = world_.cancelled;
    const auto given = environment_.get("GITHUB_API_URL");
    // A bad address has its error from the transport already.
    if (const auto api = parse_url("GITHUB_API_URL", given.empty() ? "https://api.github.com" : given)) {
        settings.origin = api->origin();
        settings.rest_path = api->path;
    }
    if (const auto graphql = parse_url("GITHUB_GRAPHQL_URL", environment_.get("GITHUB_GRAPHQL_URL"));
        graphql && graphql->origin() == settings.origin)
        settings.graphql_path = graphql->path;
    return settings;
}

void ActionRun::notice(const std::string& text) {
    log_.warning(text);
    if (on_runner_) out_ << "::notice title=pgfence::" << escape_command_data(log_.safe(text)) << '\n';
}

Published ActionRun::publish(const Publication& publication, const Event& event, const Surfaces& surfaces) {
    const bool conversation = (surfaces.comment || surfaces.suggestions) && event.pull_request != 0;
    const bool wanted = surfaces.check_run || surfaces.code_scanning || conversation;
    if (wanted && inputs_.token.empty() && !inputs_.dry_run) {
        Published nothing;
        nothing.refusals.push_back({"GitHub", "no check run, no comment, no upload: the input token is empty"});
        return nothing;
    }
    const auto external_id = "pgfence-" + environment_.get("GITHUB_RUN_ID") + "-" +
                             environment_.get("GITHUB_RUN_ATTEMPT") + "-" + random_token();
    if (!inputs_.dry_run) return publish_to_github(publication, event, surfaces, external_id, *client_);
    DryRunTransport dry_run(out_, on_runner_, publication.head_sha);
    GitHubClient nobody(dry_run, world_.clock, api_settings(event));
    return publish_to_github(publication, event, surfaces, external_id, nobody);
}

void ActionRun::write_report(const std::string& path, const std::string& text, const char* what) {
    if (path.empty()) return;
    const auto written = write_beneath(workspace(environment_).string(), as_output(path), [&](std::FILE* file) {
        return std::fwrite(text.data(), 1, text.size(), file) == text.size();
    });
    if (!written) notice("cannot write " + std::string(what) + ": " + written.error().message);
}

void ActionRun::tell_runner(const Publication& publication, const Published& published, bool annotate_by_command) {
    for (const Refusal& refusal : published.refusals) notice(refusal.reason);
    // A check run shows the same annotations in the same places: not twice. Behind the reasons: a runner shows ten
    // notices.
    if (annotate_by_command && on_runner_) {
        out_ << publication.workflow_commands;
        if (!publication.workflow_commands.empty() && publication.workflow_commands.back() != '\n') out_ << '\n';
    }
    if (const auto path = environment_.get("GITHUB_STEP_SUMMARY");
        !path.empty() && !publication.summary_markdown.empty())
        if (const auto written = append_summary(path, publication.summary_markdown); !written)
            notice(written.error().message);
    auto outputs = publication.outputs;
    if (published.check_run && !inputs_.dry_run) {
        outputs.emplace_back("check-run-id", std::to_string(published.check_run->id));
        outputs.emplace_back("check-run-url", published.check_run->url);
    }
    if (published.sarif && !inputs_.dry_run) outputs.emplace_back("sarif-id", published.sarif->id);
    if (published.comment && !inputs_.dry_run) {
        outputs.emplace_back("comment-id", std::to_string(published.comment->id));
        outputs.emplace_back("comment-url", published.comment->url);
    }
    if (const auto path = environment_.get("GITHUB_OUTPUT"); !path.empty())
        if (const auto written = append_outputs(path, outputs); !written) notice(written.error().message);
    out_ << std::flush;
}

/// The lines are those of the commit that was read, which may be the test merge.
void ActionRun::file_for_code_scanning(Composed& composed, const Report& report, const Event& event) const {
    auto& publication = composed.publication;
    publication.sarif = composed.sarif;
    publication.sarif_commit = report.head.empty() ? event.head_sha : report.head;
    publication.sarif_ref = event.ref.empty() ? environment_.get("GITHUB_REF") : event.ref;
    if (event.pull_request != 0 && publication.sarif_commit != event.head_sha)
        publication.sarif_ref = "refs/pull/" + std::to_string(event.pull_request) + "/merge";
}

int ActionRun::finish(const Report& report, const TraceReport* trace, const Event& event) {
    auto composed = world_.compose(report, context_for(event, trace));
    write_report(inputs_.sarif_file, composed.sarif, "the SARIF file");
    write_report(inputs_.report_file, composed.report_json, "the report");
    {
        const CommandsStopped guard(out_, on_runner_);
        out_ << composed.terminal;
    }
    if (inputs_.upload_sarif) file_for_code_scanning(composed, report, event);
    const auto published = publish(composed.publication, event,
                                   {inputs_.check, inputs_.comment, inputs_.upload_sarif, inputs_.suggestions});
    tell_runner(composed.publication, published, !published.check_run);
    if (published.check_run) log_.info("check run: " + published.check_run->url);
    if (published.comment) log_.info("comment: " + published.comment->url);
    if (published.suggestions > 0) log_.info("suggestions posted: " + std::to_string(published.suggestions));
    if (published.sarif)
        log_.info("code scanning upload: " + published.sarif->id +
                  (published.sarif->processed ? "" : ", still being processed"));
    log_.info(report.verdict.reason);
    if (published.cancelled) return kFailure;
    return report.verdict.passes() ? kClean : kFindings;
}

/// The review stands without it; but what was asked for was not done, so that the change is not green.
void trace_did_not_run(const std::string& why, Report& report) {
    report.notes.push_back("the trace did not run: " + why);
    report.verdict.reason += "; the trace did not run";
    if (report.verdict.outcome == Outcome::pass) report.verdict.outcome = Outcome::neutral;
}

/// No review: the job fails, and so does the check, which branch protection may be waiting for. The comment stays as it
/// was.
int ActionRun::give_up(const Error& error, const Event* event) {
    const auto message = log_.safe(error.message);
    log_.warning(message);
    if (on_runner_) out_ << "::error title=pgfence::" << escape_command_data(message) << '\n';
    Publication publication;
    // Indented: a code block that nothing inside can end.
    const auto said = "pgfence could not review this change:\n\n    " + message + "\n";
    publication.summary_markdown = said;
    publication.outputs = {{"verdict", "error"}, {"conclusion", "failure"}};
    Published published;
    if (event && inputs_.check && !world_.cancelled()) {
        publication.head_sha = event->head_sha;
        publication.check = {inputs_.check_name, "failure", "The change could not be reviewed", said, "", {}};
        published = publish(publication, *event, {true, false, false, false});
    }
    tell_runner(publication, published, false);
    return exit_code(error);
}

/// What follows a pull request's workflow has to find that pull request; its number is 0 when there is none any more.
Result<Event> ActionRun::with_pull_request(Event event, GitHubClient& client) {
    const auto found = client.pull_requests_of(event.head_repository, event.head_branch, event.head_sha);
    if (!found) {
        const bool forbidden = found.error().status == 403 || found.error().status == 404;
        return failure("GitHub does not say which pull request " + event.head_sha + " belongs to (" +
                       found.error().message + ")" +
                       (forbidden ? ": \"pull-requests: write\" under \"permissions:\" lets it" : ""));
    }
    if (found->empty()) return event;
    event.pull_request = found->front().number;
    event.base_sha = found->front().base_sha;
    event.from_dependabot = found->front().author == "dependabot[bot]";
    event.ref = "refs/pull/" + std::to_string(event.pull_request) + "/head";
    for (std::size_t i = 1; i < found->size(); ++i)
        log_.warning("the same commit is also the head of pull request " + std::to_string((*found)[i].number) +
                     ", which is not reviewed here");
    return event;
}

int ActionRun::nothing_to_review(const std::string& why) {
    log_.info(why + ": nothing to review");
    Publication nothing;
    nothing.outputs = {
        {"verdict", "pass"}, {"conclusion", "success"}, {"max-risk", "safe"}, {"findings", "0"}, {"errors", "0"},
        {"warnings", "0"},   {"notices", "0"},          {"suppressed", "0"},  {"unread", "0"},   {"files", "[]"}};
    tell_runner(nothing, {}, false);
    return kClean;
}

int ActionRun::run(const RunReview& review) {
    auto event = read_event(environment_);
    if (event) client_.emplace(world_.transport, world_.clock, api_settings(*event));
    if (event && event->kind == Event::Kind::workflow_run) event = with_pull_request(*event, *client_);
    if (!event) return give_up(event.error(), nullptr);
    if (event->of_tag)
        return nothing_to_review("the push is of a tag, whose commits were pushed or will be with a branch");
    if (event->branch_deleted) return nothing_to_review("the push removed a branch");
    if (event->kind == Event::Kind::workflow_run && event->pull_request == 0)
        return nothing_to_review("no open pull request has " + event->head_sha + " as its head any more");
    auto request = request_for(*event);
    const bool names_no_change = event->kind == Event::Kind::workflow_dispatch || event->kind == Event::Kind::schedule;
    if (leads_out_of(workspace(environment_), request.repository_path))
        return give_up({Error::Kind::usage, "input working-directory is \"" + inputs_.working_directory +
                                                "\": it is a link out of the workspace"},
                       &*event);
    if (request.base.empty() && names_no_change)
        return give_up({Error::Kind::usage, "the event " + std::string(name_of(event->kind)) +
                                                " on the default branch names no change: give the input base, for "
                                                "example the tag of the last release"},
                       &*event);
    log_.info(std::string(name_of(event->kind)) + " of " + event->repository + ": " +
              (request.base.empty() ? "(no base)" : request.base) + ".." + request.head);
    GitHubCommits commits(*client_);
    if (!inputs_.token.empty()) request.commits = &commits;
    auto report = review(request);
    if (!report) return give_up(report.error(), &*event);
    if (!inputs_.trace) return finish(*report, nullptr, *event);
    const auto traced = world_.trace(request, *report);
    if (traced) return finish(*report, &*traced, *event);
    const std::string why = log_.safe(traced.error().message);
    log_.warning("the trace did not run: " + why);
    trace_did_not_run(why, *report);
    return finish(*report, nullptr, *event);
}

/// Stands in for a connection whose settings are wrong: publishing is refused, the review is not.
class NoTransport : public HttpTransport {
public:
    explicit NoTransport(std::string why) : why_(std::move(why)) {}
    tl::expected<HttpResponse, HttpFailure> send(const HttpRequest&) override {
        return tl::unexpected(HttpFailure{HttpFailure::Kind::hopeless, why_});
    }

private:
    std::string why_;
};

}  // namespace

int run_action(const Environment& environment, bool dry_run, std::ostream& out, std::ostream& err,
               const RunReview& review, const ActionWorld& world) {
    auto inputs = parse_inputs(environment);
    if (!inputs) {
        const auto message = Secret(environment.get("INPUT_TOKEN")).mask(as_log_text(inputs.error().message));
        err << "pgfence: error: " << message << '\n';
        if (environment.get("GITHUB_ACTIONS") == "true")
            out << "::error title=pgfence::" << escape_command_data(message) << '\n';
        return exit_code(inputs.error());
    }
    inputs->dry_run = inputs->dry_run || dry_run;
    return ActionRun(environment, out, err, std::move(*inputs), world).run(review);
}

int run_action(const Environment& environment, bool dry_run, std::ostream& out, std::ostream& err,
               const RunReview& review, const RunTrace& trace) {
    listen_for_cancellation();
    auto transport = connect_to_api(environment);
    NoTransport none(transport ? "" : transport.error().message);
    HttpTransport& used = transport ? **transport : static_cast<HttpTransport&>(none);
    return run_action(environment, dry_run, out, err, review,
                      {used, system_clock(), cancellation_requested, compose, trace});
}

}  // namespace pgfence
