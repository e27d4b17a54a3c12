#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <vector>

#include "policy/baseline.h"
#include "policy/decide.h"

using namespace pgfence;
using namespace pgfence::policy;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Files of one statement per line; every statement is a finding of drop-table.
struct Drops {
    Analysis analysis;
    std::vector<MigrationFile> files;
    Baseline baseline;
    std::string today = "2026-06-15";

    Drops() { analysis.rules.push_back({"drop-table", "title", "why", Category::destructive, Severity::warning}); }

    void file(const std::string& path, const std::vector<std::string>& statements) {
        MigrationFile file;
        file.id = static_cast<FileId>(files.size());
        file.path = path;
        AnalyzedFile analyzed;
        analyzed.file = file.id;
        for (const std::string& sql : statements) {
            const auto begin = static_cast<std::uint32_t>(file.text.size());
            file.text += sql + ";\n";
            Finding finding;
            finding.rule = "drop-table";
            finding.category = Category::destructive;
            finding.span = {file.id, begin, begin + static_cast<std::uint32_t>(sql.size())};
            finding.statement = analyzed.statements.size();
            finding.message = sql;
            analyzed.statements.emplace_back().span = finding.span;
            analyzed.statements.back().sql = sql;
            analysis.findings.push_back(finding);
        }
        files.push_back(file);
        analysis.files.push_back(analyzed);
    }

    Report report() const {
        const Config config;
        const Sizes sizes;
        const RuleAliases aliases;
        return decide({.analysis = analysis,
                       .files = files,
                       .sizes = sizes,
                       .config = config,
                       .aliases = aliases,
                       .today = today,
                       .tool_version = "1",
                       .base = "",
                       .head = "",
                       .notes = {},
                       .baseline = baseline});
    }
};

/// "path: message" of each finding that counts.
std::string counting(const Report& report) {
    std::string text;
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (!graded.suppressed) text += file.path + ": " + graded.finding.message + "\n";
    return text;
}

Baseline accepted(const Report& report) {
    auto baseline = parse_baseline(in_toml(baseline_of(report)), "base.toml");
    INFO((baseline ? "" : baseline.error().message));
    REQUIRE(baseline);
    return *baseline;
}

}  // namespace

TEST_CASE("a baseline accepts what was there, wherever its lines move") {
    Drops then;
    then.file("a.sql", {"DROP TABLE a", "DROP TABLE b", "DROP TABLE a"});
    then.file("b.sql", {"DROP TABLE a"});

    Drops now;
    now.baseline = accepted(then.report());
    CHECK(now.baseline.size() == 4);
    now.file("a.sql", {"DROP  TABLE a /* twice */", "DROP TABLE a", "DROP TABLE b"});
    now.file("b.sql", {"DROP TABLE a"});
    const Report report = now.report();
    CHECK(counting(report).empty());
    CHECK(report.verdict.passes());
    CHECK(report.verdict.counts.suppressed == 4);
    CHECK(report.files[0].statements[0].findings[0].suppressed->by == Suppression::By::baseline);
}

TEST_CASE("a baseline accepts nothing new: not in another file, not once more, not another table") {
    Drops then;
    then.file("a.sql", {"DROP TABLE a"});
    Drops now;
    now.baseline = accepted(then.report());
    now.file("a.sql", {"DROP TABLE a", "DROP TABLE a", "DROP TABLE b"});
    now.file("b.sql", {"DROP TABLE a"});
    CHECK(counting(now.report()) == "a.sql: DROP TABLE a\na.sql: DROP TABLE b\nb.sql: DROP TABLE a\n");
}

TEST_CASE("what a baseline accepts in vain is a finding, in files of the change alone") {
    Drops then;
    then.file("a.sql", {"DROP TABLE a", "DROP TABLE b"});
    then.file("b.sql", {"DROP TABLE a"});
    Drops now;
    now.baseline = accepted(then.report());
    now.file("a.sql", {"DROP TABLE b"});
    CHECK(counting(now.report()) ==
          "a.sql: base.toml accepts 1 finding of drop-table that is no longer here: `pgfence baseline --prune` takes "
          "it out\n");
}

TEST_CASE("a baseline ends on its day") {
    Drops then;
    then.file("a.sql", {"DROP TABLE a", "DROP TABLE b"});
    Drops now;
    now.baseline = accepted(then.report());
    now.baseline.until = "2026-06-15";
    now.file("a.sql", {"DROP TABLE a", "DROP TABLE b"});
    CHECK(counting(now.report()).empty());
    now.today = "2026-06-16";
    CHECK(counting(now.report()) ==
          "a.sql: DROP TABLE a\n"
          "a.sql: base.toml ended on 2026-06-15: 2 findings that it accepted count again\n"
          "a.sql: DROP TABLE b\n");
}

TEST_CASE("a baseline written anew keeps what the old one accepts") {
    Drops now;
    now.file("a.sql", {"DROP TABLE a"});
    now.baseline = accepted(now.report());
    CHECK(in_toml(baseline_of(now.report())) == in_toml(now.baseline));
}

TEST_CASE("odd baselines are told with their line") {
    const auto error = [](std::string_view text) {
        const auto baseline = parse_baseline(text, "b.toml");
        REQUIRE(!baseline);
        CHECK(baseline.error().kind == Error::Kind::usage);
        return baseline.error().message;
    };
    CHECK_THAT(error("a = "), ContainsSubstring("b.toml line 1: is no TOML"));
    CHECK_THAT(error("until = \"soon\""), ContainsSubstring("b.toml line 1: until is a date"));
    CHECK_THAT(error("\n\"a.sql\" = 1"), ContainsSubstring("b.toml line 2: expected"));
    CHECK_THAT(error("[\"a.sql\"]\ndrop-table = 1"), ContainsSubstring("b.toml line 2: a rule's fingerprints"));
    CHECK_THAT(error("[\"a.sql\"]\ndrop-table = [\"F\"]"), ContainsSubstring("b.toml line 2: a fingerprint"));
}

TEST_CASE("paths come back from a baseline as they went in") {
    Baseline baseline;
    for (const char* path : {"db/\"x\".sql", "a\\b.sql", "tab\there.sql", "reason"})
        baseline.files[path]["drop-table"].insert("0123456789abcdef");
    const auto read = parse_baseline(in_toml(baseline), "b.toml");
    REQUIRE(read);
    CHECK(read->files == baseline.files);
}
