// What follows from a failure is told once.

#include "policy/unreached.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

using namespace pgfence;

namespace {

Graded failing(Certainty certainty = Certainty::known) {
    Graded graded;
    graded.finding.fails = true;
    graded.finding.certainty = certainty;
    graded.risk = Risk::high;
    return graded;
}

Graded of_category(Category category) {
    Graded graded;
    graded.finding.category = category;
    graded.risk = Risk::high;
    return graded;
}

struct Sent {
    std::uint32_t transaction;  ///< 0: none
    Graded graded;
};

/// An E for each finding that is still an error, an n for each that is a notice now.
std::string after(const std::vector<Sent>& statements) {
    FileReport report;
    for (const Sent& sent : statements) {
        StatementReport& statement = report.statements.emplace_back();
        statement.statement.transaction = {sent.transaction == 0 ? TransactionKind::none : TransactionKind::runner,
                                           sent.transaction};
        statement.findings = {sent.graded};
    }
    policy::quiet_unreached_failures(report);
    std::string text;
    for (const StatementReport& statement : report.statements)
        text += statement.findings.front().severity == Severity::error ? 'E' : 'n';
    return text;
}

}  // namespace

TEST_CASE("failures behind a certain one of the same transaction are notices") {
    CHECK(after({{1, failing()}, {1, failing()}, {1, failing(Certainty::depends)}}) == "Enn");
    CHECK(after({{1, failing()}, {2, failing()}, {2, failing()}}) == "EEn");
    CHECK(after({{0, failing()}, {0, failing()}}) == "EE");
}

TEST_CASE("a failure that may not come ends nothing, and neither does one that is suppressed") {
    CHECK(after({{1, failing(Certainty::depends)}, {1, failing()}, {1, failing()}}) == "EEn");
    Graded suppressed = failing();
    suppressed.suppressed = Suppression{};
    CHECK(after({{1, suppressed}, {1, failing()}}) == "EE");
}

TEST_CASE("what else a later statement does counts as before: the failure will be mended") {
    CHECK(after({{1, failing()}, {1, of_category(Category::destructive)}}) == "EE");
    // A lock that is never taken keeps nobody waiting.
    CHECK(after({{1, failing()}, {1, of_category(Category::lock)}, {1, of_category(Category::scan)}}) == "Enn");
    CHECK(after({{1, failing()}, {0, of_category(Category::lock)}, {2, of_category(Category::scan)}}) == "EEE");
}

TEST_CASE("behind a CREATE TABLE that may fail the table is new, or nothing runs") {
    const auto kept = [](TransactionKind kind, const std::string& made_by, const std::vector<std::string>& waits_for) {
        FileReport report;
        StatementReport& create = report.statements.emplace_back();
        create.statement.transaction = {kind, 1};
        create.statement.kind = made_by;
        create.statement.effects.created.push_back("public.orders");
        create.findings = {failing(Certainty::depends)};
        for (const Category category : {Category::lock, Category::destructive}) {
            StatementReport& later = report.statements.emplace_back();
            later.statement.transaction = {kind, 1};
            later.findings = {of_category(category)};
            later.findings.front().finding.relations = waits_for;
        }
        policy::quiet_unreached_failures(report);
        return report.statements[1].findings.size() + 10 * report.statements[2].findings.size();
    };
    using enum TransactionKind;
    CHECK(kept(runner, "CREATE TABLE", {"public.orders"}) == 10);
    CHECK(kept(implicit, "CREATE TABLE", {"public.orders"}) == 10);
    CHECK(kept(runner, "CREATE TABLE", {"public.orders", "public.users"}) == 11);
    CHECK(kept(runner, "CREATE TABLE", {}) == 11);
    // A handler in a body takes the failure, and psql goes on behind one.
    CHECK(kept(runner, "DO", {"public.orders"}) == 11);
    CHECK(kept(explicit_, "CREATE TABLE", {"public.orders"}) == 11);
    CHECK(kept(none, "CREATE TABLE", {"public.orders"}) == 11);
}
