// A prediction held against an observation: every verdict, and each way in which the two may differ.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "trace/compare.h"

using namespace pgfence;
using trace::compare;

namespace {

using How = Observation::How;

/// orders with its index, customers.
trace::Relations shop() {
    trace::Relations relations;
    relations.add(1, {.name = "public.orders", .kind = RelationKind::table, .file = 1});
    relations.add(2, {.name = "public.orders_pkey", .kind = RelationKind::index, .file = 2, .table = 1});
    relations.add(3, {.name = "public.customers", .kind = RelationKind::table, .file = 3});
    return relations;
}

Lock lock(std::string relation, LockMode mode, RelationKind kind = RelationKind::table) {
    return {.relation = std::move(relation), .kind = kind, .mode = mode, .existing = true, .role = LockRole::target};
}

Work work(Work::Kind kind, std::string relation) {
    Work work;
    work.kind = kind;
    work.relation = std::move(relation);
    return work;
}

AnalyzedStatement predicted(std::vector<Lock> locks, std::vector<Work> works = {}) {
    AnalyzedStatement statement;
    statement.kind = "ALTER TABLE";
    statement.effects.locks = std::move(locks);
    statement.effects.work = std::move(works);
    return statement;
}

Observation seen(std::string relation, LockMode mode, How how = How::in_block) {
    Observation observation;
    observation.how = how;
    observation.locks[std::move(relation)] = {RelationKind::table, mode};
    return observation;
}

Observation nothing_seen(How how) {
    Observation observation;
    observation.how = how;
    return observation;
}

TraceVerdict verdict(const AnalyzedStatement& statement, const Observation& observation) {
    return compare(statement, observation, shop()).verdict;
}

}  // namespace

TEST_CASE("trace compare: the same locks and the same work are confirmed") {
    auto observation = seen("public.orders", LockMode::AccessExclusive);
    observation.rewrites = {"public.orders"};
    const auto statement =
        predicted({lock("public.orders", LockMode::AccessExclusive)}, {work(Work::Kind::rewrite, "public.orders")});
    CHECK(verdict(statement, observation) == TraceVerdict::confirmed);
    CHECK(verdict(predicted({}), {}) == TraceVerdict::confirmed);
}

TEST_CASE("trace compare: another lock is a mismatch, stronger or weaker") {
    const auto statement = predicted({lock("public.orders", LockMode::Share)});
    const auto stronger = compare(statement, seen("public.orders", LockMode::AccessExclusive), shop());
    CHECK(stronger.verdict == TraceVerdict::mismatch);
    CHECK(stronger.differences ==
          std::vector<std::string>{"lock on public.orders: seen ACCESS EXCLUSIVE, predicted SHARE"});
    CHECK(verdict(statement, seen("public.orders", LockMode::AccessShare)) == TraceVerdict::mismatch);
    CHECK(verdict(statement, {}) == TraceVerdict::mismatch);
    CHECK(verdict(predicted({}), seen("public.orders", LockMode::AccessShare)) == TraceVerdict::mismatch);
}

TEST_CASE("trace compare: a lock that an earlier statement holds cannot be taken anew") {
    Observation observation;
    observation.held["public.orders"] = {LockMode::AccessExclusive};
    CHECK(verdict(predicted({lock("public.orders", LockMode::AccessExclusive)}), observation) ==
          TraceVerdict::confirmed);
    // A weaker one of another mode would show.
    CHECK(verdict(predicted({lock("public.orders", LockMode::Share)}), observation) == TraceVerdict::mismatch);
    // What it takes beyond the one held does show.
    observation.locks["public.orders"] = {RelationKind::table, LockMode::AccessShare};
    CHECK(verdict(predicted({lock("public.orders", LockMode::AccessExclusive)}), observation) ==
          TraceVerdict::confirmed);
}

TEST_CASE("trace compare: the worst case that did not happen is no mismatch, more than it is") {
    auto statement =
        predicted({lock("public.orders", LockMode::AccessExclusive)}, {work(Work::Kind::rewrite, "public.orders")});
    statement.effects.certainty = Certainty::depends;
    const auto less = compare(statement, seen("public.orders", LockMode::AccessExclusive), shop());
    CHECK(less.verdict == TraceVerdict::confirmed);
    CHECK(less.remarks.size() == 1);
    auto more = seen("public.orders", LockMode::AccessExclusive);
    more.rewrites = {"public.orders"};
    more.scans = {"public.customers"};
    CHECK(verdict(statement, more) == TraceVerdict::mismatch);
}

TEST_CASE("trace compare: work that only one side has is a mismatch") {
    const auto lock_alone = predicted({lock("public.orders", LockMode::AccessExclusive)});
    for (const auto member : {&Observation::rewrites, &Observation::index_rebuilds, &Observation::scans}) {
        auto observation = seen("public.orders", LockMode::AccessExclusive);
        (observation.*member).insert("public.orders");
        CHECK(verdict(lock_alone, observation) == TraceVerdict::mismatch);
    }
    for (const auto kind : {Work::Kind::rewrite, Work::Kind::scan, Work::Kind::index_build}) {
        auto statement = lock_alone;
        statement.effects.work = {work(kind, "public.orders")};
        CHECK(verdict(statement, seen("public.orders", LockMode::AccessExclusive)) == TraceVerdict::mismatch);
        statement.effects.work[0].certain = false;
        CHECK(verdict(statement, seen("public.orders", LockMode::AccessExclusive)) == TraceVerdict::confirmed);
    }
}

TEST_CASE("trace compare: how a query reads is not compared") {
    auto statement = predicted({lock("public.orders", LockMode::RowExclusive)});
    statement.kind = "UPDATE";
    auto observation = seen("public.orders", LockMode::RowExclusive);
    observation.scans = {"public.orders"};
    observation.locks["public.orders_pkey"] = {RelationKind::index, LockMode::RowExclusive};
    CHECK(verdict(statement, observation) == TraceVerdict::confirmed);
}

TEST_CASE("trace compare: outside a transaction block only what is certain is a mismatch") {
    const auto statement = predicted({lock("public.orders", LockMode::ShareUpdateExclusive)});
    // Polling misses what is brief; a gate before the table does not.
    CHECK(verdict(statement, nothing_seen(How::by_polling)) == TraceVerdict::static_only);
    CHECK(verdict(statement, nothing_seen(How::at_gates)) == TraceVerdict::mismatch);
    CHECK(verdict(statement, seen("public.orders", LockMode::ShareUpdateExclusive, How::at_gates)) ==
          TraceVerdict::confirmed);
    // A later, stronger lock is behind the open gate.
    CHECK(verdict(predicted({lock("public.orders", LockMode::AccessExclusive)}),
                  seen("public.orders", LockMode::ShareUpdateExclusive, How::at_gates)) != TraceVerdict::mismatch);
    for (const How how : {How::at_gates, How::by_polling})
        CHECK(verdict(statement, seen("public.orders", LockMode::AccessExclusive, how)) == TraceVerdict::mismatch);
}

TEST_CASE("trace compare: what could not be predicted is seen, what is not there cannot be seen") {
    auto unknown = predicted({});
    unknown.effects.certainty = Certainty::unknown;
    CHECK(verdict(unknown, seen("public.orders", LockMode::AccessExclusive)) == TraceVerdict::trace_only);

    const auto elsewhere = compare(predicted({lock("public.invoices", LockMode::AccessExclusive)}), {}, shop());
    CHECK(elsewhere.verdict == TraceVerdict::static_only);
    CHECK(elsewhere.remarks == std::vector<std::string>{"public.invoices is not in the base schema"});

    auto made = predicted({lock("public.invoices", LockMode::AccessExclusive)});
    made.effects.created = {"public.invoices"};
    CHECK(verdict(made, {}) == TraceVerdict::confirmed);
}

TEST_CASE("trace compare: what a part does that was not read counts as seen, and so does all it made") {
    const auto statement = predicted({lock("public.orders", LockMode::Share)});
    auto observation = seen("public.orders", LockMode::Share);
    const trace::Unforeseen part{.parts = {"EXECUTE was not read: its text is built at run time"}};
    CHECK(compare(statement, observation, shop(), part).verdict == TraceVerdict::confirmed);
    CHECK(compare(statement, observation, shop(), part).remarks == part.parts);
    CHECK(compare(statement, nothing_seen(How::in_block), shop(), part).verdict == TraceVerdict::mismatch);
    observation.locks["public.customers"] = {RelationKind::table, LockMode::AccessExclusive};
    observation.scans = {"public.customers"};
    CHECK(compare(statement, observation, shop(), part).verdict == TraceVerdict::trace_only);
    CHECK(compare(statement, observation, shop(), {.relations = {3}}).verdict == TraceVerdict::trace_only);
    CHECK(compare(statement, observation, shop(), {.relations = {1}}).verdict == TraceVerdict::mismatch);

    auto index = seen("public.orders_pkey", LockMode::AccessExclusive);
    index.locks["public.orders_pkey"].kind = RelationKind::index;
    CHECK(compare(predicted({}), index, shop(), {.relations = {1}}).verdict == TraceVerdict::trace_only);
    CHECK(compare(predicted({}), index, shop(), {.relations = {3}}).verdict == TraceVerdict::mismatch);
}

TEST_CASE("trace compare: a failure is an error, predicted or not; a predicted one that does not come a mismatch") {
    auto statement = predicted({});
    Observation observation;
    observation.error = "relation \"x\" does not exist";
    CHECK(verdict(statement, observation) == TraceVerdict::error);
    statement.effects.failures.push_back({.kind = Failure::Kind::missing_object, .message = "it is not there"});
    CHECK(compare(statement, observation, shop()).remarks.size() == 1);
    CHECK(verdict(statement, {}) == TraceVerdict::mismatch);
    statement.effects.failures[0].certain = false;
    CHECK(verdict(statement, {}) == TraceVerdict::confirmed);
}

TEST_CASE("trace compare: relations that the change itself made are nobody else's") {
    const auto effects = trace::effects_of(seen("public.fresh", LockMode::AccessExclusive), shop());
    REQUIRE(effects.locks.size() == 1);
    CHECK_FALSE(effects.locks[0].existing);
    auto rewritten = seen("public.orders", LockMode::AccessExclusive);
    rewritten.rewrites = {"public.orders"};
    const auto real = trace::effects_of(rewritten, shop());
    REQUIRE(real.work.size() == 1);
    CHECK(real.locks[0].existing);
    CHECK(real.work[0].under == LockMode::AccessExclusive);
}
