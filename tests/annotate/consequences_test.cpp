// What is listed in another finding is in every output that has no row of its own for it.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <utility>
#include <vector>

#include "annotate/annotate.h"
#include "annotate/other_ci.h"
#include "core/text.h"
#include "tests/annotate/samples.h"

using namespace pgfence;
using namespace pgfence::annotate;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The first statement of the sample with another consequence of its first finding.
Report with_consequence() {
    Report report = samples::rich();
    for (FileReport& file : report.files)
        for (StatementReport& statement : file.statements)
            for (std::size_t i = 0; i < statement.findings.size(); ++i) {
                if (statement.findings[i].suppressed) continue;
                Graded part = statement.findings[i];
                part.finding.rule = "drop-not-null-column-before-drop";
                part.finding.message = "inserts without it fail";
                part.finding.recipe.reset();
                part.part_of = i;
                statement.findings.push_back(part);
                return report;
            }
    return report;
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

}  // namespace

TEST_CASE("a consequence is told with the finding that it is listed in") {
    const Report report = with_consequence();
    std::string annotations;
    for (const Annotation& annotation : check_run(report).annotations) annotations += annotation.message + "\n";
    const std::vector<std::pair<std::string, std::string>> outputs{
        {"terminal", terminal(report)},
        {"comment", pr_comment(report, {})},
        {"sarif", sarif(report)},
        {"check run", check_run(report).text},
        {"annotations", annotations},
        {"log", workflow_commands(report)},
        {"gitlab", samples::in_form("gitlab", report)},
        {"junit", samples::in_form("junit", report)},
        {"rdjson", samples::in_form("rdjson", report)},
        {"azure", samples::in_form("azure", report)},
        {"json", json(report)},
    };
    for (const auto& [name, text] : outputs) {
        INFO(name << "\n" << text);
        // A sentence begins with a capital, and a terminal has an end.
        CHECK_THAT(one_line(text), ContainsSubstring("inserts without it fail", Catch::CaseSensitive::No));
        CHECK_THAT(text, ContainsSubstring("drop-not-null-column-before-drop"));
    }
}

TEST_CASE("who accepts an act accepts all that it leads to, by name") {
    CHECK_THAT(one_line(terminal(with_consequence())),
               ContainsSubstring(", drop-not-null-column-before-drop (reason)"));
}

TEST_CASE("findings of one rule about one table are one row with their lines") {
    Report report = samples::many(20);
    for (FileReport& file : report.files)
        for (StatementReport& statement : file.statements)
            for (Graded& graded : statement.findings) {
                graded.finding.relations = {"public.orders"};
                graded.risk = Risk::high;
                graded.severity = Severity::error;
            }
    FileReport& file = report.files.front();
    while (report.files.size() > 1) {
        for (StatementReport& statement : report.files.back().statements) {
            statement.statement.span.file = file.file;
            for (Graded& graded : statement.findings) graded.finding.span.file = file.file;
            file.statements.push_back(std::move(statement));
        }
        report.files.pop_back();
    }
    const std::string comment = pr_comment(report, {});
    INFO(comment);
    CHECK(count(comment, "\n| \U0001F534") == 1);
    CHECK_THAT(comment, ContainsSubstring("and 19 more like it"));
    CHECK(count(comment, "<details><summary><code>") == 20);
}

TEST_CASE("a finding that repeats an earlier one has its row's place and no details of its own") {
    Report report = samples::many(1);
    FileReport& file = report.files.front();
    StatementReport& first = file.statements.front();
    first.findings.resize(1);
    first.findings.front().fingerprint = "00000000000000aa";
    file.statements.push_back(first);
    file.statements.back().findings.front().repeats = FindingPlace{0, 0};
    const std::string comment = pr_comment(report, {});
    INFO(comment);
    CHECK_THAT(comment, ContainsSubstring("and 1 more like it"));
    CHECK(count(comment, "<details><summary><code>") == 1);
    CHECK(count(terminal(report), "to suppress it") == 1);
    CHECK_THAT(one_line(terminal(report)), ContainsSubstring("the same in line 1"));
    CHECK_THAT(json(report), ContainsSubstring("\"partOf\":\"00000000000000aa\""));
    CHECK(check_run(report).annotations.size() == 2);
}

namespace {

/// The first file of the sample alone, with one finding for each message.
Report with_findings(const std::vector<std::pair<std::string, std::string>>& messages_of_rules) {
    Report report = samples::many(20);
    report.files.resize(1);
    StatementReport statement = report.files.front().statements.front();
    const Graded model = statement.findings.front();
    report.files.front().statements.clear();
    for (const auto& [rule, message] : messages_of_rules) {
        Graded graded = model;
        graded.finding.rule = rule;
        graded.finding.message = message;
        graded.finding.relations = {message};
        graded.finding.lock.reset();
        statement.findings = {graded};
        report.files.front().statements.push_back(statement);
    }
    return report;
}

std::size_t rows_of(const std::string& comment) { return count(comment, "\n| 🟡&nbsp;low | "); }

}  // namespace

TEST_CASE("findings that differ in names alone are one row with a count and the names") {
    const std::string comment =
        pr_comment(with_findings({{"drop-function", "running code that calls `a` fails"},
                                  {"drop-function", "running code that calls `b` fails"},
                                  {"drop-view", "running code that reads `v` fails"},
                                  {"drop-function", "running code that calls `c` fails"},
                                  {"drop-function", "running code gets something else from `d`"}}),
                   {});
    INFO(comment);
    CHECK(rows_of(comment) == 3);
    CHECK_THAT(comment, ContainsSubstring("| running code that reads `v` fails | line 1 |"));
    CHECK_THAT(comment, ContainsSubstring("running code that calls `a` fails<br>and 2 more like it: `b`, `c` |"));
    CHECK(count(comment, "<details><summary><code>100&#46;sql&#58;1</code>: <b>drop-") == 5);
}

TEST_CASE("a finding that leads to something else has a row of its own") {
    Report report = with_findings({{"drop-function", "running code that calls `a` fails"},
                                   {"drop-function", "running code that calls `b` fails"}});
    std::vector<Graded>& findings = report.files.front().statements.back().findings;
    findings.push_back(findings.front());
    findings.back().finding.message = "triggers that run it go with it";
    findings.back().part_of = 0;
    const std::string comment = pr_comment(report, {});
    INFO(comment);
    CHECK(rows_of(comment) == 2);
}

TEST_CASE("what was not analyzed for the same reason is one row with its lines") {
    Report report = samples::rich();
    const auto with_unread = [](const FileReport& file) { return !file.unread.empty(); };
    const auto file = std::find_if(report.files.begin(), report.files.end(), with_unread);
    REQUIRE(file != report.files.end());
    const NotAnalyzed one = file->unread.front();
    file->unread.assign(9, one);
    NotAnalyzed other = one;
    other.why = "another reason";
    file->unread.push_back(other);
    const std::string comment = pr_comment(report, {});
    INFO(comment);
    CHECK_THAT(comment, ContainsSubstring(" and 4 more | "));
    CHECK(count(comment, "another reason") == 1);
}

TEST_CASE("what cannot run stands apart from what was not analyzed") {
    Report report = samples::clean();
    NotAnalyzed refused;
    refused.span = {report.files[0].file, 0, 1};
    refused.what = "one of several migrations that come last";
    refused.why = "the tool refuses all of them";
    refused.extent = Unread::Extent::rejected;
    refused.outcome = Outcome::fail;
    report.files[0].unread = {refused};
    report.verdict.outcome = Outcome::fail;
    report.verdict.files_refused = 1;
    CHECK(not_analyzed_in_words(report.verdict) == "1 file cannot run");
    for (const std::string& shown : {pr_comment(report, {}), check_run(report).summary}) {
        INFO(shown);
        CHECK_THAT(shown, ContainsSubstring("#### Cannot run"));
        CHECK_THAT(shown, !ContainsSubstring("ot analyzed\n"));
    }
    CHECK_THAT(terminal(report, {}), ContainsSubstring("cannot run\n"));
    CHECK(check_run(report).annotations.front().title == "cannot run");
    refused.extent = Unread::Extent::file;
    report.files[0].unread.push_back(refused);
    report.verdict.statements_not_analyzed = 2;
    CHECK(not_analyzed_in_words(report.verdict) == "1 file cannot run, 2 statements not analyzed");
    const std::string both = pr_comment(report, {});
    CHECK(both.find("#### Cannot run") < both.find("#### Not analyzed"));
}

TEST_CASE("a lock that was taken in another file is told with that file") {
    Report report = samples::rich();
    REQUIRE(report.files.size() > 1);
    for (StatementReport& statement : report.files[0].statements)
        for (Graded& graded : statement.findings) graded.finding.related = SourceSpan{report.files[1].file, 0, 1};
    const std::string comment = pr_comment(report, {});
    INFO(comment);
    CHECK_THAT(comment, ContainsSubstring("(`" + report.files[1].path + ":1`)"));
}
