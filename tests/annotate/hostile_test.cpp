// A report in which everything that a pull request's author chooses tries to be more than text: what each output must
// not become. Functions of escape.h by themselves: escape_test.cpp; sizes: limits_test.cpp.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "annotate/other_ci.h"
#include "annotate/trace_output.h"
#include "tests/annotate/samples.h"

using namespace pgfence;

namespace {

const annotate::CommentContext kContext{"https://github.example/acme/shop", std::string(40, 'a'), "pgfence",
                                        "https://github.example/acme/shop/actions/runs/1"};

TraceReport hostile_trace(const Report& report) {
    TraceReport trace;
    for (std::size_t i = 0; i < report.files[0].statements.size(); ++i) {
        TracedStatement& statement = trace.statements.emplace_back();
        statement.statement = i;
        statement.verdict = i % 2 == 0 ? TraceVerdict::mismatch : TraceVerdict::error;
        statement.differences = {samples::hostile_texts()[i]};
    }
    return trace;
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

std::size_t lines_beginning(const std::string& text, std::string_view with) {
    const auto all = lines(text);
    return std::count_if(all.begin(), all.end(), [&](const std::string& line) { return line.starts_with(with); });
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

std::size_t findings_that_count(const Report& report) {
    std::size_t number = 0;
    for (const StatementReport& statement : report.files[0].statements)
        for (const Graded& graded : statement.findings) number += !graded.suppressed;
    return number;
}

// ---- Markdown as GitHub reads it ------------------------------------------------------------------------------------

std::size_t run_of_backticks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of('`', at), text.size()) - at;
}

/// Where the code span that opens at `at` ends; `at` when nothing closes it.
std::size_t end_of_span(std::string_view text, std::size_t at) {
    const std::size_t ticks = run_of_backticks(text, at);
    for (auto next = text.find('`', at + ticks); next != text.npos; next = text.find('`', next)) {
        const std::size_t run = run_of_backticks(text, next);
        next += run;
        if (run == ticks) return next;
    }
    return at;
}

/// Fenced blocks left out, as CommonMark finds them: a fence is closed by one that is at least as long.
std::string without_fences(const std::string& markdown) {
    std::string text;
    std::size_t open = 0;
    for (const std::string& line : lines(markdown)) {
        const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
        const std::size_t ticks = run_of_backticks(line, first);
        const bool bare = line.find_first_not_of(" `", first) == line.npos;
        if (open > 0) {
            if (ticks >= open && bare) open = 0;
        } else if (ticks >= 3 && line.find('`', first + ticks) == line.npos) {
            open = ticks;
        } else {
            text += line + '\n';
        }
    }
    CHECK(open == 0);
    return text;
}

/// What is neither code nor one of our own comments.
std::string prose_of(const std::string& markdown) {
    const std::string text = without_fences(markdown);
    std::string prose;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = std::string_view(text).substr(at);
        std::size_t end = at;
        if (rest[0] == '`') end = end_of_span(text, at);
        if (rest.starts_with("<code>")) end = text.find("</code>", at) + 7;
        if (rest.starts_with("<!-- pgfence")) end = text.find("-->", at) + 3;
        if (end == at) prose += text[end++];
        at = end;
    }
    return prose;
}

std::string without(const std::string& text, const std::regex& ours) { return std::regex_replace(text, ours, ""); }

/// Our links and tags, which hold nothing of anybody else's but a path that is percent-encoded.
const std::regex kOurLinks(
    R"(\]\(https://github\.(com/pgfence/action/blob/v1/docs/rules/[a-z0-9-]+\.md|)"
    R"(example/acme/shop/(blob/[0-9a-f]{40}/[A-Za-z0-9._~%/-]+#L\d+(-L\d+)?|actions/runs/1))\))");
const std::regex kOurTags("</?(details|summary|b|br|blockquote)>|&nbsp;");

void check_markdown(const std::string& name, const std::string& markdown) {
    INFO(name);
    CHECK_FALSE(samples::has_hidden(markdown));
    const std::string prose = without(without(prose_of(markdown), kOurLinks), kOurTags);
    const auto nowhere = [&](const std::string& what, const char* pattern) {
        std::smatch found;
        const bool is_there = std::regex_search(prose, found, std::regex(pattern));
        INFO(what << ": " << (is_there ? found.str() : ""));
        CHECK_FALSE(is_there);
    };
    nowhere("a mention", "@[A-Za-z0-9]");
    nowhere("a reference to an issue", R"(#\d|GH-\d)");
    nowhere("an address", R"(://|www\.)");
    nowhere("a link or an image", R"(\]\(|\]:|!\[)");
    nowhere("a tag", "<[A-Za-z/!]");
    nowhere("a character reference", "&(?!lt;)[a-z#]");
    nowhere("an emoji", ":[a-z0-9_+-]+:");
    nowhere("mathematics", R"(\$)");
    nowhere("a commit", R"(\b[0-9a-f]{7,40}\b)");
    nowhere("code that nothing closes", "`");
    CHECK(count(prose_of(markdown), "<details>") == count(prose_of(markdown), "</details>"));
}

// ---- JSON -----------------------------------------------------------------------------------------------------------

/// Text that a machine gets is whole and readable: UTF-8, no bare control characters, nothing after the document.
nlohmann::json parsed(const std::string& document) {
    CHECK(std::none_of(document.begin(), document.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
    return nlohmann::json::parse(document);  // throws at what is not UTF-8
}

/// Every string of a document.
void each_string(const nlohmann::json& value, const std::function<void(const std::string&)>& use) {
    if (value.is_string()) use(value.get<std::string>());
    if (value.is_structured())
        for (const auto& part : value) each_string(part, use);
}

}  // namespace

TEST_CASE("hostile text is no Markdown of its own") {
    const Report report = samples::hostile();
    auto with_trace = kContext;
    with_trace.trace = annotate::trace_markdown(report, hostile_trace(report), annotate::kMostOfComment);
    const annotate::CheckRun run = annotate::check_run(report, kContext);
    check_markdown("comment", annotate::pr_comment(report, kContext));
    check_markdown("comment with a trace", annotate::pr_comment(report, with_trace));
    check_markdown("job summary", annotate::job_summary(report, kContext));
    check_markdown("check run's summary", run.summary);
    check_markdown("check run's text", run.text);
    // The test would notice: what it is given here is what the outputs are spared.
    for (const std::string text :
         {"@octocat", "fixes #12", "https://evil.example", "[click](x)", "<img src=x>", ":tada:", "a ` b", "$x$"}) {
        INFO(text);
        const std::string prose = without(without(prose_of(text), kOurLinks), kOurTags);
        CHECK(std::regex_search(prose, std::regex(R"(@\w|#\d|://|\]\(|<[A-Za-z]|:[a-z]+:|`|\$)")));
    }
}

TEST_CASE("suggestions to hostile statements say nothing of their own") {
    Report report = samples::hostile();
    for (StatementReport& statement : report.files[0].statements)
        for (Graded& graded : statement.findings)
            for (RecipeStep& step : graded.finding.recipe->steps) {
                step.place = StepPlace::replaces;
                step.wait_for.clear();
            }
    const auto changes = annotate::suggested_changes(report, "pgfence");
    REQUIRE_FALSE(changes.suggestions.empty());
    for (const annotate::Suggestion& suggestion : changes.suggestions) check_markdown("suggestion", suggestion.body);
}

TEST_CASE("a terminal that shows hostile text obeys none of it") {
    const Report report = samples::hostile();
    for (const std::string& text :
         {annotate::terminal(report), annotate::trace_terminal(report, hostile_trace(report))}) {
        CHECK_FALSE(samples::has_hidden(text));
        CHECK(text.find("##[") == text.npos);
        for (const std::string& line : lines(text))
            CHECK_FALSE(std::regex_search(line, std::regex("^[ \t]*::[^:]*::")));
    }
    const std::string text = annotate::terminal(report);
    CHECK(lines_beginning(text, "warning[drop-table]: ") == findings_that_count(report));
    CHECK(lines_beginning(text, "pass: ") == 1);
    CHECK(lines_beginning(text, "fail") == 0);
    CHECK(lines_beginning(text, "note: ") <= report.notes.size());
}

TEST_CASE("whatever a job prints, no runner finds a command in it") {
    const Report report = samples::hostile();
    for (const std::string& text : {annotate::terminal(report), annotate::trace_terminal(report, hostile_trace(report)),
                                    annotate::json(report), annotate::sarif(report), samples::in_form("gitlab", report),
                                    samples::in_form("rdjson", report), samples::in_form("junit", report)}) {
        CHECK(text.find("vso") != text.npos);
        CHECK(text.find("##vso[") == text.npos);
        CHECK(text.find("##[") == text.npos);
    }
    // As data it is what it was.
    CHECK(nlohmann::json::parse(annotate::json(report)).dump().find("##vso[") != std::string::npos);
    CHECK(annotate::inert_text("a\n ##vso[b]\n::c::d\n") == "a\n ## vso[b]\n: :c::d\n");
    CHECK(annotate::inert_json(R"({"a":"###"})") == R"({"a":"#\u0023#"})");
}

TEST_CASE("two results of one rule on one line have fingerprints of their own") {
    Report report = samples::rich();
    for (FileReport& file : report.files)
        for (StatementReport& statement : file.statements) {
            const auto once = statement.findings;
            for (Graded graded : once) {
                for (char& digit : graded.fingerprint) digit = digit == 'f' ? '0' : 'f';
                statement.findings.push_back(graded);
            }
        }
    std::set<std::string> github, gitlab;
    std::size_t results = 0;
    const auto sarif = nlohmann::json::parse(annotate::sarif(report));
    for (const auto& result : sarif["runs"][0]["results"]) {
        ++results;
        const std::string place =
            result["ruleId"].get<std::string>() +
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].get<std::string>();
        github.insert(place + result["partialFingerprints"]["primaryLocationLineHash"].get<std::string>());
    }
    CHECK(results > 2);
    CHECK(github.size() == results);
    const auto issues = nlohmann::json::parse(samples::in_form("gitlab", report));
    for (const auto& issue : issues) gitlab.insert(issue["fingerprint"].get<std::string>());
    CHECK(gitlab.size() == issues.size());
}

TEST_CASE("a runner that logs hostile text gets no command but ours") {
    const Report report = samples::hostile();
    const std::string github = annotate::workflow_commands(report);
    CHECK(github.find("##[") == github.npos);
    CHECK(github.find('\r') == github.npos);
    CHECK(lines_beginning(github, "::") == 10);
    CHECK(lines_beginning(github, "::warning file=db/mig rations/@octocat <b>|`#1`\xE2\x80\xAE%2Ca%3Ab%25.sql,line=") ==
          10);
    for (const std::string& line : lines(github)) {
        const auto data = line.find("::", 2);
        if (line.starts_with("::")) CHECK_FALSE(samples::has_hidden(line.substr(data)));
    }
    const std::string azure = samples::in_form("azure", report);
    CHECK_FALSE(samples::has_hidden(azure));
    CHECK(lines(azure).size() == lines_beginning(azure, "##vso[task.logissue type=warning;sourcepath=db/mig"));
    for (const std::string& line : lines(azure)) CHECK(line.find("##vso[", 1) == line.npos);
}

TEST_CASE("hostile text is data to a reader of JSON") {
    const Report report = samples::hostile();
    const std::string path = report.files[0].path;
    const auto json = parsed(annotate::json(report));
    CHECK(json["files"].size() == 1);
    CHECK(json["files"][0]["path"] == path);
    CHECK(json["files"][0]["statements"].size() == samples::hostile_texts().size());
    // Exactly, where it is UTF-8: who reads JSON compares names.
    const auto& texts = samples::hostile_texts();
    for (const std::size_t i : {std::size_t{0}, std::size_t{9}, std::size_t{11}}) {
        const auto& finding = json["files"][0]["statements"][i]["findings"][0];
        CHECK(finding["relations"][0] == "public." + texts[i]);
    }
    for (const auto& [name, document] :
         std::map<std::string, std::string>{{"GitLab", samples::in_form("gitlab", report)},
                                            {"reviewdog", samples::in_form("rdjson", report)},
                                            {"SARIF", annotate::sarif(report)}}) {
        INFO(name);
        const auto value = parsed(document);
        CHECK(value.size() > 0);
    }
    const auto results = parsed(annotate::sarif(report))["runs"][0]["results"];
    CHECK(results.size() == texts.size());
    for (const auto& result : results) {
        CHECK(result["ruleId"] == "drop-table");
        CHECK_FALSE(samples::has_hidden(result["message"]["text"].get<std::string>()));
    }
    // People see these as they are.
    for (const auto& issue : parsed(samples::in_form("gitlab", report))) {
        const auto said = issue["description"].get<std::string>();
        CHECK_FALSE(samples::has_hidden(said));
        CHECK(said.find('\n') == said.npos);
        CHECK(issue["location"]["path"] == path);
    }
    const auto diagnostics = parsed(samples::in_form("rdjson", report))["diagnostics"];
    CHECK_FALSE(diagnostics.empty());
    for (const auto& diagnostic : diagnostics)
        CHECK_FALSE(samples::has_hidden(diagnostic["message"].get<std::string>()));
    const std::string trace = annotate::trace_json(report, hostile_trace(report));
    std::size_t strings = 0;
    each_string(parsed(trace), [&](const std::string&) { ++strings; });
    CHECK(strings > texts.size());
    parsed(annotate::sarif_with(report, hostile_trace(report)));
}

TEST_CASE("hostile text is data to a reader of XML") {
    const Report report = samples::hostile();
    const std::string xml = samples::in_form("junit", report);
    CHECK_FALSE(samples::has_hidden(xml));
    pugi::xml_document document;
    REQUIRE(document.load_string(xml.c_str(), pugi::parse_full));
    const auto root = document.child("testsuites");
    std::size_t suites = 0, cases = 0;
    for (const auto& suite : root.children()) {
        CHECK(std::string(suite.name()) == "testsuite");
        ++suites;
        for (const auto& test : suite.children()) {
            CHECK(std::string(test.name()) == "testcase");
            ++cases;
            for (const auto& outcome : test.children()) {
                const std::string name = outcome.name();
                CHECK((name == "failure" || name == "skipped"));
                for (const auto& inside : outcome.children()) CHECK(inside.type() == pugi::node_pcdata);
            }
        }
    }
    CHECK(suites == 1);
    CHECK(cases == report.files[0].statements.size() + report.files[0].unread.size());
}

TEST_CASE("hostile text of any length fits") {
    Report report = samples::hostile();
    for (StatementReport& statement : report.files[0].statements)
        for (Graded& graded : statement.findings) {
            std::string endless;
            while (endless.size() < 20'000) endless += graded.finding.message + "\n";
            graded.finding.message = endless;
            graded.finding.recipe->steps[0].sql = endless;
            graded.finding.recipe->note = endless;
        }
    const annotate::CheckRun run = annotate::check_run(report, kContext);
    CHECK(annotate::pr_comment(report, kContext).size() <= 65'536 * 4);
    CHECK(annotate::job_summary(report, kContext).size() <= 900 * 1024);
    CHECK(run.summary.size() <= 65'535);
    CHECK(run.text.size() <= 65'535);
    for (const annotate::Annotation& annotation : run.annotations) {
        CHECK(annotation.message.size() <= 64 * 1024);
        CHECK(annotation.raw_details.size() <= 64 * 1024);
    }
    check_markdown("comment", annotate::pr_comment(report, kContext));
    check_markdown("job summary", annotate::job_summary(report, kContext));
}
