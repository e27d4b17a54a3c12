#include "policy/acts.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <vector>

#include "policy/empty_tables.h"
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

namespace {

Graded saying(std::string rule, std::string message, Risk risk = Risk::high) {
    Graded made = waiting(std::move(rule), Category::lock, 0, 60);
    made.finding.message = std::move(message);
    made.risk = risk;
    return made;
}

/// "0, 0 <- 1": statements, each with the one that is reported for it.
std::string told(std::vector<StatementReport> statements, Risk threshold = Risk::medium) {
    FileReport file;
    file.statements = std::move(statements);
    tell_repeats_once(file, threshold);
    std::string text;
    for (std::size_t i = 0; i < file.statements.size(); ++i) {
        const auto& repeats = file.statements[i].findings.front().repeats;
        text += (text.empty() ? "" : ", ") + (repeats ? std::to_string(repeats->statement) + " <- " : std::string()) +
                std::to_string(i);
    }
    return text;
}

}  // namespace

TEST_CASE("what is said of one statement after another in the same words is reported once") {
    const StatementReport a = statement({saying("index", "builds `a` on `t`")}),
                          b = statement({saying("index", "builds `b` on `t`")});
    CHECK(told({a, b, a}) == "0, 0 <- 1, 0 <- 2");
    CHECK(told({a, statement({saying("index", "rebuilds `b` on `t`")})}) == "0, 1");
    CHECK(told({a, statement({saying("other", "builds `b` on `t`")})}) == "0, 1");
    CHECK(told({a, statement({saying("index", "builds `b` on `t`", Risk::critical)})}) == "0, 1");
    CHECK(told({statement({saying("index", "builds `a` on `t`", Risk::medium)}), b}) == "0, 1");
}

TEST_CASE("what makes the change fail names each table") {
    Graded elsewhere = saying("index", "builds `b` on `u`");
    elsewhere.finding.relations = {"public.u"};
    const StatementReport a = statement({saying("index", "builds `a` on `t`")}), b = statement({elsewhere});
    CHECK(told({a, b}) == "0, 1");
    CHECK(told({a, b}, Risk::high) == "0, 0 <- 1");
}

TEST_CASE("what is lost, what fails and what is suppressed is reported each time") {
    const auto changed = [](auto change) {
        Graded one = saying("rule", "drops `a` of `t`");
        change(one);
        return statement({one});
    };
    const auto twice = [&](auto change) { return told({changed(change), changed(change)}); };
    CHECK(twice([](Graded& one) { one.finding.category = Category::destructive; }) == "0, 1");
    CHECK(twice([](Graded& one) { one.finding.fails = true; }) == "0, 1");
    CHECK(twice([](Graded& one) { one.finding.harm = Harm::used_name; }) == "0, 1");
    CHECK(twice([](Graded& one) { one.suppressed = Suppression{}; }) == "0, 1");
    CHECK(twice([](Graded&) {}) == "0, 0 <- 1");
    // The first is accepted: the second speaks for itself.
    CHECK(told({changed([](Graded& one) { one.suppressed = Suppression{}; }), changed([](Graded&) {})}) == "0, 1");
}

TEST_CASE("a repeated finding with a consequence that the first one lacks is reported") {
    const Graded index = saying("index", "builds `a` on `t`");
    const Graded advice = graded("advice", Category::robustness, Risk::low, Severity::notice, 0, 60);
    const StatementReport bare = statement({index}), with_advice = statement({index, advice});
    CHECK(told({bare, with_advice}) == "0, 1");
    CHECK(told({with_advice, bare}) == "0, 0 <- 1");
    CHECK(told({bare, with_advice, with_advice, bare}) == "0, 1, 1 <- 2, 0 <- 3");
}

namespace {

StatementReport without_what_adds_nothing(std::vector<Graded> findings, std::string kind = "ALTER TABLE") {
    StatementReport report = statement(std::move(findings), std::move(kind));
    leave_out_what_adds_nothing(report);
    return report;
}

Graded holding(std::string rule, std::string relation) {
    Graded made = waiting(std::move(rule), Category::lock, 0, 60);
    made.finding.related = SourceSpan{0, 0, 1};
    made.finding.grows_with_rows = true;
    made.finding.relations = {std::move(relation)};
    return made;
}

}  // namespace

TEST_CASE("that a scan holds up the table whose lock is held is said by the finding about the scan") {
    Graded scan = waiting("scan", Category::scan, 20, 40);
    scan.finding.grows_with_rows = true;
    CHECK(shown(without_what_adds_nothing({holding("held", "public.t"), scan})) == "scan");
    CHECK(without_what_adds_nothing({holding("held", "public.u"), scan}).findings.size() == 2);
    CHECK(without_what_adds_nothing({holding("held", "public.t"), scan}, "DO").findings.size() == 2);
    Graded weaker = scan;
    weaker.finding.lock = LockMode::Share;
    CHECK(without_what_adds_nothing({holding("held", "public.t"), weaker}).findings.size() == 2);
    Graded lesser = scan;
    lesser.risk = Risk::medium;
    CHECK(shown(without_what_adds_nothing({holding("held", "public.t"), lesser})) == "held(scan)");
    // Who accepts the scan accepts that.
    Graded accepted = scan;
    accepted.suppressed = Suppression{};
    CHECK(without_what_adds_nothing({holding("held", "public.t"), accepted}).findings.size() == 1);
}

TEST_CASE("that rows stay locked is nothing beside their table's lock, and the fix stays") {
    Graded rows = graded("rows", Category::scan, Risk::medium, Severity::warning, 0, 60);
    rows.finding.lock = LockMode::RowExclusive;
    rows.finding.grows_with_rows = true;
    rows.finding.recipe = Recipe{{}, "in batches"};
    const StatementReport report = without_what_adds_nothing({rows, holding("held", "public.t")}, "UPDATE");
    CHECK(shown(report) == "held");
    REQUIRE(report.findings.front().finding.recipe);
    CHECK(report.findings.front().finding.recipe->note == "in batches");
    CHECK(without_what_adds_nothing({rows, holding("held", "public.u")}, "UPDATE").findings.size() == 2);
}

TEST_CASE("a renamed name that code was seen to use is one finding") {
    const Graded renamed = graded("rename", Category::compatibility, Risk::medium, Severity::warning, 0, 60);
    Graded used = graded("code", Category::compatibility, Risk::high, Severity::error, 0, 60);
    used.finding.harm = Harm::used_name;
    CHECK(shown(without_what_adds_nothing({renamed, used})) == "code");
    Graded clause = renamed;
    clause.finding.span.begin = 20;
    CHECK(shown(without_what_adds_nothing({clause, used})) == "code(rename)");
}

TEST_CASE("of two findings that weigh the same the one with a fix leads") {
    Graded with_fix = holding("with-fix", "public.t");
    with_fix.finding.category = Category::scan;
    with_fix.finding.span.begin = 20;
    with_fix.finding.recipe = Recipe{{}, "first"};
    CHECK(shown(statement({holding("a", "public.t"), with_fix})) == "with-fix(a)");
}

namespace {

StatementReport losing(const std::string& column, const std::string& table) {
    Graded made = graded("drop-column", Category::destructive, Risk::high, Severity::error, 0, 20);
    made.finding.message = "Column `" + column + "` of `" + table + "` is dropped: its data is lost";
    made.finding.relations = {"public." + table};
    return statement({made});
}

StatementReport dropping(const std::string& table, Risk risk = Risk::high) {
    Graded made = graded("drop-table", Category::destructive, risk, Severity::error, 0, 20);
    made.finding.message = "Dropping `" + table + "`: all rows are lost";
    StatementReport report = statement({made}, "DROP TABLE");
    Lock lock;
    lock.relation = "public." + table;
    lock.mode = LockMode::AccessExclusive;
    report.statement.effects.locks.push_back(lock);
    return report;
}

std::size_t left_of(std::vector<StatementReport> statements) {
    FileReport file;
    file.statements = std::move(statements);
    leave_to_the_drop(file);
    return file.statements.front().findings.size();
}

}  // namespace

TEST_CASE("a column of one name that three tables lose is one decision, of two tables or two names it is not") {
    CHECK(told({losing("a", "t"), losing("a", "u"), losing("a", "v")}) == "0, 0 <- 1, 0 <- 2");
    CHECK(told({losing("a", "t"), losing("a", "u")}) == "0, 1");
    CHECK(told({losing("a", "t"), losing("b", "t"), losing("c", "t")}) == "0, 1, 2");
}

TEST_CASE("statements that fail for standing in one transaction are one mistake") {
    const auto failing = [](std::uint32_t transaction, const std::string& message) {
        Graded made = graded("concurrently", Category::correctness, Risk::high, Severity::error, 0, 20);
        made.finding.message = message;
        made.finding.fails = true;
        StatementReport report = statement({made}, "CREATE INDEX");
        report.statement.transaction = {TransactionKind::runner, transaction};
        return report;
    };
    CHECK(told({failing(1, "fails here"), failing(1, "fails here")}) == "0, 0 <- 1");
    CHECK(told({failing(1, "fails here"), failing(2, "fails here")}) == "0, 1");
    CHECK(told({failing(1, "lacks `a`"), failing(1, "lacks `b`")}) == "0, 1");
}

TEST_CASE("what a table loses before it is dropped whole is told with the table") {
    CHECK(left_of({losing("a", "t"), dropping("t")}) == 0);
    CHECK(left_of({losing("a", "t"), dropping("u")}) == 1);
    CHECK(left_of({losing("a", "t"), dropping("t", Risk::medium)}) == 1);
    CHECK(left_of({losing("a", "t")}) == 1);
}

namespace {

Work working(Cause cause, const std::string& table, std::size_t command = Work::npos) {
    Work work;
    work.cause = cause;
    work.relation = "public." + table;
    work.under = LockMode::AccessExclusive;
    work.command = command;
    return work;
}

/// ALTER TABLE ... ADD COLUMN ... NOT NULL, without a value for the rows that are there.
StatementReport refusing_rows(std::vector<Graded> others = {}, Cause cause = Cause::not_null) {
    Graded made = graded("refusal", Category::correctness, Risk::high, Severity::error, 0, 20);
    made.finding.fails = true;
    made.finding.certainty = Certainty::depends;
    StatementReport report;
    report.statement.kind = "ALTER TABLE";
    report.statement.transaction = {TransactionKind::implicit, 1};
    Failure failure;
    failure.kind = Failure::Kind::existing_rows;
    failure.certain = false;
    failure.command = 0;
    report.statement.effects.failures.push_back(failure);
    report.statement.effects.work = {working(cause, "t", 0)};
    report.findings = std::move(others);
    report.findings.push_back(made);
    put_acts_together(report);
    return report;
}

StatementReport working_on(const std::vector<std::string>& tables, std::string kind = "CREATE INDEX") {
    Graded made = waiting("slow", Category::lock, 0, 20);
    made.finding.relations = {"public.held"};
    made.finding.grows_with_rows = true;
    StatementReport report = statement({made}, std::move(kind));
    report.statement.transaction = {TransactionKind::implicit, 1};
    for (const std::string& table : tables) report.statement.effects.work.push_back(working(Cause::index, table));
    return report;
}

StatementReport without_findings(std::string sql, std::string kind = "ALTER TABLE") {
    StatementReport report;
    report.statement.kind = std::move(kind);
    report.statement.sql = std::move(sql);
    report.statement.transaction = {TransactionKind::implicit, 1};
    return report;
}

/// "refusal | slow | ": of each statement, after what empty tables make of it.
std::string beside_empty_tables(std::vector<StatementReport> statements, bool assumed = false) {
    FileReport file;
    file.path = "db/1.sql";
    file.transaction_assumed = assumed;
    file.statements = std::move(statements);
    FindingsLeftOut note{"where {} gets that far, tables are empty", ""};
    leave_out_work_on_empty_tables(file, note);
    std::string text = shown(file.statements.front());
    for (std::size_t i = 1; i < file.statements.size(); ++i) text += " | " + shown(file.statements[i]);
    const bool all = std::none_of(file.statements.begin(), file.statements.end(), [](const StatementReport& report) {
        return report.statement.kind == "CREATE INDEX" && report.findings.empty();
    });
    CHECK(note.note().has_value() != all);
    return text;
}

}  // namespace

TEST_CASE("behind a column that no row could get through, its table's rows cost nothing") {
    CHECK(beside_empty_tables({refusing_rows(), working_on({"t"})}) == "refusal | ");
    CHECK(beside_empty_tables({refusing_rows(), working_on({"t", "t"}), working_on({"t"})}) == "refusal |  | ");
    // Another table's rows do, and what it does before it fails.
    CHECK(beside_empty_tables({refusing_rows(), working_on({"u"})}) == "refusal | slow");
    CHECK(beside_empty_tables({refusing_rows(), working_on({"t", "u"})}) == "refusal | slow");
    CHECK(beside_empty_tables({working_on({"t"}), refusing_rows()}) == "slow | refusal");
    // A row that does not fit a type is not any row.
    CHECK(beside_empty_tables({refusing_rows({}, Cause::type_change), working_on({"t"})}) == "refusal | slow");
    // Nobody is told of it, or nobody knows that the transaction is one.
    StatementReport accepted = refusing_rows();
    accepted.findings.front().suppressed = Suppression{};
    CHECK(beside_empty_tables({accepted, working_on({"t"})}) == "refusal | slow");
    StatementReport alone = working_on({"t"});
    alone.statement.transaction = {TransactionKind::implicit, 2};
    CHECK(beside_empty_tables({refusing_rows(), alone}) == "refusal | slow");
    alone.statement.transaction = {};
    CHECK(beside_empty_tables({refusing_rows(), alone}) == "refusal | slow");
    CHECK(beside_empty_tables({refusing_rows(), working_on({"t"})}, true) == "refusal | slow");
    // What weighs more than what is told of it.
    StatementReport light = refusing_rows();
    light.findings.front().severity = Severity::warning;
    CHECK(beside_empty_tables({light, working_on({"t"})}) == "refusal | slow");
}

TEST_CASE("TRUNCATE empties a table until something fills it") {
    StatementReport truncate = without_findings("TRUNCATE t", "TRUNCATE TABLE");
    Lock lock;
    lock.relation = "public.t";
    lock.mode = LockMode::AccessExclusive;
    truncate.statement.effects.locks.push_back(lock);
    CHECK(beside_empty_tables({truncate, working_on({"t"})}) == " | ");
    CHECK(beside_empty_tables({truncate, working_on({"u"})}) == " | slow");
    for (const char* back :
         {"ALTER TABLE big RENAME TO t", "ALTER TABLE x.t SET SCHEMA public", "ROLLBACK TO SAVEPOINT a",
          "ALTER TABLE t ATTACH PARTITION big DEFAULT", "ALTER TABLE big INHERIT t"})
        CHECK(beside_empty_tables({truncate, without_findings(back), working_on({"t"})}) == " |  | slow");
    StatementReport insert = without_findings("INSERT INTO t SELECT * FROM big", "INSERT");
    lock.mode = LockMode::RowExclusive;
    insert.statement.effects.locks.push_back(lock);
    CHECK(beside_empty_tables({truncate, insert, working_on({"t"})}) == " |  | slow");
    StatementReport update = insert;
    update.statement.kind = "UPDATE";
    CHECK(beside_empty_tables({truncate, update, working_on({"t"})}) == " |  | ");
    StatementReport indexed = update, other = update;
    lock.relation = "public.t_pkey";
    lock.kind = RelationKind::index;
    lock.role = LockRole::index;
    indexed.statement.effects.locks.push_back(lock);
    CHECK(beside_empty_tables({truncate, indexed, working_on({"t"})}) == " |  | ");
    lock.relation = "public.u";
    lock.kind = RelationKind::table;
    lock.role = LockRole::target;
    other.statement.effects.locks.push_back(lock);
    CHECK(beside_empty_tables({truncate, other, working_on({"t"})}) == " |  | slow");
    // The rows that it puts in are not those that are there.
    StatementReport fills = working_on({"t"}, "INSERT");
    fills.statement.effects.work.front().kind = Work::Kind::change_rows;
    CHECK(beside_empty_tables({truncate, fills}) == " | slow");
}

TEST_CASE("what a statement that no row gets through does to rows is part of that") {
    using enum Risk;
    using enum Severity;
    Graded lost = graded("lost", Category::destructive, high, warning, 40, 60);
    const Graded key = waiting("key", Category::scan, 70, 80);
    CHECK(shown(refusing_rows({lost, key})) == "refusal(key, lost)");
    CHECK(shown(refusing_rows({lost, key}, Cause::type_change)) == "key refusal lost");
    lost.finding.relations = {"public.other"};
    CHECK(shown(refusing_rows({lost})) == "refusal lost");
    lost.finding.relations = {"public.t"};
    lost.risk = critical;
    CHECK(shown(refusing_rows({lost})) == "lost refusal");
}
