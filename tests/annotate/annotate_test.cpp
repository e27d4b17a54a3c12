// Whole outputs against goldens (PGFENCE_UPDATE=1 writes them anew) and against other people's validators.

#include "annotate/annotate.h"
#include "annotate/other_ci.h"
#include "annotate/trace_output.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/annotate/samples.h"
#include "tests/golden.h"

using namespace pgfence;
namespace fs = std::filesystem;

namespace {

const annotate::CommentContext kContext{"https://github.example/acme/shop", std::string(40, 'a'), "pgfence",
                                        "https://github.example/acme/shop/actions/runs/1"};

void write(const fs::path& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

void check_golden(const std::string& name, const std::string& content) {
    testing::check_golden("tests/golden/annotate/" + name, content);
}

struct Ran {
    int status = 0;
    std::string output;
};

Ran run(const std::string& command) {
    Ran ran;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    char buffer[4096];
    for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.output.append(buffer, got);
    ran.status = pclose(pipe);
    return ran;
}

/// Runs one of tests/tools over files written for it. Without its packages it fails: scripts/setup --tests installs
/// them.
void check_with(const std::string& tool, const std::map<std::string, std::string>& files) {
    const fs::path folder = fs::temp_directory_path() / ("pgfence-annotate-" + std::to_string(std::rand()) + tool);
    fs::create_directories(folder);
    std::string command = "node " PGFENCE_TEST_TOOLS "/" + tool;
    if (tool.starts_with("validate-report")) command += " " PGFENCE_SOURCE_DIR "/docs/report.schema.json";
    for (const auto& [name, content] : files) {
        write(folder / name, content);
        command += " " + (folder / name).string();
    }
    const Ran ran = run(command);
    INFO(ran.output);
    CHECK(ran.status == 0);
    fs::remove_all(folder);
}

const std::map<std::string, Report>& all_samples() {
    static const std::map<std::string, Report> all{{"rich", samples::rich()},
                                                   {"clean", samples::clean()},
                                                   {"nothing", samples::nothing()},
                                                   {"hostile", samples::hostile()}};
    return all;
}

}  // namespace

TEST_CASE("outputs are the goldens") {
    for (const auto& [name, report] : all_samples()) {
        if (name == "hostile") continue;  // hostile_test.cpp says what it must not become
        check_golden(name + ".txt", annotate::terminal(report));
        // Written without blanks; a golden is to be read.
        check_golden(name + ".json", nlohmann::ordered_json::parse(annotate::json(report)).dump(2) + "\n");
        check_golden(name + ".sarif", annotate::sarif(report));
        check_golden(name + ".md", annotate::pr_comment(report, kContext));
        check_golden(name + ".commands", annotate::workflow_commands(report));
        check_golden(name + ".gitlab.json",
                     nlohmann::ordered_json::parse(samples::in_form("gitlab", report)).dump(2) + "\n");
        check_golden(name + ".rdjson",
                     nlohmann::ordered_json::parse(samples::in_form("rdjson", report)).dump(2) + "\n");
        check_golden(name + ".junit.xml", samples::in_form("junit", report));
        check_golden(name + ".azure", samples::in_form("azure", report));
    }
}

TEST_CASE("the same report gives the same bytes") {
    const Report report = samples::rich();
    CHECK(annotate::sarif(report) == annotate::sarif(report));
    CHECK(annotate::job_summary(report, kContext) == annotate::job_summary(report, kContext));
}

TEST_CASE("JSON keeps to the published schema") {
    std::map<std::string, std::string> files;
    for (const auto& [name, report] : all_samples()) files[name + ".json"] = annotate::json(report);
    check_with("validate-report.mjs", files);
}

TEST_CASE("SARIF passes the schema, Microsoft's validator and GitHub's demands") {
    std::map<std::string, std::string> files;
    for (const auto& [name, report] : all_samples()) files[name + ".sarif"] = annotate::sarif(report);
    files["many.sarif"] = annotate::sarif(samples::many(1000));
    TraceReport trace;
    const Report traced = samples::hostile();
    for (std::size_t file = 0; file < traced.files.size(); ++file)
        for (std::size_t i = 0; i < traced.files[file].statements.size(); ++i) {
            TracedStatement& statement = trace.statements.emplace_back();
            statement.file = file;
            statement.statement = i;
            statement.verdict = i % 2 == 0 ? TraceVerdict::mismatch : TraceVerdict::error;
            statement.differences = samples::hostile_texts();
        }
    files["trace.sarif"] = annotate::sarif_with(traced, trace);
    check_with("validate-sarif.mjs", files);
}

TEST_CASE("Markdown renders to our own tags and links only") {
    std::map<std::string, std::string> files;
    for (const auto& [name, report] : all_samples()) {
        files[name + "-comment.md"] = annotate::pr_comment(report, kContext);
        files[name + "-summary.md"] = annotate::job_summary(report, kContext);
        files[name + "-check.md"] =
            annotate::check_run(report, kContext).summary + annotate::check_run(report, kContext).text;
    }
    files["many-comment.md"] = annotate::pr_comment(samples::many(2000), kContext);
    auto mended = kContext;
    mended.earlier = annotate::pr_comment(samples::hostile(), kContext);
    files["mended-comment.md"] = annotate::pr_comment(samples::clean(), mended);
    // Suggestions as they would be: a comment each.
    for (const auto& report : {samples::rich(), samples::hostile()}) {
        auto simple = report;
        for (FileReport& file : simple.files) {
            file.path += ".sql";
            for (StatementReport& statement : file.statements)
                for (Graded& graded : statement.findings)
                    if (graded.finding.recipe)
                        for (RecipeStep& step : graded.finding.recipe->steps) {
                            step.wait_for.clear();
                            step.outside_transaction = false;
                            step.place = StepPlace::replaces;
                        }
        }
        const auto changes = annotate::suggested_changes(simple, "pgfence");
        CHECK(!changes.suggestions.empty());
        for (const auto& suggestion : changes.suggestions)
            files["suggestion-" + std::to_string(files.size()) + ".md"] = suggestion.body;
    }
    check_with("check-markdown.mjs", files);
}
