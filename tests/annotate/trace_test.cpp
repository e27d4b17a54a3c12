// What a server did, in every form: nothing of what it says may become markup, and no form may outgrow its reader.

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "annotate/annotate.h"
#include "annotate/trace_output.h"
#include "tests/annotate/samples.h"

using namespace pgfence;

namespace {

/// The first statement differs, the second failed, the others are confirmed.
TraceReport trace_of(const Report& report) {
    TraceReport trace;
    trace.server = "PostgreSQL 17.10";
    trace.where = "Docker, postgres:17-alpine";
    for (std::size_t file = 0; file < report.files.size(); ++file)
        for (std::size_t i = 0; i < report.files[file].statements.size(); ++i) {
            TracedStatement& traced = trace.statements.emplace_back();
            traced.file = file;
            traced.statement = i;
            traced.verdict = TraceVerdict::confirmed;
        }
    trace.statements.at(0).verdict = TraceVerdict::mismatch;
    trace.statements.at(0).differences = {"lock on public.orders: seen SHARE, predicted no lock"};
    trace.statements.at(0).waits = {{"public.orders", std::chrono::milliseconds(12), std::chrono::microseconds(0)}};
    trace.contended = true;
    if (trace.statements.size() > 1) {
        trace.statements[1].verdict = TraceVerdict::error;
        trace.statements[1].observation.error = "relation \"<b>@everyone</b>|x\" does not exist\n::error::forged";
        trace.statements[1].observation.sqlstate = "42P01";
    }
    trace.pass = false;
    return trace;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("annotate trace: the terminal names each difference, error and wait with its place") {
    const Report report = samples::rich();
    const std::string text = annotate::trace_terminal(report, trace_of(report));
    CHECK(contains(text, "mismatch: lock on public.orders: seen SHARE, predicted no lock"));
    CHECK(contains(text, "contention: public.orders: a reader waited 12 ms\n"));
    CHECK(contains(text, "(42P01)"));
    CHECK_FALSE(contains(text, "\n::error"));
    CHECK(contains(text, "PostgreSQL 17.10, Docker, postgres:17-alpine"));
}

TEST_CASE("annotate trace: the comment has it above its hidden state, which is found again") {
    const Report report = samples::rich();
    const TraceReport trace = trace_of(report);
    annotate::CommentContext context;
    context.trace = annotate::trace_markdown(report, trace, annotate::kMostOfComment);
    CHECK(contains(context.trace, "### Seen on a server: "));
    CHECK_FALSE(contains(context.trace, "<b>"));
    CHECK_FALSE(contains(context.trace, " @everyone"));
    const std::string comment = annotate::pr_comment(report, context);
    CHECK(contains(comment, context.trace));
    const std::string plain = annotate::pr_comment(report, {});
    const auto state = plain.substr(plain.rfind("<!-- pgfence"));
    CHECK(comment.ends_with(state));
    CHECK(contains(annotate::job_summary(report, context), context.trace));
}

TEST_CASE("annotate trace: long traces are cut, and the comment stays within GitHub's limit") {
    const Report report = samples::many(900);
    TraceReport trace = trace_of(report);
    for (TracedStatement& traced : trace.statements)
        traced.differences = {std::string("lock on public.orders: seen SHARE, predicted no lock")};
    annotate::CommentContext context;
    context.trace = annotate::trace_markdown(report, trace, annotate::kMostOfComment);
    CHECK(context.trace.size() <= annotate::kMostOfComment);
    CHECK(contains(context.trace, "more left out"));
    CHECK(annotate::pr_comment(report, context).size() <= 65'536);
}

TEST_CASE("annotate trace: in SARIF mismatches and errors are a run of their own") {
    const Report report = samples::rich();
    const auto log = nlohmann::json::parse(annotate::sarif_with(report, trace_of(report)));
    REQUIRE(log["runs"].size() == 2);
    CHECK(log["runs"][0] == nlohmann::json::parse(annotate::sarif(report))["runs"][0]);
    const auto& run = log["runs"][1];
    CHECK(run["automationDetails"]["id"] == "pgfence-trace/");
    REQUIRE(run["results"].size() == 2);
    CHECK(run["results"][0]["ruleId"] == "trace-mismatch");
    CHECK(run["results"][1]["ruleId"] == "trace-error");
    for (const auto& result : run["results"]) {
        CHECK(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"] == result["ruleId"]);
        CHECK(result["locations"][0]["physicalLocation"]["region"]["startLine"] > 0);
        CHECK(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
    }
}

TEST_CASE("annotate trace: JSON has waits only when there was a run for them") {
    const Report report = samples::rich();
    TraceReport trace = trace_of(report);
    const auto with = nlohmann::json::parse(annotate::trace_json(report, trace));
    CHECK(with["statements"][0]["waits"][0]["readerMicroseconds"] == 12'000);
    trace.contended = false;
    CHECK_FALSE(nlohmann::json::parse(annotate::trace_json(report, trace))["statements"][0].contains("waits"));
}
