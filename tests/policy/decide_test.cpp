#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cctype>
#include <set>
#include <string>

#include "policy/decide.h"
#include "policy/fingerprint.h"

using namespace pgfence;
using namespace pgfence::policy;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A change as the earlier stages would hand it on; `file` adds one with a statement per line of SQL.
struct Change {
    Analysis analysis;
    std::vector<MigrationFile> files;
    Sizes sizes;
    Config config;
    RuleAliases aliases;
    std::vector<std::string> notes;
    std::map<FileId, Runner> runners;

    Change() {
        const auto rule = [&](const char* id, Category category, Severity severity) {
            analysis.rules.push_back({id, "title", "why", category, severity});
        };
        rule("create-index-not-concurrent", Category::lock, Severity::error);
        rule("drop-table", Category::destructive, Severity::warning);
        rule("missing-lock-timeout", Category::robustness, Severity::notice);
        analysis.rules.back().subject = RuleSubject::no_lock_timeout;
        rule("naming-convention", Category::policy, Severity::off);
    }

    AnalyzedFile& file(const std::string& path, const std::string& text) {
        MigrationFile file;
        file.id = static_cast<FileId>(files.size());
        file.path = path;
        file.text = text;
        files.push_back(file);
        AnalyzedFile analyzed;
        analyzed.file = file.id;
        analyzed.format = "plain-sql";
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(';', at), text.size());
            while (at < end && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
            while (text.compare(at, 2, "--") == 0) {
                const auto line_end = text.find('\n', at);
                analyzed.comments.push_back({span(file.id, at, line_end), text.substr(at + 2, line_end - at - 2)});
                at = line_end + 1;
            }
            if (at < end) {
                analyzed.statements.emplace_back().span = span(file.id, at, end);
                analyzed.statements.back().sql = text.substr(at, end - at);
            }
            at = end + 1;
        }
        analysis.files.push_back(analyzed);
        return analysis.files.back();
    }

    Finding& finding(const char* rule, FileId file, std::size_t statement, std::uint32_t offset = 0) {
        Finding finding;
        finding.rule = rule;
        for (const RuleInfo& info : analysis.rules)
            if (info.id == rule) finding.category = info.category;
        finding.span = analysis.files.at(file).statements.at(statement).span;
        finding.span.begin += offset;
        finding.statement = statement;
        finding.message = "message";
        finding.relations = {"public.t"};
        if (finding.category == Category::lock) {
            finding.lock = LockMode::Share;
            finding.grows_with_rows = true;
        }
        analysis.findings.push_back(finding);
        return analysis.findings.back();
    }

    Report decide() const {
        policy::Inputs inputs{analysis, files, sizes, config, aliases, "2026-06-15",
                              "1.2.3",  17,    true,  "base", "head",  notes};
        inputs.runners = runners;
        return policy::decide(inputs);
    }

    static SourceSpan span(FileId file, std::size_t begin, std::size_t end) {
        return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }
};

const Graded& only(const Report& report) {
    const Graded* found = nullptr;
    for (const auto& file : report.files)
        for (const auto& statement : file.statements)
            for (const auto& graded : statement.findings) {
                REQUIRE(found == nullptr);
                found = &graded;
            }
    REQUIRE(found);
    return *found;
}

std::vector<std::string> fingerprints(const Report& report) {
    std::vector<std::string> all;
    for (const auto& file : report.files)
        for (const auto& statement : file.statements)
            for (const auto& graded : statement.findings) all.push_back(graded.fingerprint);
    return all;
}

}  // namespace

TEST_CASE("nothing found is a pass") {
    Change change;
    change.file("1.sql", "SELECT 1;");
    const auto report = change.decide();
    CHECK(report.verdict.passes());
    CHECK(exit_code(report.verdict) == 0);
    CHECK(report.verdict.reason == "no finding above medium risk");
    CHECK(report.verdict.max_risk == Risk::safe);
    CHECK(report.tool_version == "1.2.3");
    CHECK(report.postgres_version == 17);
    CHECK(report.postgres_version_assumed);
    CHECK(report.base == "base");
    CHECK(report.rules.empty());
    CHECK(report.notes.empty());
}

TEST_CASE("severity: the rule's entry beats the category's beats the default") {
    struct Case {
        std::map<std::string, Severity> rules;
        std::map<Category, Severity> categories;
        Severity expected;
        bool pass;
    };
    const Case cases[] = {
        {{}, {}, Severity::error, false},
        {{}, {{Category::lock, Severity::warning}}, Severity::warning, false},
        {{}, {{Category::lock, Severity::notice}}, Severity::notice, true},
        {{{"create-index-not-concurrent", Severity::error}}, {{Category::lock, Severity::off}}, Severity::error, false},
        {{{"create-index-not-concurrent", Severity::notice}}, {}, Severity::notice, true},
        {{{"create-index-not-concurrent", Severity::off}}, {}, Severity::off, true},
    };
    for (const Case& c : cases) {
        Change change;
        change.file("1.sql", "CREATE INDEX ON t (a);");
        change.finding("create-index-not-concurrent", 0, 0);
        change.config.severities.rules = c.rules;
        change.config.severities.categories = c.categories;
        const auto report = change.decide();
        CHECK(report.verdict.passes() == c.pass);
        CHECK(exit_code(report.verdict) == (c.pass ? 0 : 1));
        if (c.expected == Severity::off) {
            CHECK(report.files[0].statements[0].findings.empty());
            CHECK(report.rules.empty());
        } else {
            CHECK(only(report).severity == c.expected);
            CHECK(only(report).risk == Risk::high);
            CHECK(report.rules.size() == 1);
        }
    }
}

TEST_CASE("max-risk decides what fails") {
    for (const auto& [max_risk, pass] :
         {std::pair{Risk::safe, false}, {Risk::medium, false}, {Risk::high, true}, {Risk::critical, true}}) {
        Change change;
        change.file("1.sql", "CREATE INDEX ON t (a); CREATE INDEX ON t (b);");
        change.finding("create-index-not-concurrent", 0, 0);
        change.finding("create-index-not-concurrent", 0, 1).message = "builds another one";
        change.config.max_risk = max_risk;
        const auto verdict = change.decide().verdict;
        CHECK(verdict.passes() == pass);
        CHECK(verdict.threshold == max_risk);
        CHECK(verdict.max_risk == Risk::high);
        CHECK(verdict.counts.error == 2);
        if (max_risk == Risk::medium) CHECK(verdict.reason == "2 findings above medium risk");
    }
}

TEST_CASE("a lock_timeout set elsewhere silences that finding alone") {
    Change change;
    change.file("1.sql", "CREATE INDEX ON t (a);");
    change.finding("missing-lock-timeout", 0, 0);
    CHECK(only(change.decide()).severity == Severity::notice);
    change.config.lock_timeout_set_elsewhere = true;
    change.finding("create-index-not-concurrent", 0, 0);
    CHECK(only(change.decide()).finding.rule == "create-index-not-concurrent");
}

TEST_CASE("suppressed findings are listed last and count for nothing") {
    Change change;
    change.file("1.sql", "-- pgfence-ignore: drop-table (empty)\nDROP TABLE t;\n");
    change.finding("drop-table", 0, 0);
    change.finding("missing-lock-timeout", 0, 0);
    const auto report = change.decide();
    const auto& findings = report.files[0].statements[0].findings;
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].finding.rule == "missing-lock-timeout");
    CHECK_FALSE(findings[0].suppressed);
    REQUIRE(findings[1].suppressed);
    CHECK(findings[1].suppressed->reason == "empty");
    CHECK(findings[1].suppressed->by == Suppression::By::comment);
    CHECK(report.verdict.passes());
    CHECK(report.verdict.max_risk == Risk::low);
    CHECK(report.verdict.counts.suppressed == 1);
    CHECK(report.verdict.counts.warning == 0);
    CHECK(report.verdict.counts.notice == 1);
}

TEST_CASE("useless and expired comments become findings, of which none fails by default") {
    Change change;
    change.file("1.sql", "-- pgfence-ignore: drop-table\n-- pgfence-ignore: truncate until=2026-01-01\nSELECT 1;\n");
    const auto report = change.decide();
    const auto& findings = report.files[0].statements[0].findings;
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].finding.rule == "expired-suppression");
    CHECK(findings[0].severity == Severity::warning);
    CHECK(findings[1].finding.rule == "unused-suppression");
    CHECK(findings[1].severity == Severity::notice);
    CHECK(findings[1].finding.span == SourceSpan{0, 0, 29});
    CHECK(report.verdict.passes());
    CHECK(report.rules.size() == 2);
    change.config.severities.rules = {{"unused-suppression", Severity::off}, {"expired-suppression", Severity::off}};
    CHECK(change.decide().files[0].statements[0].findings.empty());
}

TEST_CASE("a comment for a rule that is switched off is not useless") {
    Change change;
    change.file("1.sql", "-- pgfence-ignore: drop-table\nDROP TABLE t;\n");
    change.finding("drop-table", 0, 0);
    change.config.severities.rules["drop-table"] = Severity::off;
    CHECK(change.decide().files[0].statements[0].findings.empty());
}

TEST_CASE("a comment in a file without statements is a note") {
    Change change;
    change.file("1.sql", "-- pgfence-ignore: drop-table\n");
    const auto report = change.decide();
    REQUIRE(report.notes.size() == 1);
    CHECK_THAT(report.notes[0], ContainsSubstring("1.sql: This comment suppresses nothing"));
}

TEST_CASE("[[ignore]] entries") {
    Change change;
    change.file("db/1.sql", "DROP TABLE t;");
    change.finding("drop-table", 0, 0);
    const std::string fingerprint = only(change.decide()).fingerprint;
    const auto entry = [](std::string file, std::vector<std::string> rules, std::string print, std::string until) {
        return IgnoreEntry{std::move(file), std::move(rules), std::move(print), "why", std::move(until), 7};
    };
    struct Case {
        IgnoreEntry entry;
        bool suppresses;
    };
    const Case cases[] = {
        {entry("db/*.sql", {}, "", ""), true},
        {entry("dc/*.sql", {}, "", ""), false},
        {entry("", {"drop-table"}, "", ""), true},
        {entry("", {"truncate", "drop-table"}, "", ""), true},
        {entry("", {"truncate"}, "", ""), false},
        {entry("", {}, fingerprint, ""), true},
        {entry("", {}, "0000000000000000", ""), false},
        {entry("db/*.sql", {"drop-table"}, fingerprint, "2026-06-15"), true},
    };
    for (const Case& c : cases) {
        change.config.ignores = {c.entry};
        const auto report = change.decide();
        CHECK(report.verdict.passes() == c.suppresses);
        REQUIRE(only(report).suppressed.has_value() == c.suppresses);
        if (c.suppresses) CHECK(only(report).suppressed->by == Suppression::By::config);
    }
}

TEST_CASE("config entries that do nothing, or no longer, are findings") {
    const auto entry = [](std::string file, std::vector<std::string> rules, std::string until = "") {
        IgnoreEntry ignore;
        ignore.file = std::move(file);
        ignore.rules = std::move(rules);
        ignore.until = std::move(until);
        ignore.reason = "why";
        ignore.line = 7;
        return ignore;
    };
    struct Case {
        IgnoreEntry entry;
        std::string complaint, note;
    };
    const Case cases[] = {
        {entry("db/*.sql", {"drop-table"}), "", ""},
        {entry("db/*.sql", {"missing-lock-timeout"}),
         "unused-suppression: the [[ignore]] entry on line 7 of the config suppresses nothing here", ""},
        {entry("other/*.sql", {"missing-lock-timeout"}), "", ""},
        {entry("", {"missing-lock-timeout"}), "", ""},
        {entry("db/*.sql", {"naming-convention"}), "", ""},
        {entry("db/*.sql", {"drop-table"}, "2026-06-14"),
         "expired-suppression: the [[ignore]] entry on line 7 of the config ended on 2026-06-14", ""},
        {entry("db/*.sql", {"missing-lock-timeout"}, "2026-06-14"), "",
         "the [[ignore]] entry on line 7 of the config ended on 2026-06-14"},
    };
    for (const Case& c : cases) {
        Change change;
        change.analysis.not_asked = {"naming-convention"};
        change.file("db/1.sql", "SELECT 1; DROP TABLE t;");
        change.file("db/2.sql", "SELECT 1;");
        change.finding("drop-table", 0, 1);
        change.config.ignores = {c.entry};
        const auto report = change.decide();
        std::string complaint;
        for (const auto& statement : report.files[0].statements)
            for (const auto& graded : statement.findings)
                if (graded.finding.rule != "drop-table")
                    complaint += graded.finding.rule + ": " + graded.finding.message;
        CHECK(complaint == c.complaint);
        CHECK(report.notes == (c.note.empty() ? std::vector<std::string>{} : std::vector{c.note}));
    }
}

TEST_CASE("an ignore comment for a rule that was not asked is nobody's business") {
    Change change;
    change.file("1.sql", "-- pgfence-ignore: naming-convention, lock-budget\nDROP TABLE t;");
    change.analysis.not_asked = {"naming-convention"};
    const auto report = change.decide();
    CHECK(report.files[0].statements[0].findings.empty());
}

TEST_CASE("overrides choose by file and table, and the last one that speaks wins") {
    Change change;
    change.file("db/legacy/1.sql", "DROP TABLE t;");
    Finding& finding = change.finding("drop-table", 0, 0);
    const auto severity = [&] { return only(change.decide()).severity; };
    const auto entry = [](std::vector<std::string> files, std::vector<std::string> tables, Severity chosen) {
        Override made{std::move(files), std::move(tables), {}};
        made.severities.rules["drop-table"] = chosen;
        return made;
    };
    change.config.overrides = {entry({"db/legacy/**"}, {}, Severity::notice)};
    CHECK(severity() == Severity::notice);
    change.config.overrides.push_back(entry({}, {"t"}, Severity::error));
    CHECK(severity() == Severity::error);
    change.config.overrides.push_back(entry({"db/new/**"}, {}, Severity::notice));
    CHECK(severity() == Severity::error);
    finding.relations = {"public.t", "public.users"};  // the other table is nobody's
    CHECK(severity() == Severity::notice);
    finding.relations.clear();
    CHECK(severity() == Severity::notice);
    change.config.overrides.back().severities = {{}, {{Category::destructive, Severity::error}}};
    change.config.overrides.back().files = {"db/**"};
    CHECK(severity() == Severity::error);
    change.config.overrides.push_back(entry({"db/legacy/**"}, {}, Severity::off));
    CHECK(change.decide().files[0].statements[0].findings.empty());
}

TEST_CASE("a wish that the team calls an error fails, whatever its risk") {
    Change change;
    change.file("1.sql", "SELECT 1;");
    change.finding("naming-convention", 0, 0);
    change.config.severities.rules["naming-convention"] = Severity::warning;
    CHECK(change.decide().verdict.passes());
    change.config.severities.rules["naming-convention"] = Severity::error;
    const auto verdict = change.decide().verdict;
    CHECK_FALSE(verdict.passes());
    CHECK(verdict.reason == "no finding above medium risk, 1 error of the team's own rules");
    change.config.max_risk = Risk::safe;
    CHECK(change.decide().verdict.reason == "1 finding above safe risk");
}

TEST_CASE("fingerprints stay when lines move, paths change, comments and layout do") {
    const auto print = [](const std::string& path, const std::string& text, std::size_t statement) {
        Change change;
        change.file(path, text);
        change.finding("drop-table", 0, statement);
        return fingerprints(change.decide()).front();
    };
    const std::string original = print("1.sql", "DROP TABLE t;", 0);
    CHECK(original.size() == 16);
    CHECK(original.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(print("1.sql", "SELECT 1;\n\n\nDROP TABLE t;", 1) == original);
    CHECK(print("2.sql", "\r\n  DROP\r\n  TABLE /* really */ t;", 0) == original);
    CHECK(print("1.sql", "DROP TABLE u;", 0) != original);
    CHECK(print("1.sql", "DROP TABLE \"t  u\";", 0) != print("1.sql", "DROP TABLE \"t u\";", 0));
}

TEST_CASE("fingerprints differ within a report, and switching a rule off moves no other") {
    Change change;
    change.file("1.sql", "DROP TABLE t; DROP TABLE t;");
    change.file("2.sql", "DROP TABLE t;");
    // Each says something else: what several files say in the same words is one finding.
    change.finding("drop-table", 0, 0, 0).message = "first";
    change.finding("drop-table", 0, 0, 5).message = "second";
    change.finding("missing-lock-timeout", 0, 0);
    change.finding("drop-table", 0, 1).message = "third";
    change.finding("drop-table", 1, 0).message = "fourth";
    const auto all = fingerprints(change.decide());
    CHECK(std::set(all.begin(), all.end()).size() == 5);
    change.config.severities.rules["missing-lock-timeout"] = Severity::off;
    const auto fewer = fingerprints(change.decide());
    CHECK(fewer.size() == 4);
    for (const auto& print : fewer) CHECK(std::find(all.begin(), all.end(), print) != all.end());
}

TEST_CASE("the hash is FNV-1a and must never change: users write it down") {
    Fingerprints prints;
    CHECK(prints.next(hash_of("drop-table", "DROP TABLE t")) == "9ba014903d1e59d5");
    CHECK(prints.next(hash_of("drop-table", "DROP TABLE t")) == "9ba414903d2242ac");
}

TEST_CASE("normalised text") {
    CHECK(normalised(" a\r\n\tb  ") == "a b");
    CHECK(normalised("a -- x\n b") == "a b");
    CHECK(normalised("a/* x /* y */ z */b") == "a b");
    CHECK(normalised("'a  -- b' \"c  /* d\"") == "'a  -- b' \"c  /* d\"");
    CHECK(normalised("'it''s  -- x'  y") == "'it''s  -- x' y");
    for (const char* open : {"'a", "\"", "/* x", "/*", "--", "/", "-", "/*/", "'a''"}) normalised(open);
}

TEST_CASE("findings of a statement stand worst first") {
    Change change;
    change.file("1.sql", "CREATE INDEX ON t (a);");
    change.finding("missing-lock-timeout", 0, 0);
    change.finding("drop-table", 0, 0, 3);
    change.finding("create-index-not-concurrent", 0, 0, 5);
    change.finding("create-index-not-concurrent", 0, 0, 2);
    const auto report = change.decide();
    std::vector<std::string> order;
    for (const auto& graded : report.files[0].statements[0].findings)
        order.push_back(graded.finding.rule + "@" + std::to_string(graded.finding.span.begin));
    CHECK(order == std::vector<std::string>{"create-index-not-concurrent@2", "create-index-not-concurrent@5",
                                            "drop-table@3", "missing-lock-timeout@0"});
    CHECK(report.files[0].statements[0].risk == Risk::high);
    std::vector<std::string> rules;
    for (const auto& rule : report.rules) rules.push_back(rule.id);
    CHECK(rules == std::vector<std::string>{"create-index-not-concurrent", "drop-table", "missing-lock-timeout"});
}

TEST_CASE("sizes reach the grade") {
    Change change;
    change.file("1.sql", "CREATE INDEX ON t (a);");
    change.finding("create-index-not-concurrent", 0, 0);
    change.sizes.tables["public.t"] = {"public.t", 10, 8192};
    change.sizes.server_version = 15;
    change.sizes.date = "2026-06-01";
    const auto report = change.decide();
    CHECK(only(report).risk == Risk::medium);
    CHECK(report.verdict.passes());
    CHECK(report.stats_date == "2026-06-01");
    CHECK(report.notes ==
          std::vector<std::string>{"the stats snapshot is of PostgreSQL 15, the change was judged for 17"});
}

TEST_CASE("with sizes the report says how long it takes, and who waits") {
    Change change;
    change.file("1.sql", "CREATE INDEX ON t (a);");
    change.finding("create-index-not-concurrent", 0, 0);
    change.analysis.findings.back().grows_with_rows = true;
    Effects& effects = change.analysis.files[0].statements[0].effects;
    effects.locks = {{"public.t", RelationKind::table, LockMode::Share, true, LockRole::target}};
    effects.work.emplace_back().relation = "public.t";
    effects.work.back().kind = Work::Kind::index_build;
    change.config.throughput.index_build = {10, 20};
    change.sizes.tables["public.t"] = {"public.t", 10, 600LL * 1024 * 1024};
    change.sizes.longest_transaction = 1340;
    const auto report = change.decide();
    REQUIRE(only(report).time);
    CHECK(only(report).time->seconds.least == 30);
    CHECK(only(report).time->seconds.most == 60);
    REQUIRE(report.waits.size() == 1);
    CHECK(report.waits[0].relation == "public.t");
    REQUIRE(report.notes.size() == 1);
    CHECK_THAT(report.notes[0], ContainsSubstring("open for 1,340 s"));
    // Nobody waits behind a statement that locks nobody out.
    change.analysis.files[0].statements[0].effects.locks[0].mode = LockMode::ShareUpdateExclusive;
    CHECK(change.decide().notes.empty());
    CHECK(change.decide().waits.empty());
}

TEST_CASE("coverage, and what was not read stands in the verdict without failing it") {
    Change change;
    auto& file = change.file("1.sql", "SELECT 1; nonsense; FANCY NEW; VACUUM;");
    file.unread.push_back({file.statements[1].span, "nonsense", "syntax error"});
    file.statements[2].effects.certainty = Certainty::unknown;
    file.unread.push_back({file.statements[2].span, "FANCY", "not modelled"});
    file.statements[3].effects.certainty = Certainty::unknown;
    file.statements[3].kind = "VACUUM";
    file.statements.erase(file.statements.begin() + 1);
    MigrationFile history;
    history.id = 90;
    history.role = MigrationFile::Role::history;
    history.change = MigrationFile::Change::none;
    MigrationFile deleted;
    deleted.id = 91;
    deleted.path = "0.sql";
    deleted.change = MigrationFile::Change::deleted;
    change.files.push_back(history);
    change.files.push_back(deleted);
    change.analysis.unread_history.push_back({});
    change.notes = {"from before"};
    const auto report = change.decide();
    CHECK(report.coverage.files == 1);
    CHECK(report.coverage.statements == 1);
    CHECK(report.coverage.unread == 3);
    CHECK(report.coverage.history_files == 1);
    CHECK(report.coverage.history_unread == 1);
    CHECK(report.verdict.passes());
    CHECK(report.verdict.reason == "3 statements not analyzed, no finding above medium risk");
    CHECK(report.notes == std::vector<std::string>{"from before",
                                                   "0.sql: This migration is deleted: new databases will differ from "
                                                   "those that ran it (non-linear-history)"});
    REQUIRE(report.files.size() == 2);
    REQUIRE(report.files[0].unread.size() == 3);
    CHECK(report.files[0].unread[2].what == "VACUUM");
    CHECK(report.files[1].path == "0.sql");
    CHECK(report.files[1].change == MigrationFile::Change::deleted);
    CHECK(report.files[1].statements.empty());
}

TEST_CASE("a notice above the threshold is said and does not fail") {
    Change change;
    change.file("1.sql", "DROP TABLE t;");
    change.finding("drop-table", 0, 0);
    change.config.severities.rules["drop-table"] = Severity::notice;
    const auto verdict = change.decide().verdict;
    CHECK(verdict.passes());
    CHECK(verdict.max_risk == Risk::high);
    CHECK(verdict.reason == "no error or warning above medium risk, 1 notice above it");
}

TEST_CASE("a finding of a statement that is not there is not lost") {
    Change change;
    change.file("1.sql", "DROP TABLE t;");
    change.finding("drop-table", 0, 0).statement = 7;
    const auto report = change.decide();
    CHECK(report.notes == std::vector<std::string>{"1.sql: message (drop-table)"});
}

TEST_CASE("what was not analyzed decides by how much of its file it is, and by the team's choice") {
    using Extent = Unread::Extent;
    struct Case {
        Extent extent;
        Unanalyzed choice;
        Outcome expected;
    };
    const Case cases[] = {
        {Extent::part, Unanalyzed::by_extent, Outcome::neutral},
        {Extent::file, Unanalyzed::by_extent, Outcome::fail},
        {Extent::rejected, Unanalyzed::by_extent, Outcome::fail},
        {Extent::part, Unanalyzed::fail, Outcome::fail},
        {Extent::file, Unanalyzed::fail, Outcome::fail},
        {Extent::part, Unanalyzed::neutral, Outcome::neutral},
        {Extent::file, Unanalyzed::neutral, Outcome::neutral},
        {Extent::part, Unanalyzed::ignore, Outcome::pass},
        {Extent::file, Unanalyzed::ignore, Outcome::pass},
        {Extent::aside, Unanalyzed::by_extent, Outcome::neutral},
        {Extent::aside, Unanalyzed::fail, Outcome::fail},
        {Extent::aside, Unanalyzed::ignore, Outcome::pass},
    };
    for (const Case& c : cases) {
        Change change;
        change.file("1.sql", "SELECT 1; COPY t FROM PROGRAM 'x';");
        change.analysis.files[0].unread.push_back({{0, 10, 33}, "COPY", "it runs a program", c.extent});
        change.config.unanalyzed = c.choice;
        const auto verdict = change.decide().verdict;
        CHECK(verdict.outcome == c.expected);
        CHECK(exit_code(verdict) == (c.expected == Outcome::fail ? 1 : 0));
        CHECK(verdict.statements_not_analyzed == (c.extent == Extent::part ? 1 : 0));
        CHECK(verdict.files_not_analyzed == (c.extent == Extent::file || c.extent == Extent::aside ? 1 : 0));
        CHECK(verdict.files_refused == (c.extent == Extent::rejected ? 1 : 0));
        CHECK_THAT(verdict.reason,
                   ContainsSubstring(c.extent == Extent::rejected ? "1 file cannot run" : "not analyzed"));
    }
}

TEST_CASE("what was not analyzed in an edited file that its runner never runs again decides nothing") {
    const auto verdict = [](MigrationFile::Change change_of_file, Runner runner) {
        Change change;
        const FileId id = change.file("1.sql", "SELECT 1; COPY t FROM PROGRAM 'x';").file;
        change.files[0].change = change_of_file;
        change.runners.emplace(id, runner);
        change.analysis.files[0].unread.push_back({{id, 10, 33}, "COPY", "it runs a program", Unread::Extent::part});
        return change.decide().verdict;
    };
    const Runner goose{"goose", Runner::Late::refused, Runner::Edited::ignored};
    const auto edited = verdict(MigrationFile::Change::modified, goose);
    CHECK(edited.outcome == Outcome::pass);
    CHECK(edited.statements_not_analyzed == 0);
    CHECK(verdict(MigrationFile::Change::added, goose).outcome == Outcome::neutral);
    CHECK(verdict(MigrationFile::Change::modified, {}).outcome == Outcome::neutral);
}

TEST_CASE("what is accepted without analysis is neutral, never green") {
    for (const bool by_comment : {true, false}) {
        Change change;
        change.file("1.sql", by_comment ? "-- pgfence-ignore-file: not-analyzed (ours)\nSELECT 1;" : "SELECT 1;");
        change.analysis.files[0].unread.push_back({{0, 0, 8}, "a file", "of Go", Unread::Extent::file});
        if (!by_comment) change.config.ignores = {{"1.sql", {"not-analyzed"}, "", "ours", "", 7}};
        const auto report = change.decide();
        CHECK(report.verdict.outcome == Outcome::neutral);
        CHECK(report.verdict.accepted_not_analyzed == 1);
        CHECK(report.verdict.files_not_analyzed == 0);
        REQUIRE(report.files[0].unread[0].accepted);
        CHECK(report.files[0].unread[0].accepted->reason == "ours");
    }
}

TEST_CASE("a suppressed danger keeps a change from being green, and needs a reason") {
    for (const auto& [comment, outcome] : {std::pair{"-- pgfence-ignore: drop-table (empty)\n", Outcome::neutral},
                                           {"-- pgfence-ignore: drop-table\n", Outcome::fail},
                                           {"-- pgfence-ignore\n", Outcome::fail}}) {
        INFO(comment);
        Change change;
        change.file("1.sql", std::string(comment) + "DROP TABLE t;");
        change.finding("drop-table", 0, 0);
        const auto verdict = change.decide().verdict;
        CHECK(verdict.outcome == outcome);
        if (outcome == Outcome::neutral) CHECK(verdict.risks_suppressed == std::vector<std::string>{"drop-table"});
    }
    Change change;
    change.file("1.sql", "DROP TABLE t;");
    change.finding("drop-table", 0, 0);
    change.config.ignores = {{"1.sql", {"drop-table"}, "", "", "", 7}};
    const auto report = change.decide();
    CHECK(report.verdict.outcome == Outcome::fail);
    REQUIRE(report.notes.size() == 1);
    CHECK_THAT(report.notes[0], ContainsSubstring("gives no reason"));
}
