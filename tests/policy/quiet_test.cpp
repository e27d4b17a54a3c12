#include "policy/quiet.h"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/conditions.h"
#include "core/stand_in.h"
#include "policy/acts.h"

using namespace pgfence;
using namespace pgfence::policy;

namespace {

Graded graded(std::string rule, Category category = Category::robustness, Risk risk = Risk::low) {
    Graded made;
    made.finding.rule = std::move(rule);
    made.finding.category = category;
    made.finding.message = "message";
    made.finding.relations = {"public.t"};
    made.finding.lock = LockMode::AccessExclusive;
    made.risk = risk;
    made.severity = Severity::notice;
    return made;
}

StatementReport statement(std::vector<Graded> findings) {
    StatementReport report;
    report.statement.kind = "ALTER TABLE";
    report.findings = std::move(findings);
    put_acts_together(report);
    return report;
}

FileReport file(std::string path, std::vector<StatementReport> statements,
                MigrationFile::Change change = MigrationFile::Change::added) {
    FileReport report;
    report.path = std::move(path);
    report.statements = std::move(statements);
    report.change = change;
    return report;
}

/// The messages of a rule's findings, those in other findings in parentheses.
std::vector<std::string> messages(const std::vector<FileReport>& files, const std::string& rule) {
    std::vector<std::string> all;
    for (const FileReport& one : files)
        for (const StatementReport& report : one.statements)
            for (const Graded& found : report.findings)
                if (found.finding.rule == rule)
                    all.push_back(found.part_of ? "(" + found.finding.message + ")" : found.finding.message);
    return all;
}

const SaidOnce kOnce{"timeout"};
using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("a rule that is said once for a change tells where else it holds") {
    const auto timeout = [] { return statement({graded("timeout")}); };
    std::vector<FileReport> files{file("a.sql", {timeout(), timeout(), timeout()}),
                                  file("b.sql", {timeout()}),
                                  file("c.sql", {timeout(), timeout()}),
                                  file("d.sql", {timeout()}),
                                  file("e.sql", {timeout()}),
                                  file("f.sql", {timeout()})};
    say_once(files, kOnce);
    CHECK(messages(files, "timeout") == Messages{"message. The same for 2 more statements here, 1 in `b.sql`, "
                                                 "2 in `c.sql`, 1 in `d.sql`, 2 in 2 more files"});
    say_once(files, kOnce);
    CHECK(messages(files, "timeout").size() == 1);
}

TEST_CASE("what several files of a change say of one table in the same words is said once") {
    const auto drop = [](std::string message = "message", Risk risk = Risk::high) {
        Graded made = graded("drop-column", Category::destructive, risk);
        made.finding.message = std::move(message);
        return made;
    };
    Graded elsewhere = drop();
    elsewhere.finding.relations = {"public.u"};
    Graded accepted = drop();
    accepted.suppressed = Suppression{};
    Graded failing = drop();
    failing.finding.fails = true;
    std::vector<FileReport> files{file("a.sql", {statement({drop()}), statement({drop()})}),
                                  file("b.sql", {statement({drop()})})};
    say_once_of_several_files(files);
    CHECK(messages(files, "drop-column") == Messages{"message. The same for 1 more statement here, 1 in `b.sql`"});
    CHECK(files[1].statements.size() == 1);

    for (const Graded& other : {drop("of another column"), drop("message", Risk::medium), elsewhere, accepted}) {
        std::vector<FileReport> two{file("a.sql", {statement({drop()})}), file("b.sql", {statement({other})})};
        say_once_of_several_files(two);
        CHECK(messages(two, "drop-column") == Messages{"message", other.finding.message});
    }
    std::vector<FileReport> failures{file("a.sql", {statement({failing})}), file("b.sql", {statement({failing})})};
    say_once_of_several_files(failures);
    CHECK(messages(failures, "drop-column").size() == 2);
    // Which of them ran, nobody knows; what one file says twice is told by its lines.
    std::vector<FileReport> ran{file("a.sql", {statement({drop()})}, MigrationFile::Change::none),
                                file("b.sql", {statement({drop()})}, MigrationFile::Change::none)};
    say_once_of_several_files(ran);
    CHECK(messages(ran, "drop-column").size() == 2);
    std::vector<FileReport> alone{file("a.sql", {statement({drop()}), statement({drop()})})};
    say_once_of_several_files(alone);
    CHECK(messages(alone, "drop-column").size() == 2);
}

TEST_CASE("what a rule says of whole files is said once of all of which it says the same") {
    const auto about = [](std::string message) {
        Graded made = graded("non-linear-history");
        made.finding.message = std::move(message);
        return statement({made});
    };
    std::vector<FileReport> files{file("a.sql", {about("edited")}), file("b.sql", {about("renamed")}),
                                  file("c.sql", {about("edited")}), file("d.sql", {about("edited")}),
                                  file("e.sql", {about("edited")}), file("f.sql", {about("edited")})};
    say_once(files, {"non-linear-history"});
    CHECK(messages(files, "non-linear-history") ==
          Messages{"edited. The same for `c.sql`, `d.sql`, `e.sql` and 1 more", "renamed"});
}

TEST_CASE("what is listed in another finding is no line of its own, and is kept for that") {
    const Graded drop = graded("drop-table", Category::destructive, Risk::high);
    std::vector<FileReport> files{file("a.sql", {statement({graded("timeout")})}),
                                  file("b.sql", {statement({drop, graded("timeout")})})};
    say_once(files, kOnce);
    CHECK(messages(files, "timeout") == Messages{"(message. The same for 1 more statement in `a.sql`)"});
    CHECK(messages(files, "drop-table") == Messages{"message"});
}

TEST_CASE("what is suppressed, louder, of another cause or another change is a finding of its own") {
    Graded accepted = graded("timeout"), loud = graded("timeout"), related = graded("timeout");
    accepted.suppressed = Suppression{};
    loud.severity = Severity::error;
    related.finding.related = SourceSpan{0, 1, 2};
    std::vector<FileReport> files{
        file("a.sql", {statement({graded("timeout")}), statement({accepted}), statement({loud}), statement({related})}),
        file("old.sql", {statement({graded("timeout")}), statement({graded("timeout")})}, MigrationFile::Change::none)};
    say_once(files, kOnce);
    CHECK(messages(files, "timeout") ==
          Messages{"message", "message", "message", "message", "message. The same for 1 more statement here"});
}

TEST_CASE("whatever a change has, one line is left of a rule, and no other finding is touched") {
    std::mt19937 random(5);
    const auto pick = [&](std::uint32_t below) { return random() % below; };
    for (int round = 0; round < 300; ++round) {
        std::vector<FileReport> files;
        std::multiset<std::string> others, left;
        bool any = false;
        for (std::uint32_t f = 0; f <= pick(4); ++f) {
            std::vector<StatementReport> statements;
            for (std::uint32_t s = 0; s <= pick(4); ++s) {
                std::vector<Graded> findings;
                for (std::uint32_t i = 0; i < pick(4); ++i) {
                    const bool timeout = pick(2) == 0;
                    const std::string other = "rule-" + std::to_string(pick(3));
                    any |= timeout;
                    if (!timeout) others.insert(other);
                    findings.push_back(graded(timeout ? "timeout" : other,
                                              pick(2) == 0 ? Category::destructive : Category::robustness,
                                              static_cast<Risk>(1 + pick(3))));
                }
                statements.push_back(statement(std::move(findings)));
            }
            files.push_back(file(std::to_string(f), std::move(statements)));
        }
        say_once(files, kOnce);
        CHECK(messages(files, "timeout").size() == (any ? 1 : 0));
        for (const FileReport& one : files)
            for (const StatementReport& report : one.statements)
                for (const Graded& found : report.findings) {
                    if (found.finding.rule != "timeout") left.insert(found.finding.rule);
                    if (found.part_of) {
                        REQUIRE(*found.part_of < report.findings.size());
                        CHECK_FALSE(report.findings[*found.part_of].part_of);
                    }
                }
        CHECK(left == others);
    }
}

TEST_CASE("a lock is brief unless it grows, hurts, waits beside another, or is asked about") {
    const Graded brief = graded("lock", Category::lock);
    CHECK(is_brief_lock(brief, Risk::medium, false));
    CHECK(is_brief_lock(brief, Risk::low, false));
    CHECK_FALSE(is_brief_lock(brief, Risk::safe, false));  // it makes the change fail
    CHECK_FALSE(is_brief_lock(brief, Risk::medium, true));
    const auto changed = [&](auto change) {
        Graded other = brief;
        change(other);
        return is_brief_lock(other, Risk::medium, false);
    };
    CHECK_FALSE(changed([](Graded& one) { one.finding.grows_with_rows = true; }));
    CHECK_FALSE(changed([](Graded& one) { one.finding.fails = true; }));
    CHECK_FALSE(changed([](Graded& one) { one.finding.related = SourceSpan{}; }));
    CHECK_FALSE(changed([](Graded& one) { one.finding.lock.reset(); }));
    CHECK_FALSE(changed([](Graded& one) { one.suppressed = Suppression{}; }));
    CHECK_FALSE(changed([](Graded& one) { one.risk = Risk::medium; }));
    for (const Category category : {Category::destructive, Category::correctness, Category::compatibility,
                                    Category::robustness, Category::type_choice, Category::policy})
        CHECK_FALSE(changed([&](Graded& one) { one.finding.category = category; }));
}

TEST_CASE("brief locks are one note, and what else their act leads to is said") {
    const auto is_brief = [](const Graded& one) { return is_brief_lock(one, Risk::medium, false); };
    StatementReport report = statement({graded("lock", Category::lock), graded("timeout")});
    REQUIRE(report.findings[1].part_of);
    BriefLocks brief;
    CHECK_FALSE(brief.note());
    take_out_brief_locks(report, is_brief, brief);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].finding.rule == "timeout");
    CHECK_FALSE(report.findings[0].part_of);
    CHECK(brief.note() ==
          "1 lock is brief, whatever the table's size, and not listed one by one: ACCESS EXCLUSIVE on "
          "`public.t`");

    // The same in another finding.
    StatementReport dropped =
        statement({graded("drop-table", Category::destructive, Risk::high), graded("lock", Category::lock)});
    take_out_brief_locks(dropped, is_brief, brief);
    CHECK(dropped.findings.size() == 1);
    CHECK(brief.note() ==
          "2 locks are brief, whatever the table's size, and not listed one by one: ACCESS EXCLUSIVE "
          "on `public.t`");
}

TEST_CASE("a lock_timeout that the project never sets is worth a line only about a table of more than low risk") {
    Graded missing = graded("missing-lock-timeout");
    CHECK_FALSE(is_never_set(missing));
    missing.finding.depends_on.push_back(never_set_before());
    CHECK(is_never_set(missing));
    missing.risk = Risk::medium;
    CHECK_FALSE(is_never_set(missing));
}

TEST_CASE("what a statement says itself is worth a line only where it makes the change fail") {
    Graded restated = graded("drop-not-null", Category::compatibility, Risk::medium);
    CHECK_FALSE(is_as_written(restated, Risk::medium));
    restated.finding.depends_on.push_back(as_written());
    restated.severity = Severity::warning;
    CHECK(is_as_written(restated, Risk::medium));
    CHECK_FALSE(is_as_written(restated, Risk::low));
}

TEST_CASE("a type that only the program knows is told of in a note, one that SQL names is not") {
    Finding finding;
    TypeName type;
    type.name.name = "email";
    finding.depends_on.push_back(is_costly_domain(type));
    CHECK_FALSE(is_of_the_programs_type(finding));
    type.name.name = kUnknownType;
    finding.depends_on.push_back(is_costly_domain(type));
    CHECK(is_of_the_programs_type(finding));
}
