// `pgfence action` from the runner's environment to its exit code, files, log and requests.
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bot/action_runner.h"
#include "bot/https_transport.h"
#include "bot/workflow_text.h"
#include "tests/bot/fake_github.h"

using namespace pgfence;
using pgfence::fake::FakeGitHub;

namespace {

const std::string kToken = "ghs_42_secret";
const std::string kHostile = "::error::forged\n##[error]forged";

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A runner's folder and environment for a pull request of octo/app, taken away afterwards.
struct Runner {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("pgfence-action-" + random_token());
    Environment environment;
    std::ostringstream out, err;
    ReviewRequest asked;
    bool cancelled = false;
    int traces = 0;
    std::vector<Outcome> composed_outcomes;
    Result<TraceReport> traced = TraceReport{};

    explicit Runner(const FakeGitHub& github) {
        std::filesystem::create_directories(folder / "workspace");
        event("pull_request", {{"repository", {{"full_name", "octo/app"}}},
                               {"pull_request",
                                {{"number", 7},
                                 {"base", {{"sha", std::string(40, 'a')}}},
                                 {"head", {{"sha", std::string(40, 'b')}, {"repo", {{"full_name", "octo/app"}}}}}}}});
        auto& variables = environment.variables;
        variables["GITHUB_ACTIONS"] = "true";
        variables["GITHUB_WORKSPACE"] = (folder / "workspace").string();
        variables["GITHUB_OUTPUT"] = (folder / "output").string();
        variables["GITHUB_STEP_SUMMARY"] = (folder / "summary").string();
        variables["GITHUB_API_URL"] = github.url();
        variables["GITHUB_GRAPHQL_URL"] = github.graphql_url();
        variables["GITHUB_SERVER_URL"] = "https://github.com";
        variables["GITHUB_RUN_ID"] = "99";
        variables["NO_PROXY"] = "*";
        variables["INPUT_TOKEN"] = kToken;
        variables["INPUT_SARIF-FILE"] = "out/pgfence.sarif";
        variables["INPUT_REPORT-FILE"] = "pgfence.json";
    }
    ~Runner() { std::filesystem::remove_all(folder); }

    void event(const std::string& name, const nlohmann::json& payload) {
        environment.variables["GITHUB_EVENT_NAME"] = name;
        environment.variables["GITHUB_EVENT_PATH"] = (folder / "event.json").string();
        std::ofstream(folder / "event.json") << payload.dump();
    }

    static Composed composed(const Report& report, const ComposeContext& context) {
        Composed value;
        value.publication.head_sha = context.head_sha;
        value.publication.check = {
            context.check_name, report.verdict.passes() ? "success" : "failure", "title", "summary", "", {}};
        value.publication.check.annotations.push_back({"db/1.sql", 1, 1, {}, {}, "failure", "rule", "message", ""});
        value.publication.comment_marker = "<!-- pgfence -->";
        value.publication.comment = [context](const std::string&) {
            return "<!-- pgfence -->\nreview at " + context.run_url;
        };
        value.publication.summary_markdown = "# Review";
        value.publication.workflow_commands = "::error file=db/1.sql,line=1::message\n";
        value.publication.outputs = {{"verdict", report.verdict.passes() ? "pass" : "fail"},
                                     {"sarif-file", context.sarif_file}};
        value.terminal = "review\n" + kHostile + "\n";
        value.sarif = "{\"sarif\":1}";
        value.report_json = "{\"report\":1}";
        return value;
    }

    int run(const Result<Report>& answer, bool dry_run = false) {
        auto transport = connect_to_api(environment);
        REQUIRE(transport);
        const Clock clock{[] { return std::chrono::milliseconds(0); }, [] { return 0; },
                          [](std::chrono::milliseconds) {}, [] { return 0.5; }};
        const auto review = [&](const ReviewRequest& request) {
            asked = request;
            return answer;
        };
        const auto trace = [&](const ReviewRequest&, Report& reviewed) {
            ++traces;
            if (traced && !traced->pass) reviewed.verdict.outcome = Outcome::fail;
            return traced;
        };
        const auto compose = [&](const Report& reviewed, const ComposeContext& context) {
            composed_outcomes.push_back(reviewed.verdict.outcome);
            return composed(reviewed, context);
        };
        const int code = run_action(environment, dry_run, out, err, review,
                                    {**transport, clock, [this] { return cancelled; }, compose, trace});
        INFO(out.str() << err.str());
        CHECK(out.str().find(kToken) == std::string::npos);
        CHECK(err.str().find(kToken) == std::string::npos);
        return code;
    }

    std::string output() const { return content(folder / "output"); }
    std::string summary() const { return content(folder / "summary"); }
};

Report report(bool pass) {
    Report value;
    value.verdict.outcome = pass ? Outcome::pass : Outcome::fail;
    value.verdict.reason = pass ? "no findings" : "1 finding above medium risk";
    return value;
}

/// What a runner would take as commands: none between stop-commands and its token (ActionCommandManager.cs).
std::vector<std::string> commands(const std::string& log) {
    std::vector<std::string> found;
    std::string stopped;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        const auto begin = line.find_first_not_of(" \t");
        const auto text = begin == std::string::npos ? "" : line.substr(begin);
        if (!stopped.empty()) {
            if (text == "::" + stopped + "::") stopped.clear();
            continue;
        }
        if (text.starts_with("::stop-commands::"))
            stopped = text.substr(17);
        else if (text.starts_with("::") || line.find("##[") != std::string::npos)
            found.push_back(line);
    }
    CHECK(stopped.empty());
    return found;
}

}  // namespace

TEST_CASE("the action reviews what the event names and tells everybody") {
    FakeGitHub github;
    Runner runner(github);
    runner.environment.variables["INPUT_PG-VERSION"] = "15";
    runner.environment.variables["INPUT_PATHS"] = "a/*.sql\nb/*.sql";
    CHECK(runner.run(report(false)) == 1);
    CHECK(runner.asked.repository_path == (runner.folder / "workspace").string());
    CHECK(runner.asked.base == std::string(40, 'a'));
    CHECK(runner.asked.head == std::string(40, 'b'));
    CHECK(runner.asked.pull_request == 7);
    CHECK(runner.asked.repository == "octo/app");
    CHECK(runner.asked.pg_version == 15);
    CHECK(runner.asked.globs.size() == 2);
    CHECK(runner.asked.token.reveal() == kToken);

    REQUIRE(github.check_runs().size() == 1);
    CHECK(github.check_runs()[0].conclusion == "failure");
    CHECK(github.check_runs()[0].external_id.starts_with("pgfence-99-"));
    REQUIRE(github.comments().size() == 1);
    CHECK(github.comments()[0].body == "<!-- pgfence -->\nreview at https://github.com/octo/app/actions/runs/99");
    CHECK(runner.summary() == "# Review\n");
    const auto run = std::to_string(github.check_runs()[0].id), comment = std::to_string(github.comments()[0].id);
    CHECK(runner.output() == "verdict=fail\nsarif-file=out/pgfence.sarif\ncheck-run-id=" + run +
                                 "\ncheck-run-url=https://github.com/octo/app/runs/" + run + "\ncomment-id=" + comment +
                                 "\ncomment-url=https://github.com/octo/app/pull/7#issuecomment-" + comment + "\n");
    CHECK(content(runner.folder / "workspace/out/pgfence.sarif") == "{\"sarif\":1}");
    CHECK(content(runner.folder / "workspace/pgfence.json") == "{\"report\":1}");
    // The check run has the annotations; SQL printed to the log gives no commands.
    CHECK(commands(runner.out.str()).empty());
    CHECK(runner.out.str().find(kHostile) != std::string::npos);
}

TEST_CASE("a read-only token: annotations by command, summary, outputs, the reasons once, the verdict unchanged") {
    for (const bool pass : {true, false}) {
        FakeGitHub github;
        github.fail({"POST", "/check-runs", 403, {}, R"({"message":"Resource not accessible by integration"})"});
        github.fail({"POST", "/issues/", 403, {}, R"({"message":"Resource not accessible by integration"})"});
        Runner runner(github);
        CHECK(runner.run(report(pass)) == (pass ? 0 : 1));
        const auto told = commands(runner.out.str());
        REQUIRE(told.size() == 3);
        CHECK(told[0].starts_with("::notice title=pgfence::no check run: "));
        CHECK(told[0].find("checks: write") != std::string::npos);
        CHECK(told[1].find("pull-requests: write") != std::string::npos);
        CHECK(told[2] == "::error file=db/1.sql,line=1::message");
        CHECK(runner.summary() == "# Review\n");
        CHECK(runner.output() ==
              std::string("verdict=") + (pass ? "pass" : "fail") + "\nsarif-file=out/pgfence.sarif\n");
    }
}

TEST_CASE("without a token nothing is asked of GitHub") {
    FakeGitHub github;
    Runner runner(github);
    runner.environment.variables["INPUT_TOKEN"] = "";
    auto transport = connect_to_api(runner.environment);
    const auto review = [](const ReviewRequest&) -> Result<Report> { return report(true); };
    const int code = run_action(runner.environment, false, runner.out, runner.err, review,
                                {**transport, system_clock(), [] { return false; }, Runner::composed});
    CHECK(code == 0);
    CHECK(github.requests().empty());
    CHECK(runner.out.str().find("the input token is empty") != std::string::npos);
}

TEST_CASE("a dry run prints the requests and sends none") {
    FakeGitHub github;
    Runner runner(github);
    CHECK(runner.run(report(false), true) == 1);
    CHECK(github.requests().empty());
    const auto log = runner.out.str();
    CHECK(log.find("dry run: POST /repos/octo/app/check-runs\n{\n") != std::string::npos);
    CHECK(log.find("\"conclusion\": \"failure\"") != std::string::npos);
    CHECK(log.find("dry run: GET /repos/octo/app/issues/7/comments?per_page=100\n") != std::string::npos);
    CHECK(log.find("dry run: POST /repos/octo/app/issues/7/comments\n") != std::string::npos);
    CHECK(commands(log).empty());
}

TEST_CASE("the change is traced where the input says so, and its verdict counts") {
    FakeGitHub github;
    Runner runner(github);
    CHECK(runner.run(report(true)) == 0);
    CHECK(runner.traces == 0);
    runner.environment.variables["INPUT_TRACE"] = "true";
    CHECK(runner.run(report(true)) == 0);
    CHECK(runner.traces == 1);
    runner.traced->pass = false;
    CHECK(runner.run(report(true)) == 1);
    runner.traced = failure("no Docker engine answers");
    // The review stands without it; but it is not green.
    CHECK(runner.run(report(true)) == 0);
    CHECK(runner.composed_outcomes.back() == Outcome::neutral);
    CHECK(runner.err.str().find("no Docker engine answers") != std::string::npos);
    CHECK(runner.run(report(false)) == 1);
    CHECK(runner.composed_outcomes.back() == Outcome::fail);
}

TEST_CASE("surfaces can be switched off") {
    FakeGitHub github;
    Runner runner(github);
    runner.environment.variables["INPUT_COMMENT"] = "false";
    runner.environment.variables["INPUT_CHECK"] = "false";
    CHECK(runner.run(report(false)) == 1);
    CHECK(github.requests().empty());
    CHECK(commands(runner.out.str()) == std::vector<std::string>{"::error file=db/1.sql,line=1::message"});
}

TEST_CASE("a review that could not be done fails the job and its check, in its own words") {
    struct Case {
        Result<Report> answer;
        int code;
    };
    const Case cases[] = {{usage_error("unknown key \"max_rsk\" in .pgfence.toml, line 3"), 2},
                          {failure("cannot fetch\n::warning::x"), 3}};
    for (const auto& [answer, code] : cases) {
        FakeGitHub github;
        github.add_comment({0, "<!-- pgfence -->\nearlier"});
        Runner runner(github);
        CHECK(runner.run(answer) == code);
        REQUIRE(github.check_runs().size() == 1);
        CHECK(github.check_runs()[0].conclusion == "failure");
        CHECK(github.comments()[0].body == "<!-- pgfence -->\nearlier");
        CHECK(runner.output().starts_with("verdict=error\n"));
        CHECK(runner.summary().find("could not review") != std::string::npos);
        const auto told = commands(runner.out.str());
        REQUIRE(told.size() == 1);
        CHECK(told[0].starts_with("::error title=pgfence::"));
    }
}

TEST_CASE("wrong inputs and events are the caller's to mend") {
    FakeGitHub github;
    Runner inputs(github);
    inputs.environment.variables["INPUT_MAX-RISK"] = "::error::" + kToken;
    CHECK(inputs.run(report(true)) == 2);
    CHECK(inputs.asked.head.empty());
    CHECK(commands(inputs.out.str()).size() == 1);

    Runner event(github);
    event.event("issue_comment", nlohmann::json::object());
    CHECK(event.run(report(true)) == 2);
    CHECK(github.requests().empty());
}

TEST_CASE("merge queues, pushes and removed branches") {
    FakeGitHub github;
    Runner queue(github);
    queue.event("merge_group",
                {{"repository", {{"full_name", "octo/app"}}},
                 {"merge_group", {{"base_sha", std::string(40, 'c')}, {"head_sha", std::string(40, 'd')}}}});
    CHECK(queue.run(report(true)) == 0);
    CHECK(queue.asked.base == std::string(40, 'c'));
    CHECK(github.check_runs().back().head_sha == std::string(40, 'd'));
    CHECK(github.comments().empty());

    Runner removed(github);
    removed.event("push", {{"repository", {{"full_name", "octo/app"}}},
                           {"before", std::string(40, 'c')},
                           {"after", std::string(40, '0')}});
    CHECK(removed.run(report(false)) == 0);
    CHECK(removed.asked.head.empty());
    CHECK(removed.output().starts_with("verdict=pass\n"));

    const auto before = github.requests().size();
    for (const char* ref : {"refs/tags/v1.2", "refs/tags/a ::error::b"}) {
        Runner tag(github);
        tag.event("push", {{"repository", {{"full_name", "octo/app"}, {"default_branch", "main"}}},
                           {"ref", ref},
                           {"before", std::string(40, '0')},
                           {"after", std::string(40, 'd')}});
        CHECK(tag.run(report(false)) == 0);
        CHECK(tag.asked.head.empty());
        CHECK(tag.output().starts_with("verdict=pass\n"));
        CHECK(tag.err.str().find("the push is of a tag") != std::string::npos);
    }
    CHECK(github.requests().size() == before);
}

TEST_CASE("a workflow that follows a pull request's looks that up, by what GitHub says alone") {
    const std::string base(40, 'c'), head(40, 'd');
    const nlohmann::json payload{{"repository", {{"full_name", "octo/app"}}},
                                 {"workflow_run",
                                  {{"event", "pull_request"},
                                   {"head_sha", head},
                                   {"head_branch", "fix#1"},
                                   {"head_repository", {{"full_name", "mona/app"}}}}}};
    FakeGitHub github;
    github.add_pull({5, "mona/app", "fix#1", std::string(40, 'e'), base});  // pushed to since
    github.add_pull({6, "mona/app2", "fix#1", head, base});                 // another fork of the same owner
    github.add_pull({7, "mona/app", "fix#1", head, base});
    github.add_pull({8, "mona/app", "fix#1", head, base, "mona", "closed"});
    Runner runner(github);
    runner.event("workflow_run", payload);
    CHECK(runner.run(report(false)) == 1);
    CHECK(runner.asked.pull_request == 7);
    CHECK(runner.asked.base == base);
    CHECK(runner.asked.head == head);
    CHECK(runner.asked.repository == "octo/app");
    CHECK(github.comments().size() == 1);
    CHECK(github.check_runs().back().head_sha == head);
    CHECK(fake::contract_violations(github.requests()) == "");

    FakeGitHub closed;
    Runner late(closed);
    late.event("workflow_run", payload);
    CHECK(late.run(report(false)) == 0);
    CHECK(late.asked.head.empty());
    CHECK(late.output().starts_with("verdict=pass\n"));
    CHECK(late.err.str().find("no open pull request has " + head) != std::string::npos);

    FakeGitHub refused;
    refused.fail({"GET", "/pulls", 403, {}, R"({"message":"Resource not accessible by integration"})"});
    Runner unable(refused);
    unable.event("workflow_run", payload);
    CHECK(unable.run(report(true)) == 3);
    CHECK(unable.out.str().find("pull-requests: write") != std::string::npos);
}

TEST_CASE("an event that names no change asks for the base, and takes the one that is given") {
    const nlohmann::json repository{{"full_name", "octo/app"}, {"default_branch", "main"}};
    FakeGitHub github;
    for (const bool given : {false, true}) {
        Runner runner(github);
        runner.event("workflow_dispatch", {{"repository", repository}, {"ref", "refs/heads/main"}});
        runner.environment.variables["GITHUB_SHA"] = std::string(40, 'd');
        if (given) runner.environment.variables["INPUT_BASE"] = "v1.2";
        CHECK(runner.run(report(true)) == (given ? 0 : 2));
        CHECK(runner.asked.base == (given ? "v1.2" : ""));
        CHECK((runner.out.str().find("give the input base") != std::string::npos) == !given);
    }
    Runner topic(github);
    topic.event("workflow_dispatch", {{"repository", repository}, {"ref", "refs/heads/topic"}});
    topic.environment.variables["GITHUB_SHA"] = std::string(40, 'd');
    CHECK(topic.run(report(true)) == 0);
    CHECK(topic.asked.base == "origin/main");
}

TEST_CASE("a job cancelled before publishing sends nothing and says so") {
    FakeGitHub github;
    Runner runner(github);
    runner.cancelled = true;
    CHECK(runner.run(report(true)) == 3);
    CHECK(github.requests().empty());
    CHECK(runner.err.str().find("the job was cancelled") != std::string::npos);
}

TEST_CASE("a run for what is not the pull request's head any more has its verdict, and says so in one line") {
    for (const bool pass : {true, false}) {
        FakeGitHub github;
        github.push(std::string(40, 'c'));
        github.add_comment({0, "<!-- pgfence -->\nof the newer commit"});
        Runner runner(github);
        CHECK(runner.run(report(pass)) == (pass ? 0 : 1));
        CHECK(github.comments()[0].body == "<!-- pgfence -->\nof the newer commit");
        const auto told = commands(runner.out.str());
        REQUIRE(told.size() == 1);
        CHECK(told[0] ==
              "::notice title=pgfence::no pull request comment: commit bbbbbbbbbbbb is not the head of pull "
              "request 7 any more, so that the review of cccccccccccc is left as it is");
    }
}

TEST_CASE("a monorepo's checkout below the workspace") {
    FakeGitHub github;
    Runner runner(github);
    runner.environment.variables["INPUT_WORKING-DIRECTORY"] = "services/billing";
    runner.environment.variables["INPUT_STATS-FILE"] = "stats.json";
    CHECK(runner.run(report(true)) == 0);
    CHECK(runner.asked.repository_path == (runner.folder / "workspace/services/billing").string());
    CHECK(runner.asked.stats_file == (runner.folder / "workspace/services/billing/stats.json").string());
    CHECK(runner.output().find("sarif-file=services/billing/out/pgfence.sarif\n") != std::string::npos);
    CHECK(std::filesystem::exists(runner.folder / "workspace/services/billing/out/pgfence.sarif"));
}

namespace {

/// Both linters are older than two words that GitHub knows; in the copy they read these are not.
std::string as_linters_know_it(std::string workflow) {
    for (const auto& [newer, known] :
         {std::pair<std::string, std::string>{"      attestations: write   # stores them\n", ""},
          {"ubuntu-24.04-arm", "ubuntu-latest"},
          {"ubuntu-24.04", "ubuntu-latest"}})
        for (auto at = workflow.find(newer); at != workflow.npos; at = workflow.find(newer, at))
            workflow.replace(at, newer.size(), known);
    return workflow;
}

/// The YAML blocks of a page that are whole workflows.
std::vector<std::string> workflows_in(const std::string& page) {
    std::vector<std::string> found;
    for (auto at = page.find("```yaml\n"); at != page.npos; at = page.find("```yaml\n", at + 1)) {
        const auto block = page.substr(at + 8, page.find("\n```", at) - at - 7);
        if (block.find("\njobs:") != block.npos) found.push_back(block);
    }
    return found;
}

}  // namespace

TEST_CASE("action.yml and every workflow of the project and its pages are what GitHub takes") {
    const std::string tools = PGFENCE_TEST_TOOLS;
    const std::filesystem::path source = PGFENCE_SOURCE_DIR;
    const auto copy = std::filesystem::temp_directory_path() / ("pgfence-" + random_token() + ".yml");
    const auto passes = [](const std::string& command) { return std::system(command.c_str()) == 0; };
    const auto validates = [&](const std::filesystem::path& file) {
        return passes(tools + "/node_modules/.bin/action-validator " + file.string());
    };
    const auto lints = [&] { return passes("node " + tools + "/lint-workflows.mjs " + copy.string()); };
    const auto check = [&](const std::string& workflow) {
        INFO(workflow);
        std::ofstream(copy) << as_linters_know_it(workflow);
        CHECK(validates(copy));
        CHECK(lints());
    };
    CHECK(validates(source / "action.yml"));
    for (const char* folder : {"examples/workflows", ".github/workflows"})
        for (const auto& entry : std::filesystem::directory_iterator(source / folder)) check(content(entry.path()));
    // Of two reviews of one pull request, the newer push's counts.
    for (const auto& entry : std::filesystem::directory_iterator(source / "examples/workflows")) {
        INFO(entry.path());
        CHECK(content(entry.path()).find("\nconcurrency:") != std::string::npos);
    }
    CHECK(content(source / "cli/init.cpp").find("\nconcurrency:") != std::string::npos);
    std::size_t shown = 0;
    for (const char* page : {"README.md", "docs/github-action.md"})
        for (const auto& workflow : workflows_in(content(source / page))) {
            check(workflow);
            CHECK(workflow.find("\nconcurrency:") != std::string::npos);
            ++shown;
        }
    CHECK(shown >= 2);
    std::ofstream(copy) << "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "
                           "${{ github.event.head_commit.message }}\n";
    CHECK_FALSE(lints());
    std::filesystem::remove(copy);
}
