// What GitHub and its runner refuse or drop, and what we say about what was left out.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "annotate/annotate.h"
#include "annotate/line_hash.h"
#include "annotate/listing.h"
#include "annotate/utf8.h"
#include "tests/annotate/samples.h"

using namespace pgfence;
using namespace pgfence::annotate;

namespace {

const CommentContext kContext{"https://github.example/acme/shop", std::string(40, 'a'), "pgfence",
                              "https://github.example/acme/shop/actions/runs/1"};

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

std::size_t starting(std::string_view text, std::string_view part) {
    return count("\n" + std::string(text), "\n" + std::string(part));
}

/// With a fingerprint of its own for each finding.
Report told_apart(Report report) {
    std::size_t number = 0;
    for (FileReport& file : report.files)
        for (StatementReport& statement : file.statements)
            for (Graded& graded : statement.findings) {
                const std::string digits = std::to_string(number++);
                graded.fingerprint = std::string(16 - digits.size(), 'a') + digits;
            }
    return report;
}

/// Every foreign text is 200,000 characters of one kind.
Report endless(char character = '`') {
    Report report = samples::rich();
    const std::string long_name(200'000, character);
    for (FileReport& file : report.files) {
        file.path += long_name;
        for (StatementReport& statement : file.statements)
            for (Graded& graded : statement.findings) {
                graded.finding.message += " " + long_name;
                graded.finding.relations = std::vector<std::string>(20, long_name);
                graded.finding.recipe =
                    Recipe{std::vector<RecipeStep>(15, RecipeStep{long_name, true, long_name, long_name}), long_name};
                graded.risk_reason = long_name;
            }
    }
    report.notes.assign(40, long_name);
    report.verdict.reason = long_name;
    return report;
}

}  // namespace

TEST_CASE("a comment fits and says what it left out") {
    for (const std::size_t findings : {1, 20, 90, 150, 2000}) {
        const std::string comment = pr_comment(samples::many(findings), kContext);
        INFO(findings << " findings");
        CHECK(code_points(comment) <= 65'000);
        CHECK(comment.starts_with("<!-- pgfence:pgfence -->\n## "));
        CHECK(count(comment, "<details>") == count(comment, "</details>"));
        CHECK(count(comment, "\n```") % 2 == 0);
        const std::size_t rows =
            starting(comment, "| \U0001F534") + starting(comment, "| \U0001F7E0") + starting(comment, "| \U0001F7E1");
        CHECK(rows >= std::min<std::size_t>(findings, 50));
        if (rows == findings)
            CHECK(comment.find("not listed") == std::string::npos);
        else
            CHECK(comment.find(std::to_string(findings - rows) + " findings are not listed") != std::string::npos);
        CHECK(comment.find("[workflow run](https://github.example/acme/shop/actions/runs/1)") != std::string::npos);
    }
}

TEST_CASE("the worst findings are the ones that stay") {
    const std::string comment = pr_comment(samples::many(2000), kContext);
    CHECK(comment.find("&nbsp;critical") != std::string::npos);
    CHECK(comment.find("&nbsp;low") == std::string::npos);
}

TEST_CASE("a summary fits and holds more") {
    const std::string summary = job_summary(samples::many(2000), kContext);
    CHECK(summary.size() <= 900 * 1024);
    CHECK(summary.size() > 400 * 1024);
    CHECK(job_summary(samples::many(20000), kContext).size() <= 900 * 1024);
    CHECK(job_summary(samples::hostile(), kContext).size() <= 900 * 1024);
}

TEST_CASE("names of any length fit") {
    for (const char character : {'`', '|', '%', '\n', '\0', '\xFF', 'a'}) {
        const Report report = endless(character);
        CHECK(pr_comment(report, {}).size() <= 65'000);
        CHECK(job_summary(report, {}).size() <= 900 * 1024);
        const CheckRun run = check_run(report, {});
        CHECK(run.summary.size() <= 65'535);
        CHECK(run.text.size() <= 65'535);
        CHECK(code_points(run.title) <= 255);
        for (const Annotation& annotation : run.annotations) {
            CHECK(annotation.message.size() <= 64 * 1024);
            CHECK(annotation.raw_details.size() <= 64 * 1024);
        }
    }
}

TEST_CASE("a check run keeps to GitHub's limits") {
    for (const Report& report : {samples::rich(), samples::hostile(), samples::many(2000), samples::nothing()}) {
        const CheckRun run = check_run(report, kContext);
        CHECK_FALSE(run.title.empty());
        CHECK_FALSE(run.summary.empty());
        CHECK(code_points(run.title) <= 255);
        CHECK(run.summary.size() <= 65'535);
        CHECK(run.text.size() <= 65'535);
        for (const Annotation& annotation : run.annotations) {
            CHECK(annotation.start_line >= 1);
            CHECK(annotation.end_line >= annotation.start_line);
            CHECK(annotation.start_column.has_value() == (annotation.start_line == annotation.end_line));
            CHECK(annotation.start_column.has_value() == annotation.end_column.has_value());
            CHECK_FALSE(annotation.message.empty());
            CHECK(annotation.message.size() <= 64 * 1024);
            CHECK(code_points(annotation.title) <= 255);
        }
    }
    CHECK(check_run(samples::many(2000)).annotations.size() == 2000);
}

TEST_CASE("a check run's conclusion") {
    CHECK(check_run(samples::rich()).conclusion == "failure");
    CHECK(check_run(samples::clean()).conclusion == "success");
    CHECK(check_run(samples::nothing()).conclusion == "success");
    CHECK(check_run(samples::nothing()).title == "no migrations changed");
    CHECK(check_run(samples::hostile()).conclusion == "neutral");
    Report unread = samples::clean();
    unread.verdict.outcome = Outcome::neutral;
    unread.verdict.statements_not_analyzed = 2;
    CHECK(check_run(unread).conclusion == "neutral");
    CHECK(check_run(unread).title == "2 statements not analyzed, no findings in the rest");
    Report suppressed = samples::clean();
    suppressed.verdict.outcome = Outcome::neutral;
    suppressed.verdict.risks_suppressed = {"drop-table"};
    CHECK(check_run(suppressed).conclusion == "neutral");
    CHECK(check_run(suppressed).title == "no findings, suppressed: drop-table");
}

TEST_CASE("annotations of a check run") {
    const CheckRun run = check_run(samples::rich());
    REQUIRE(run.annotations.size() ==
            5);  // four findings that count, one unread statement; the suppressed one stays out
    const Annotation& first = run.annotations.front();
    CHECK(first.path == "db/migrations/0042_orders.sql");
    CHECK(first.start_line == 3);
    CHECK(first.start_column == 3u);
    CHECK(first.end_column == 41u);
    CHECK(first.level == "failure");
    CHECK(first.title == "Column type change rewrites the table (high risk)");
    CHECK(first.raw_details.starts_with("Fix:\n1. a new column beside the old one\n   SET lock_timeout = '2s';\n"));
    CHECK(run.annotations.back().level == "warning");
    CHECK(run.annotations.back().start_line == 4);
}

TEST_CASE("the runner keeps ten of a level, and the rest is counted") {
    const std::string commands = workflow_commands(samples::many(100));
    CHECK(starting(commands, "::error ") == 10);
    CHECK(starting(commands, "::warning ") == 10);
    CHECK(starting(commands, "::notice ") == 10);
    CHECK(commands.find("\nand 24 more of level error: see the job summary\n") != std::string::npos);
    CHECK(commands.find("\nand 23 more of level notice: see the job summary\n") != std::string::npos);
    CHECK(workflow_commands(samples::nothing()).empty());
}

TEST_CASE("the runner gets no command of somebody else's") {
    const std::string commands = workflow_commands(samples::hostile());
    CHECK(starting(commands, "::warning file=") == 10);
    CHECK(starting(commands, "::") == 10);
    CHECK(commands.find("##[") == std::string::npos);
    CHECK(commands.find('\r') == std::string::npos);
}

TEST_CASE("SARIF keeps the worst 5,000") {
    const auto log = nlohmann::json::parse(sarif(samples::many(6000)));
    const auto& results = log["runs"][0]["results"];
    REQUIRE(results.size() == 5000);
    CHECK(results[0]["properties"]["risk"] == "critical");
    CHECK(results[4999]["properties"]["risk"] == "low");
}

TEST_CASE("SARIF of suppressed findings") {
    const auto marked = nlohmann::json::parse(sarif(samples::rich()));
    const auto& results = marked["runs"][0]["results"];
    REQUIRE(results.size() == 5);
    CHECK(results[4]["suppressions"][0] ==
          nlohmann::json{{"kind", "inSource"}, {"status", "accepted"}, {"justification", "empty since the beta"}});
    for (std::size_t i = 0; i < 4; ++i) CHECK_FALSE(results[i].contains("suppressions"));
    const auto left_out = nlohmann::json::parse(sarif(samples::rich(), Suppressed::left_out));
    CHECK(left_out["runs"][0]["results"].size() == 4);
}

TEST_CASE("line fingerprints are those of codeql-action") {
    // The values its own tests publish (src/fingerprints.test.ts).
    using Hashes = std::vector<std::string>;
    const Hashes greetings{"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
                           "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"};
    CHECK(line_hashes("") == Hashes{"c129715d7a2bc9a3:1"});
    CHECK(line_hashes(" a\nb\n  \t\tc\n d") ==
          Hashes{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"});
    CHECK(line_hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n") == greetings);
    CHECK(line_hashes(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r") == greetings);
    CHECK(line_hashes(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n") == greetings);
    CHECK(line_hashes(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n") == greetings);
    std::string repeated;
    for (int i = 0; i < 10; ++i) repeated += "Lorem ipsum dolor sit amet.\n";
    CHECK(line_hashes(repeated) == Hashes{"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3",
                                          "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
                                          "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1",
                                          "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"});
}

TEST_CASE("columns count code points on lines of any length") {
    const std::string text =
        "\xEF\xBB\xBF"
        "ä; b\r\n\t表 x\rlast";
    const Places places(text);
    const auto at = [&](std::string_view part) {
        const auto begin = static_cast<std::uint32_t>(text.find(part));
        return places.region({0, begin, static_cast<std::uint32_t>(begin + part.size())});
    };
    CHECK(at("b").begin == Position{1, 4});
    CHECK(at("x").begin == Position{2, 4});
    CHECK(at("last").end == Position{3, 5});
    CHECK(at("b\r\n\t").end == Position{1, 5});  // no blanks at a span's end
    CHECK(places.region({0, 900, 9000}).begin == Position{3, 5});

    std::string wide;
    for (int i = 0; i < 5000; ++i) wide += "表";
    const Places one_line(wide);
    CHECK(one_line.region({0, 3 * 4000, 3 * 4001}).begin == Position{1, 4001});
}

TEST_CASE("time grows with the size, not with its square") {
    std::string line;
    Report report = samples::nothing();
    FileReport file;
    for (int i = 0; i < 20'000; ++i) line += "DROP TABLE ä;";
    file.text = line;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        StatementReport statement;
        statement.statement.span = {0, i * 14, i * 14 + 13};
        Graded graded;
        graded.finding.rule = "drop-table";
        graded.finding.span = statement.statement.span;
        statement.findings.push_back(graded);
        file.statements.push_back(statement);
    }
    report.files.push_back(file);
    const auto start = std::chrono::steady_clock::now();
    CHECK(terminal(report).size() > 1000);
    CHECK(json(report).size() > 1000);
    CHECK(sarif(report).size() > 1000);
    CHECK(pr_comment(report, kContext).size() <= 65'000);
    CHECK(check_run(report).annotations.size() == 20'000);
    CHECK(std::chrono::steady_clock::now() - start <
          std::chrono::seconds(60));  // a second or two; an hour when it is quadratic
}

TEST_CASE("a terminal gets nothing to obey, nor does a runner that reads along") {
    const std::string text = terminal(samples::hostile());
    CHECK(text.find("##[") == std::string::npos);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto start = std::min(line.find_first_not_of(" \t"), line.size());
        CHECK_FALSE((line.compare(start, 2, "::") == 0 && line.find("::", start + 2) != std::string::npos));
    }
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
    CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(terminal(samples::rich(), {.colour = true, .width = 80}).find("\x1b[1;31m") != std::string::npos);
    CHECK(terminal(samples::rich()).find('\x1b') == std::string::npos);
}

TEST_CASE("no findings is said together with what was read") {
    CHECK(terminal(samples::clean()).find("No findings; 1 migration, 1 statement, all analyzed") != std::string::npos);
    CHECK(pr_comment(samples::clean(), {}).find("no findings · 1 migration, 1 statement, all analyzed") !=
          std::string::npos);
    CHECK(job_summary(samples::clean(), {}).find("No findings · 1 migration, 1 statement, all analyzed") !=
          std::string::npos);
    CHECK(terminal(samples::nothing()).find("No migrations changed; PostgreSQL") != std::string::npos);
}

TEST_CASE("a change that passes with notices alone is one line of a comment, and nobody's first") {
    Report report = samples::clean();
    Graded notice;
    notice.finding.rule = "missing-lock-timeout";
    notice.severity = Severity::notice;
    notice.risk = Risk::low;
    report.files[0].statements[0].findings = {notice};
    report.verdict.counts.notice = 1;
    CHECK_FALSE(is_worth_a_comment(report));
    const std::string comment = pr_comment(report, {});
    CHECK(comment.find("pgfence: passes with 1 finding · 1 migration, 1 statement, all analyzed\n") !=
          std::string::npos);
    CHECK(comment.find("missing-lock-timeout](") == std::string::npos);
    CHECK(job_summary(report, {}).find("missing-lock-timeout") != std::string::npos);

    const auto worth = [&](auto change) {
        Report other = report;
        change(other);
        return is_worth_a_comment(other);
    };
    CHECK(worth([](Report& one) { one.verdict.counts.warning = 1; }));
    CHECK(worth([](Report& one) { one.verdict.counts.error = 1; }));
    CHECK(worth([](Report& one) { one.verdict.counts.suppressed = 1; }));
    CHECK(worth([](Report& one) { one.verdict.outcome = Outcome::neutral; }));
    CHECK(worth([](Report& one) { one.verdict.outcome = Outcome::fail; }));
    CHECK(worth([](Report& one) { one.coverage.unread = 1; }));
    CHECK(worth([](Report& one) { one.waits.emplace_back(); }));
    for (const Report& other : {samples::rich(), samples::hostile()}) CHECK(is_worth_a_comment(other));
}

TEST_CASE("what is gone since earlier pushes is struck out, and stays so") {
    auto context = kContext;
    const auto pushed = [&](const Report& report) { return context.earlier = pr_comment(report, context); };
    const Report first = told_apart(samples::rich());
    Report second = first;
    const std::string gone = second.files[0].statements[1].findings[0].finding.rule;
    const std::string gone_from = second.files[0].path;
    second.files[0].statements[1].findings.clear();
    second.files[0].unread.clear();

    CHECK(pushed(first).find("~~") == std::string::npos);
    const std::string mended = pushed(second);
    CHECK(mended.find("**1 finding fixed since earlier pushes**\n\n- ~~" + gone + "~~ in `" + gone_from + "`\n") !=
          std::string::npos);
    CHECK(pushed(second) == mended);  // nothing new, nothing to edit
    const std::string clean = pushed(samples::clean());
    CHECK(clean.find("- ~~" + gone + "~~ in `" + gone_from + "`\n") != std::string::npos);
    CHECK(count(clean, "- ~~") > 1);
    CHECK(pushed(first).find("~~" + gone + "~~") == std::string::npos);  // it is back
}

TEST_CASE("a finding is not fixed by being accepted, edited or hidden behind what cannot be read") {
    auto context = kContext;
    const Report first = told_apart(samples::rich());
    context.earlier = pr_comment(first, context);
    const auto after = [&](auto&& change) {
        Report report = first;
        change(report);
        return count(pr_comment(report, context), "- ~~");
    };
    CHECK(after([](Report& report) {
              report.files[0].unread.clear();
              report.files[0].statements[1].findings.clear();
          }) == 1);
    CHECK(after([](Report& report) { report.files[0].statements[1].findings[0].suppressed = Suppression{}; }) == 0);
    CHECK(after([](Report& report) {
              report.files[0].unread.clear();
              report.files[0].statements[1].findings[0].fingerprint = "0123456789abcdef";
          }) == 0);
    CHECK(after([](Report& report) {
              report.files[0].statements[1].findings.clear();
              report.files[0].unread.push_back({{{}, "a statement", "syntax error"}});
          }) == 0);
}

TEST_CASE("what a comment remembers survives hostile paths, and is believed only where it is ours") {
    for (const std::string& text : samples::hostile_texts()) {
        Report report = told_apart(samples::rich());
        report.files[0].path = text;
        auto context = kContext;
        context.earlier = pr_comment(report, context);
        const auto block = context.earlier.rfind("\n<!-- pgfence-state\n");
        REQUIRE(block != std::string::npos);
        CHECK(context.earlier.find('>', block) == context.earlier.size() - 2);
        const std::string clean = pr_comment(samples::clean(), context);
        CHECK(count(clean, "- ~~") > 0);
        CHECK(code_points(clean) < 65'000);
    }
    const std::string line = "fixed 0123456789abcdef drop-table a.sql\n";
    const auto shown = [](const std::string& earlier) {
        auto context = kContext;
        context.earlier = earlier;
        return count(pr_comment(samples::clean(), context), "- ~~");
    };
    CHECK(shown("x\n<!-- pgfence-state\n" + line + "-->\n") == 1);
    CHECK(shown("x\r\n<!-- pgfence-state\nfixed 0123456789abcdef drop-table a.sql\r\n-->") == 1);
    CHECK(shown("<!-- pgfence-state\n" + line + "-->\nmore") == 0);
    CHECK(shown("<!-- pgfence-state\n" + line) == 0);
    CHECK(shown("<!-- pgfence-state\nfixed 0123456789abcdef @team a.sql\n-->") == 0);
    CHECK(shown("<!-- pgfence-state\nfixed 0123456789abcdef drop-table a.sql|**x**\n-->") == 0);
    CHECK(shown("<!-- pgfence-state\nfixed 0123 drop-table a.sql\n-->") == 0);
    std::string many = "<!-- pgfence-state\n";
    for (int i = 1000; i < 1200; ++i) many += "fixed 0123456789ab" + std::to_string(i) + " drop-table a.sql\n";
    CHECK(shown(many + "-->") == 50);
}

TEST_CASE("a marker is found again, and ends nothing early") {
    CHECK(comment_marker("pgfence") == "<!-- pgfence:pgfence -->");
    CHECK(comment_marker("a-->b") == "<!-- pgfence:a-__b -->");
    CHECK(comment_marker("a b\n") == "<!-- pgfence:a_b_ -->");
}
