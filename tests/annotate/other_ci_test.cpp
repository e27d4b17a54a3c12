// The outputs for those who are not GitHub, read back as their readers read them.

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "annotate/other_ci.h"
#include "tests/annotate/samples.h"
#include "tests/docs/files.h"

using namespace pgfence;

namespace {

std::vector<Report> reports() {
    return {samples::rich(), samples::clean(), samples::nothing(), samples::hostile(), samples::many(300)};
}

struct ReportedTexts {
    std::size_t active = 0, failing = 0, unread = 0, failing_statements = 0, statements = 0;
};

ReportedTexts told(const Report& report) {
    ReportedTexts told;
    for (const FileReport& file : report.files) {
        told.unread += file.unread.size();
        told.statements += file.statements.size();
        for (const StatementReport& statement : file.statements) {
            bool fails = false;
            for (const Graded& graded : statement.findings) {
                if (graded.suppressed) continue;
                ++told.active;
                if (graded.severity < Severity::warning) continue;
                ++told.failing;
                fails = true;
            }
            told.failing_statements += fails;
        }
    }
    return told;
}

std::set<std::string> paths(const Report& report) {
    std::set<std::string> paths;
    for (const FileReport& file : report.files) paths.insert(file.path);
    return paths;
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

/// As the agent's Command.cs does.
std::string unescaped(std::string text) {
    for (const auto& [code, character] :
         {std::pair("%3B", ";"), {"%5D", "]"}, {"%0D", "\r"}, {"%0A", "\n"}, {"%AZP25", "%"}})
        for (auto at = text.find(code); at != text.npos; at = text.find(code, at + 1))
            text.replace(at, std::string(code).size(), character);
    return text;
}

}  // namespace

TEST_CASE("GitLab: every finding and every statement not read is an issue with a place and a fingerprint") {
    for (const Report& report : reports()) {
        const auto issues = nlohmann::json::parse(samples::in_form("gitlab", report));
        REQUIRE(issues.is_array());
        CHECK(issues.size() == told(report).active + told(report).unread);
        for (const auto& issue : issues) {
            INFO(issue);
            CHECK(issue["description"].get<std::string>().find('\n') == std::string::npos);
            CHECK(!issue["description"].get<std::string>().empty());
            CHECK(!issue["check_name"].get<std::string>().empty());
            CHECK(!issue["fingerprint"].get<std::string>().empty());
            CHECK(std::set<std::string>{"info", "minor", "major", "critical", "blocker"}.contains(issue["severity"]));
            CHECK(issue["location"]["lines"]["begin"] >= 1);
            CHECK(issue["location"]["lines"]["end"] >= issue["location"]["lines"]["begin"]);
        }
    }
    const auto issues = nlohmann::json::parse(samples::in_form("gitlab", samples::rich()));
    CHECK(issues[0]["severity"] == "critical");
    CHECK(issues[0]["location"] ==
          nlohmann::json::parse(R"({"path": "db/migrations/0042_orders.sql", "lines": {"begin": 3, "end": 3}})"));
    CHECK(issues.back()["check_name"] == "not-analyzed");
    CHECK(issues.back()["severity"] == "major");
}

TEST_CASE("reviewdog: every finding and every statement not read is a diagnostic") {
    for (const Report& report : reports()) {
        const auto result = nlohmann::json::parse(samples::in_form("rdjson", report));
        CHECK(result["source"]["name"] == "pgfence");
        CHECK(result["diagnostics"].size() == told(report).active + told(report).unread);
        for (const auto& diagnostic : result["diagnostics"]) {
            CHECK(!diagnostic["message"].get<std::string>().empty());
            CHECK(std::set<std::string>{"ERROR", "WARNING", "INFO"}.contains(diagnostic["severity"]));
            CHECK(diagnostic["location"]["range"]["start"]["line"] >= 1);
            CHECK(diagnostic["location"]["range"]["end"]["line"] >= diagnostic["location"]["range"]["start"]["line"]);
        }
    }
    const auto first = nlohmann::json::parse(samples::in_form("rdjson", samples::rich()))["diagnostics"][0];
    CHECK(first["code"]["value"] == "alter-column-type-rewrite");
    CHECK(first["code"]["url"] == "https://github.com/pgfence/action/blob/v1/docs/rules/alter-column-type-rewrite.md");
    CHECK(first["severity"] == "ERROR");
}

TEST_CASE("Azure Pipelines gets a command for each, and none of somebody else's") {
    for (const Report& report : reports()) {
        const auto expected = told(report);
        const auto said = lines(samples::in_form("azure", report));
        const std::size_t notices = expected.active - expected.failing;
        CHECK(said.size() == expected.failing + expected.unread + (notices > 0 ? 1 : 0));
        for (const std::string& line : said) {
            INFO(line);
            if (&line == &said.back() && notices > 0) {
                CHECK(line == std::to_string(notices) + (notices == 1 ? " notice" : " notices") + ": see the report");
                continue;
            }
            const std::string start = "##vso[task.logissue type=";
            REQUIRE(line.starts_with(start));
            CHECK(
                (line.substr(start.size()).starts_with("error;") || line.substr(start.size()).starts_with("warning;")));
            const auto path = line.find(";sourcepath=") + 12;
            CHECK(line.find(']') > line.find(";code="));
            CHECK(line.find(";linenumber=") < line.find(']'));
            CHECK(line.find(']') + 1 < line.size());
            const auto shown = unescaped(line.substr(path, line.find(';', path) - path));
            if (shown.find("\xEF\xBF\xBD") == shown.npos && shown.find('\n') == shown.npos)
                CHECK(paths(report).contains(shown));
        }
    }
}

TEST_CASE("JUnit: a case for each statement, as another XML reader counts them") {
    const auto file =
        std::filesystem::temp_directory_path() / ("pgfence-junit-" + std::to_string(std::rand()) + ".xml");
    const auto counted = std::filesystem::path(file).replace_extension("txt");
    for (const Report& report : reports()) {
        std::ofstream(file, std::ios::binary) << samples::in_form("junit", report);
        const std::string script =
            "import sys, xml.etree.ElementTree as e\n"
            "r = e.parse(sys.argv[1]).getroot()\n"
            "c = r.findall('testsuite/testcase')\n"
            "n = {(x.get('classname'), x.get('name')) for x in c}\n"
            "assert all(int(x.get('line')) > 0 and x.get('file') for x in c)\n"
            "assert r.tag == 'testsuites' and len(n) == len(c), 'two of one name'\n"
            "f = [x for x in c if x.find('failure') is not None]\n"
            "assert all(x.find('failure').get('message') and x.find('failure').text for x in f)\n"
            "s = [x for x in c if x.find('skipped') is not None]\n"
            "for k, v in (('tests', c), ('failures', f), ('skipped', s)):\n"
            "    assert int(r.get(k)) == len(v) == sum(int(x.get(k)) for x in r), k\n"
            "print(len(c), len(f), len(s))\n";
        std::ofstream(counted.string() + ".py") << script;
        REQUIRE(std::system(
                    ("python3 " + counted.string() + ".py " + file.string() + " > " + counted.string()).c_str()) == 0);
        std::size_t tests = 0, failures = 0, skipped = 0;
        std::ifstream(counted) >> tests >> failures >> skipped;
        const auto expected = told(report);
        CHECK(tests == expected.statements + expected.unread);
        CHECK(failures == expected.failing_statements);
        CHECK(skipped == expected.unread);
    }
    for (const auto& path : {file.string(), counted.string(), counted.string() + ".py"}) std::filesystem::remove(path);
}

TEST_CASE("every form has its row in docs/ci.md") {
    const std::string page = docs_testing::read(docs_testing::kRoot / "docs/ci.md");
    for (const annotate::Form* form : annotate::forms()) {
        CAPTURE(form->name);
        const std::string row = std::string("| `") + form->name + "` | " + form->reader + " |";
        CHECK(page.find(row) != std::string::npos);
        CHECK_FALSE(form->write(samples::rich()).empty());
    }
}
