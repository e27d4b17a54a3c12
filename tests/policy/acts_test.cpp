#include "policy/acts.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <vector>

#include "policy/verdict.h"

using namespace pgfence;
using namespace pgfence::policy;

namespace {

Graded graded(std::string rule, Category category, Risk risk, Severity severity, std::uint32_t begin,
              std::uint32_t end) {
    Graded made;
    made.finding.rule = std::move(rule);
    made.finding.category = category;
    made.finding.span = {0, begin, end};
    made.finding.relations = {"public.t"};
    made.risk = risk;
    made.severity = severity;
    return made;
}

Graded waiting(std::string rule, Category category, std::uint32_t begin, std::uint32_t end) {
    Graded made = graded(std::move(rule), category, Risk::high, Severity::error, begin, end);
    made.finding.lock = LockMode::AccessExclusive;
    return made;
}

StatementReport statement(std::vector<Graded> findings, std::string kind = "ALTER TABLE") {
    StatementReport report;
    report.statement.kind = std::move(kind);
    report.findings = std::move(findings);
    put_acts_together(report);
    return report;
}

/// "drop-column(drop-not-null, timeout) rename": each that is reported, with what is listed in it.
std::string shown(const StatementReport& report) {
    std::string text;
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
        if (report.findings[i].part_of) continue;
        std::string parts;
        for (const Graded& part : report.findings)
            if (part.part_of == i) parts += (parts.empty() ? "" : ", ") + part.finding.rule;
        text += (text.empty() ? "" : " ") + report.findings[i].finding.rule + (parts.empty() ? "" : "(" + parts + ")");
    }
    return text;
}

}  // namespace

TEST_CASE("what follows from the first clause of a statement is part of the act for its other clauses, too") {
    using enum Risk;
    using enum Severity;
    const Graded rewrite = waiting("rewrite", Category::rewrite, 20, 40);
    const auto code = [](std::uint32_t at, Risk risk = medium) {
        return graded("code", Category::compatibility, risk, warning, at, at + 20);
    };
    CHECK(shown(statement({rewrite, code(20), code(42), code(64)})) == "rewrite(code, code, code)");
    CHECK(shown(statement({code(42), code(64), rewrite, code(20)})) == "rewrite(code, code, code)");
    // Nothing of it is said of the first clause: they are not its consequences.
    CHECK(shown(statement({rewrite, code(42), code(64)})) == "rewrite code(code)");
    CHECK(shown(statement({rewrite, code(20), code(42, critical)})) == "code(code) rewrite");
    CHECK(shown(statement({rewrite, code(20), code(42)}, "DO")) == "rewrite(code) code");
}

TEST_CASE("a clause is one act, whatever follows from it") {
    using enum Risk;
    using enum Severity;
    const Graded drop = graded("drop-column", Category::destructive, high, warning, 20, 40);
    const Graded not_null = graded("drop-not-null", Category::compatibility, medium, warning, 20, 40);
    const Graded code = graded("code-uses", Category::compatibility, medium, warning, 0, 60);
    const Graded timeout = graded("timeout", Category::robustness, low, notice, 0, 60);
    CHECK(shown(statement({timeout, code, not_null, drop})) == "drop-column(code-uses, drop-not-null, timeout)");

    const Graded other = graded("drop-column", Category::destructive, high, warning, 45, 60);
    CHECK(shown(statement({drop, other})) == "drop-column(drop-column)");
    const Graded rename = graded("rename-column", Category::compatibility, medium, warning, 45, 60);
    CHECK(shown(statement({drop, rename, timeout})) == "drop-column(timeout) rename-column");
}

TEST_CASE("the lock that a statement holds on a table is one, however many clauses need it") {
    const Graded rewrite = waiting("rewrite", Category::rewrite, 20, 40);
    const Graded recheck = waiting("recheck", Category::scan, 45, 60);
    CHECK(shown(statement({recheck, rewrite})) == "rewrite(recheck)");
    Graded elsewhere = recheck;
    elsewhere.finding.relations = {"public.u"};
    CHECK(shown(statement({elsewhere, rewrite})) == "rewrite recheck");
    Graded held = waiting("held-from-before", Category::lock, 0, 60);
    held.finding.related = SourceSpan{0, 0, 1};
    CHECK(shown(statement({held, recheck})) == "recheck(held-from-before)");
}

TEST_CASE("what a block does in two of its statements is two acts") {
    using enum Risk;
    const Graded a = graded("drop-table", Category::destructive, high, Severity::warning, 10, 20);
    const Graded b = graded("drop-table", Category::destructive, high, Severity::warning, 30, 40);
    CHECK(shown(statement({a, b}, "DO")) == "drop-table drop-table");
    CHECK(shown(statement({a, b}, "DROP TABLE")) == "drop-table(drop-table)");
}

TEST_CASE("what is suppressed, or about how migrations are written, is part of nothing") {
    using enum Risk;
    const Graded drop = graded("drop-column", Category::destructive, high, Severity::error, 0, 40);
    Graded accepted = graded("code-uses", Category::compatibility, medium, Severity::warning, 0, 40);
    accepted.suppressed = Suppression{Suppression::By::comment, {}, "", ""};
    CHECK(shown(statement({drop, accepted})) == "drop-column code-uses");
    CHECK(shown(statement({drop, graded("order", Category::policy, low, Severity::notice, 0, 40)})) ==
          "drop-column order");
    Graded lead = drop;
    lead.suppressed = accepted.suppressed;
    Graded open = accepted;
    open.suppressed.reset();
    CHECK(shown(statement({lead, open})) == "code-uses drop-column");
}

TEST_CASE("a finding is listed only in one that is no better, and the verdict is what it would be of them all") {
    std::mt19937 random(7);
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    for (int round = 0; round < 3000; ++round) {
        std::vector<Graded> findings;
        for (int i = 0, count = 1 + pick(6); i < count; ++i) {
            const auto begin = static_cast<std::uint32_t>(pick(4) * 10);
            findings.push_back(graded("rule-" + std::to_string(pick(4)), static_cast<Category>(pick(9)),
                                      static_cast<Risk>(pick(5)), static_cast<Severity>(1 + pick(3)), begin,
                                      begin + 10 + static_cast<std::uint32_t>(pick(3) * 10)));
            if (pick(2)) findings.back().finding.lock = LockMode::AccessExclusive;
            if (pick(5) == 0) findings.back().suppressed = Suppression{Suppression::By::comment, {}, "", ""};
        }
        std::vector<FileReport> files(1), apart(1);
        files[0].statements.push_back(statement(findings, pick(2) ? "DO" : "ALTER TABLE"));
        apart[0].statements = files[0].statements;
        for (Graded& one : apart[0].statements[0].findings) one.part_of.reset();
        const std::vector<Graded>& together = files[0].statements[0].findings;
        REQUIRE(together.size() == findings.size());
        for (const Graded& part : together) {
            if (!part.part_of) continue;
            const Graded& lead = together.at(*part.part_of);
            CHECK(!lead.part_of);
            CHECK((!part.suppressed && !lead.suppressed));
            CHECK((lead.risk >= part.risk && lead.severity >= part.severity));
        }
        const auto threshold = static_cast<Risk>(pick(5));
        CHECK(verdict_of(files, threshold).outcome == verdict_of(apart, threshold).outcome);
        CHECK(verdict_of(files, threshold).counts.suppressed == verdict_of(apart, threshold).counts.suppressed);
    }
}

TEST_CASE("a statement that certainly fails does nothing else") {
    using enum Risk;
    using enum Severity;
    const Graded build = waiting("index-blocks-writes", Category::lock, 0, 60);
    Graded fails = graded("already-there", Category::correctness, high, error, 20, 40);
    fails.finding.fails = true;
    CHECK(shown(statement({build, fails})) == "already-there(index-blocks-writes)");
    const Graded elsewhere = waiting("index-blocks-writes", Category::lock, 45, 60);
    CHECK(shown(statement({elsewhere, fails})) == "already-there(index-blocks-writes)");
    fails.finding.certainty = Certainty::depends;
    CHECK(shown(statement({build, fails})) == "index-blocks-writes(already-there)");
}
