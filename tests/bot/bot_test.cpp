// The parts of bot/ that are functions of values: events, inputs, addresses, waits, texts for the runner.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bot/event.h"
#include "bot/file_commands.h"
#include "bot/inputs.h"
#include "bot/proxy.h"
#include "bot/retry.h"
#include "bot/workflow_text.h"
#include "core/secret.h"

using namespace pgfence;
using nlohmann::json;

namespace {

const std::string kBase(40, 'a'), kHead(40, 'b'), kZero(40, '0');

json pull_request_payload(const std::string& head_repository) {
    return {{"action", "synchronize"},
            {"repository", {{"full_name", "octo/app"}}},
            {"pull_request",
             {{"number", 7},
              {"base", {{"sha", kBase}}},
              {"head", {{"sha", kHead}, {"repo", {{"full_name", head_repository}}}}},
              {"user", {{"login", "mona"}}}}}};
}

Result<Event> parsed(std::string_view name, const json& payload) {
    return parse_event(name, payload.dump(), kHead, "octo/app");
}

}  // namespace

TEST_CASE("a pull request names its commits, number and fork") {
    for (const char* name : {"pull_request", "pull_request_target"}) {
        const auto own = parsed(name, pull_request_payload("octo/app"));
        REQUIRE(own);
        CHECK(name_of(own->kind) == name);
        CHECK(own->base_sha == kBase);
        CHECK(own->head_sha == kHead);
        CHECK(own->pull_request == 7);
        CHECK(own->repository == "octo/app");
        CHECK_FALSE(own->from_fork);
    }
    CHECK(parsed("pull_request", pull_request_payload("mona/app"))->from_fork);
    auto gone = pull_request_payload("mona/app");
    gone["pull_request"]["head"]["repo"] = nullptr;
    CHECK(parsed("pull_request", gone)->from_fork);
    auto dependabot = pull_request_payload("octo/app");
    dependabot["pull_request"]["user"]["login"] = "dependabot[bot]";
    CHECK(parsed("pull_request", dependabot)->from_dependabot);
}

TEST_CASE("the other events") {
    const auto group = parsed("merge_group", {{"repository", {{"full_name", "octo/app"}}},
                                              {"merge_group", {{"base_sha", kBase}, {"head_sha", kHead}}}});
    REQUIRE(group);
    CHECK(group->base_sha == kBase);
    CHECK(group->head_sha == kHead);
    CHECK(group->pull_request == 0);

    const auto push = parsed("push", {{"before", kBase}, {"after", kHead}});
    REQUIRE(push);
    CHECK(push->base_sha == kBase);
    CHECK(push->head_sha == kHead);
    CHECK(push->repository == "octo/app");

    const auto new_branch = parsed("push", {{"before", kZero}, {"after", kHead}});
    REQUIRE(new_branch);
    CHECK(new_branch->base_sha.empty());
    const auto deleted = parsed("push", {{"before", kBase}, {"after", kZero}});
    REQUIRE(deleted);
    CHECK(deleted->branch_deleted);

    for (const char* name : {"workflow_dispatch", "schedule"}) {
        const auto event = parsed(name, json::object());
        REQUIRE(event);
        CHECK(event->base_sha.empty());
        CHECK(event->head_sha == kHead);
    }
}

TEST_CASE("an event without a base is compared with the default branch, unless that is what runs") {
    const json repository{{"full_name", "octo/app"}, {"default_branch", "trunk"}};
    const auto base = [&](const char* name, json payload) {
        payload["repository"] = repository;
        const auto event = parsed(name, payload);
        REQUIRE(event);
        CHECK(event->base_sha.empty());
        return event->base_branch;
    };
    CHECK(base("push", {{"ref", "refs/heads/new"}, {"before", kZero}, {"after", kHead}}) == "trunk");
    CHECK(base("push", {{"ref", "refs/heads/trunk"}, {"before", kZero}, {"after", kHead}}) == "");
    CHECK(base("push", {{"ref", "refs/tags/v1"}, {"before", kZero}, {"after", kHead}}) == "");
    CHECK(base("push", {{"ref", "refs/heads/new"}, {"before", kBase}, {"after", kHead}, {"forced", true}}) == "trunk");
    const json rewritten{{"ref", "refs/heads/trunk"}, {"before", kBase}, {"after", kHead}, {"forced", true}};
    CHECK(parsed("push", rewritten)->base_sha == kBase);
    CHECK(base("workflow_dispatch", {{"ref", "refs/heads/topic"}}) == "trunk");
    CHECK(base("workflow_dispatch", {{"ref", "refs/heads/trunk"}}) == "");
    CHECK(base("schedule", json::object()) == "");
    for (const char* branch : {"--upload-pack=x", "a..b", "a b", "a\n::error::b", "a:b"}) {
        json odd{{"repository", repository}, {"ref", "refs/heads/topic"}};
        odd["repository"]["default_branch"] = branch;
        CHECK(parsed("workflow_dispatch", odd)->base_branch == "");
    }
}

TEST_CASE("a workflow that follows a pull request's knows its commit and branch, and nothing that run made") {
    json payload{{"repository", {{"full_name", "octo/app"}}},
                 {"workflow_run",
                  {{"event", "pull_request"},
                   {"head_sha", kHead},
                   {"head_branch", "fix"},
                   {"head_repository", {{"full_name", "mona/app"}}},
                   {"pull_requests", json::array()}}}};
    const auto event = parsed("workflow_run", payload);
    REQUIRE(event);
    CHECK(event->head_sha == kHead);
    CHECK(event->head_repository == "mona/app");
    CHECK(event->head_branch == "fix");
    CHECK(event->from_fork);
    CHECK(event->pull_request == 0);
    CHECK(event->base_sha.empty());

    auto push = payload;
    push["workflow_run"]["event"] = "push";
    CHECK(parsed("workflow_run", push).error().kind == Error::Kind::usage);
    for (const char* repository : {"", "mona", "mona/app/../../other"}) {
        auto odd = payload;
        odd["workflow_run"]["head_repository"]["full_name"] = repository;
        CHECK_FALSE(parsed("workflow_run", odd));
    }
    auto odd = payload;
    odd["workflow_run"]["head_sha"] = "main";
    CHECK_FALSE(parsed("workflow_run", odd));
}

TEST_CASE("hostile or foreign payloads end in an error") {
    CHECK(parse_event("issue_comment", "{}", kHead, "octo/app").error().kind == Error::Kind::usage);
    for (const char* payload :
         {"", "null", "[]", "{", "{}", R"({"pull_request":[]})", R"({"pull_request":{"base":"x","head":7}})"})
        CHECK_FALSE(parse_event("pull_request", payload, kHead, "octo/app"));
    auto odd = pull_request_payload("octo/app");
    odd["pull_request"]["base"]["sha"] = "main; rm -rf /";
    CHECK_FALSE(parsed("pull_request", odd));
    odd = pull_request_payload("octo/app");
    odd["pull_request"]["number"] = -7;
    CHECK_FALSE(parsed("pull_request", odd));
    for (const char* repository : {"octo", "octo/app/../x", "octo/..", "octo/a b", "/app", "octo/"}) {
        odd = pull_request_payload("octo/app");
        odd["repository"]["full_name"] = repository;
        INFO(repository);
        CHECK_FALSE(parsed("pull_request", odd));
    }
    // Deep enough to overflow the stack of a recursive reader.
    CHECK_FALSE(parse_event("push", std::string(5'000'000, '['), kHead, "octo/app"));
}

TEST_CASE("inputs keep their hyphens and have GitHub's booleans") {
    const auto inputs = parse_inputs({{{"INPUT_TOKEN", "ghs_x"},
                                       {"INPUT_PATHS", "db/**/*.sql\r\n\n  more/*.sql  \n"},
                                       {"INPUT_PG-VERSION", "16"},
                                       {"INPUT_MAX-RISK", "low"},
                                       {"INPUT_COMMENT", "False"},
                                       {"INPUT_CHECK", ""},
                                       {"INPUT_CHECK-NAME", "pgfence (billing)"},
                                       {"INPUT_DRY-RUN", "TRUE"},
                                       {"INPUT_WORKING-DIRECTORY", "./services/billing/"},
                                       {"INPUT_SARIF-FILE", "out/./pgfence.sarif"}}});
    REQUIRE(inputs);
    CHECK(inputs->token.reveal() == "ghs_x");
    CHECK(inputs->paths == std::vector<std::string>{"db/**/*.sql", "more/*.sql"});
    CHECK(inputs->pg_version == 16);
    CHECK(inputs->max_risk == Risk::low);
    CHECK_FALSE(inputs->comment);
    CHECK(inputs->check);
    CHECK(inputs->check_name == "pgfence (billing)");
    CHECK(inputs->dry_run);
    CHECK(inputs->working_directory == "services/billing");
    CHECK(inputs->sarif_file == "out/pgfence.sarif");
    CHECK(parse_inputs({})->check_name == "pgfence");
}

TEST_CASE("a value that an input does not have is named") {
    const std::pair<const char*, const char*> cases[] = {{"pg-version", "10"},
                                                         {"pg-version", "20"},
                                                         {"pg-version", "16.2"},
                                                         {"pg-version", "x"},
                                                         {"max-risk", "severe"},
                                                         {"comment", "yes"},
                                                         {"check", "1"},
                                                         {"dry-run", "maybe"},
                                                         {"working-directory", "../other"},
                                                         {"working-directory", "/etc"},
                                                         {"sarif-file", "a/../../b"},
                                                         {"report-file", "/tmp/x"}};
    for (const auto& [name, value] : cases) {
        std::string variable = "INPUT_";
        for (const char* c = name; *c; ++c) variable += static_cast<char>(std::toupper(*c));
        const auto inputs = parse_inputs({{{variable, value}}});
        INFO(name << " = " << value);
        REQUIRE_FALSE(inputs);
        CHECK(inputs.error().kind == Error::Kind::usage);
        CHECK(inputs.error().message.find("input " + std::string(name)) != std::string::npos);
    }
    const auto split = parse_inputs({{{"INPUT_TOKEN", "secret\r\nX-Injected: 1"}}});
    REQUIRE_FALSE(split);
    CHECK(split.error().message.find("secret") == std::string::npos);
}

TEST_CASE("action.yml and the inputs know each other") {
    std::ifstream file(PGFENCE_SOURCE_DIR "/action.yml");
    std::stringstream text;
    text << file.rdbuf();
    const auto yaml = text.str();
    const auto section = yaml.substr(yaml.find("\ninputs:"), yaml.find("\noutputs:") - yaml.find("\ninputs:"));
    std::size_t inputs = 0;
    std::istringstream lines(section);
    for (std::string line; std::getline(lines, line);)
        inputs += line.size() > 3 && line.starts_with("  ") && line[2] != ' ' && line.back() == ':';
    CHECK(inputs == 20);
    for (const char* name : {"token", "base", "config", "paths", "pg-version", "max-risk", "stats-file", "snapshot",
                             "schema", "comment", "check", "suggestions", "trace", "upload-sarif", "check-name",
                             "dry-run", "working-directory", "sarif-file", "report-file"})
        CHECK(section.find("\n  " + std::string(name) + ":\n") != std::string::npos);
}

TEST_CASE("proxies come from the environment, as everywhere") {
    const auto api = *parse_url("GITHUB_API_URL", "https://api.github.com");
    const auto host = [&](const Environment& environment) -> std::string {
        const auto proxy = proxy_for(environment, api);
        if (!proxy) return "error";
        return *proxy ? (*proxy)->host + ":" + std::to_string((*proxy)->port) : "";
    };
    CHECK(host({}).empty());
    CHECK(host({{{"HTTPS_PROXY", "http://proxy.corp:3128"}}}) == "proxy.corp:3128");
    CHECK(host({{{"https_proxy", "proxy.corp:3128/"}}}) == "proxy.corp:3128");
    CHECK(host({{{"HTTP_PROXY", "http://proxy.corp:3128"}}}).empty());
    CHECK(host({{{"HTTPS_PROXY", "https://proxy.corp"}}}) == "error");
    for (const char* list :
         {"*", "api.github.com", "localhost, .github.com", "github.com", "*.github.com", "api.github.com:443"})
        CHECK(host({{{"HTTPS_PROXY", "http://proxy.corp:3128"}, {"NO_PROXY", list}}}).empty());
    for (const char* list : {"hub.com", "api.github.com:80", "example.com", ".", ""})
        CHECK(host({{{"HTTPS_PROXY", "http://proxy.corp:3128"}, {"NO_PROXY", list}}}) == "proxy.corp:3128");
    const auto with_password = proxy_for({{{"HTTPS_PROXY", "http://me:hunter2@proxy.corp:x"}}}, api);
    REQUIRE_FALSE(with_password);
    CHECK(with_password.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("waits follow GitHub's headers, within bounds") {
    using std::chrono::seconds;
    const auto limited = [](int status, std::map<std::string, std::string, std::less<>> headers,
                            std::string body = "") {
        return HttpResponse{status, std::move(headers), std::move(body)};
    };
    CHECK(is_rate_limited(limited(429, {})));
    CHECK(is_rate_limited(limited(403, {{"retry-after", "5"}})));
    CHECK(is_rate_limited(limited(403, {}, R"({"message":"You have exceeded a secondary rate limit"})")));
    CHECK_FALSE(is_rate_limited(limited(403, {{"x-ratelimit-remaining", "17"}})));
    CHECK(end_of_limit(1, limited(429, {{"retry-after", "7"}}), 1000) == 1007);
    CHECK(end_of_limit(1, limited(429, {{"retry-after", "9223372036854775807"}}), 1000) == 1000 + 24 * 60 * 60);
    CHECK(end_of_limit(1, limited(403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1030"}}), 1000) == 1031);
    CHECK(end_of_limit(1, limited(429, {}), 1000) == 1060);
    CHECK(end_of_limit(2, limited(429, {}), 1000) == 1120);
    CHECK(used_up_until(limited(200, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1030"}})) == 1031);
    CHECK_FALSE(used_up_until(limited(200, {{"x-ratelimit-remaining", "1"}, {"x-ratelimit-reset", "1030"}})));
    for (const char* odd : {"", "x", "-1", "9223372036854775807"})
        CHECK_FALSE(used_up_until(limited(200, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", odd}})));
    CHECK(wait_until(1031, 1000) == seconds(31));
    CHECK(wait_until(900, 1000) == seconds(0));
    CHECK(wait_until(1120, 1000) == seconds(120));
    CHECK_FALSE(wait_until(1121, 1000));
    CHECK(wait_for_server(1, 0.0) == std::chrono::milliseconds(500));
    CHECK(wait_for_server(2, 0.5) == std::chrono::milliseconds(2000));
    CHECK_FALSE(wait_for_server(kMostAttempts, 0.5));
}

TEST_CASE("text for the runner's log holds no command") {
    CHECK(as_log_text("a\n::error::b\r\x1b[31m") == "a ::error::b  [31m");
    CHECK(as_log_text("x ##[error]y") == "x ## [error]y");
    CHECK(as_log_text("x #\n#[error]y").find("##[") == std::string::npos);
    CHECK(as_log_text(std::string(999, 'a') + "ä" + std::string(9, 'b')) == std::string(999, 'a') + "...");
    CHECK(escape_command_data("50%\r\n::x") == "50%25%0D%0A::x");
    std::ostringstream out;
    {
        const CommandsStopped guard(out, true);
        out << "::set-output name=verdict::pass";
    }
    const auto text = out.str();
    const auto token = text.substr(17, 32);
    CHECK(text == "::stop-commands::" + token + "\n::set-output name=verdict::pass\n::" + token + "::\n");
    std::ostringstream plain;
    { const CommandsStopped guard(plain, false); }
    CHECK(plain.str().empty());
    CHECK(random_token() != random_token());
}

TEST_CASE("a secret is masked wherever it stands") {
    const Secret token("ghs_1_" + std::string(900, 'x'));
    CHECK(token.mask("Bearer " + token.reveal() + "," + token.reveal()) == "Bearer ***,***");
    CHECK(Secret().mask("text") == "text");
}

TEST_CASE("outputs survive any value") {
    CHECK(outputs_text(
              {{"verdict", "pass"}, {"text", "a\nb=c\n"}, {"bad name", "x"}, {"cr", "a\rb"}, {"end", "x\nEOF\n"}},
              "EOF") == "verdict=pass\ntext<<EOF\na\nb=c\n\nEOF\ncr<<EOF\na\rb\nEOF\n");
    const auto folder = std::filesystem::temp_directory_path() / ("pgfence-outputs-" + random_token());
    std::filesystem::create_directories(folder);
    const auto path = (folder / "summary").string();
    std::ofstream(path) << "earlier\n";
    REQUIRE(append_summary(path, "mine"));
    std::ifstream file(path);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "earlier\nmine\n");
    CHECK_FALSE(append_summary(path, std::string(1u << 20, 'x')));
    CHECK(std::filesystem::file_size(path) == 13);
    CHECK_FALSE(append_outputs((folder / "no" / "file").string(), {{"a", "b"}}));
    std::filesystem::remove_all(folder);
}

TEST_CASE("brackets in a payload's texts are no nesting") {
    auto payload = pull_request_payload("octo/app");
    payload["pull_request"]["title"] = std::string(5000, '[') + "\\\"" + std::string(5000, '{');
    CHECK(parsed("pull_request", payload));
}
