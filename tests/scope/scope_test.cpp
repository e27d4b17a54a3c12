#include "analyze/scope/scope.h"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace pgfence;

namespace {

using Kind = Transaction::Kind;
using Undo = ScopeTracker::Undo;

Action control(Kind kind, std::string savepoint = "", bool chain = false) {
    return Transaction{kind, std::move(savepoint), chain};
}
Action set(std::string name, std::string value) {
    return SetVariable{SetVariable::Kind::set, false, std::move(name), {std::move(value)}};
}
Action set_local(std::string name, std::string value) {
    return SetVariable{SetVariable::Kind::set, true, std::move(name), {std::move(value)}};
}
Action reset(std::string name) { return SetVariable{SetVariable::Kind::reset, false, std::move(name), {}}; }
Action reset_all() { return SetVariable{SetVariable::Kind::reset_all, false, "", {}}; }

/// A tracker that is fed statement by statement, each with the number of its place for a span.
class Session {
public:
    explicit Session(const std::map<std::string, std::string>& defaults = {}) : tracker_(defaults) {}
    void file(TransactionMode mode, std::uint32_t statements) { tracker_.begin_file(mode, statements); }
    void end_file() { tracker_.end_file(); }
    Scope run(const Action& action) { return run(action, {}); }
    Scope lock(const std::string& relation, LockMode mode, bool existing = true) {
        Effects effects;
        effects.locks.push_back({.relation = relation,
                                 .kind = RelationKind::table,
                                 .mode = mode,
                                 .existing = existing,
                                 .role = LockRole::target});
        return run(Harmless{}, effects);
    }
    Scope run_on(const std::string& relation, const Action& action) {
        Effects effects;
        effects.locks.push_back({.relation = relation, .mode = LockMode::AccessExclusive});
        return run(action, effects);
    }
    Scope scope() const { return tracker_.scope(); }
    Undo undo() const { return tracker_.undo(); }
    std::string savepoint() const { return tracker_.undo_savepoint(); }
    std::string held() const {
        std::string all;
        for (const HeldLock& held : tracker_.scope().held)
            all += (all.empty() ? "" : " ") + held.lock.relation + ":" + std::string(sql_name(held.lock.mode));
        return all;
    }
    std::string value(const std::string& name) const {
        const Scope now = tracker_.scope();
        const Setting* setting = now.setting(name);
        return setting ? setting->value : "-";
    }

private:
    Scope run(const Action& action, const Effects& effects) {
        const Scope before = tracker_.scope();
        ++place_;
        tracker_.after({action}, effects, {0, place_, place_ + 1}, "statement " + std::to_string(place_));
        return before;
    }
    ScopeTracker tracker_;
    std::uint32_t place_ = 0;
};

using enum TransactionMode;
using enum LockMode;
constexpr auto kNone = TransactionKind::none;
constexpr auto kRunner = TransactionKind::runner;
constexpr auto kExplicit = TransactionKind::explicit_;
constexpr auto kImplicit = TransactionKind::implicit;

}  // namespace

TEST_CASE("which transaction each statement runs in") {
    const Action work = Harmless{}, begin = control(Kind::begin), commit = control(Kind::commit),
                 rollback = control(Kind::rollback);
    const Action chain = control(Kind::commit, "", true);
    struct Expected {
        TransactionKind kind;
        std::uint32_t number, statements;
    };
    struct {
        std::string name;
        TransactionMode mode;
        std::vector<Action> statements;
        std::vector<Expected> expected;
    } cases[]{
        {"each by itself", per_statement, {work, work}, {{kNone, 1, 1}, {kNone, 2, 1}}},
        {"BEGIN and COMMIT in the file",
         per_statement,
         {work, begin, work, work, commit, work},
         {{kNone, 1, 1}, {kNone, 2, 1}, {kExplicit, 3, 1}, {kExplicit, 3, 2}, {kExplicit, 3, 3}, {kNone, 4, 1}}},
        {"BEGIN in a transaction is a warning",
         per_statement,
         {begin, begin, work, commit},
         {{kNone, 1, 1}, {kExplicit, 2, 1}, {kExplicit, 2, 2}, {kExplicit, 2, 3}}},
        {"COMMIT without BEGIN is a warning",
         per_statement,
         {commit, work, rollback},
         {{kNone, 1, 1}, {kNone, 2, 1}, {kNone, 3, 1}}},
        {"a chain",
         per_statement,
         {begin, work, chain, work, commit, work},
         {{kNone, 1, 1}, {kExplicit, 2, 1}, {kExplicit, 2, 2}, {kExplicit, 4, 1}, {kExplicit, 4, 2}, {kNone, 5, 1}}},
        {"the runner's", per_file, {work, work, work}, {{kRunner, 1, 3}, {kRunner, 1, 3}, {kRunner, 1, 3}}},
        {"BEGIN in the runner's stays the runner's", per_file, {begin, work}, {{kRunner, 1, 2}, {kRunner, 1, 2}}},
        {"COMMIT ends the runner's",
         per_file,
         {work, commit, work, begin, work, commit},
         {{kRunner, 1, 6}, {kRunner, 1, 6}, {kNone, 2, 1}, {kNone, 3, 1}, {kExplicit, 4, 1}, {kExplicit, 4, 2}}},
        {"several statements in one query", implicit, {work, work}, {{kImplicit, 1, 2}, {kImplicit, 1, 2}}},
        {"one statement in one query", implicit, {work}, {{kNone, 1, 1}}},
        {"BEGIN takes over what an implicit block ran",
         implicit,
         {work, begin, work, commit, work},
         {{kImplicit, 1, 5}, {kImplicit, 1, 5}, {kExplicit, 1, 3}, {kExplicit, 1, 4}, {kImplicit, 3, 1}}},
        {"COMMIT starts the next implicit block",
         implicit,
         {work, commit, work, work},
         {{kImplicit, 1, 4}, {kImplicit, 1, 4}, {kImplicit, 3, 2}, {kImplicit, 3, 2}}},
        {"ROLLBACK does too",
         implicit,
         {work, rollback, work},
         {{kImplicit, 1, 3}, {kImplicit, 1, 3}, {kImplicit, 3, 1}}},
    };
    for (const auto& c : cases) {
        Session session;
        session.file(c.mode, static_cast<std::uint32_t>(c.statements.size()));
        for (std::size_t i = 0; i < c.statements.size(); ++i) {
            const Scope scope = session.run(c.statements[i]);
            INFO(c.name << ", statement " << i);
            CHECK(scope.transaction.kind == c.expected[i].kind);
            CHECK(scope.transaction.number == c.expected[i].number);
            CHECK(scope.statements_in_transaction == c.expected[i].statements);
            CHECK(scope.in_transaction_block == (c.expected[i].kind != kNone));
            CHECK(scope.position_in_file == i);
        }
    }
}

TEST_CASE("files are transactions of their own, or one for the whole run") {
    struct {
        TransactionMode mode;
        std::uint32_t second;
        std::string held;
    } cases[]{{per_file, 3, ""}, {implicit, 3, ""}, {per_statement, 4, ""}, {whole_run, 1, "t:SHARE"}};
    for (const auto& c : cases) {
        INFO(name_of(c.mode));
        Session session;
        session.file(c.mode, 2);
        session.lock("t", Share);
        session.run(Harmless{});
        session.end_file();
        session.file(c.mode, 2);
        CHECK(session.scope().transaction.number == c.second);
        CHECK(session.held() == c.held);
        CHECK(session.scope().position_in_file == 0);
    }
    Session session;
    session.file(whole_run, 1);
    session.run(control(Kind::commit));
    session.end_file();
    session.file(whole_run, 1);
    CHECK(session.scope().transaction.kind == kNone);
    session.end_file();
    session.file(per_statement, 1);
    session.run(control(Kind::begin));
    session.end_file();
    session.file(per_statement, 1);
    CHECK(session.scope().transaction.kind == kNone);
}

TEST_CASE("locks are held to the end of the transaction, the strongest on each relation") {
    Session session;
    session.file(per_file, 9);
    session.lock("b", RowExclusive);
    session.lock("a", AccessExclusive);
    session.lock("b", Share);
    session.lock("b", AccessShare);
    session.lock("fresh", AccessExclusive, false);
    CHECK(session.held() == "a:ACCESS EXCLUSIVE b:SHARE");
    const auto all = session.scope().held;
    const std::vector<HeldLock> held(all.begin(), all.end());
    CHECK(held[0].by.begin == 2);
    CHECK(held[1].by_kind == "statement 3");
    session.run(control(Kind::commit));
    CHECK(session.held().empty());
    session.lock("a", AccessExclusive);
    CHECK(session.held().empty());  // committed at once
}

TEST_CASE("ROLLBACK TO releases what came after the savepoint") {
    Session session;
    session.file(per_file, 20);
    session.run(set("lock_timeout", "1s"));
    session.lock("a", Share);
    session.run(control(Kind::savepoint, "s"));
    session.lock("a", AccessExclusive);
    session.lock("b", Share);
    session.run(set("lock_timeout", "2s"));
    session.run(set_local("statement_timeout", "3s"));
    session.run(control(Kind::savepoint, "inner"));
    session.lock("c", Share);
    CHECK(session.held() == "a:ACCESS EXCLUSIVE b:SHARE c:SHARE");
    session.run(control(Kind::rollback_to, "nothing"));
    CHECK(session.undo() == Undo::nothing);
    session.run(control(Kind::rollback_to, "s"));
    CHECK(session.undo() == Undo::to_savepoint);
    CHECK(session.savepoint() == "s");
    CHECK(session.held() == "a:SHARE");
    CHECK(session.value("lock_timeout") == "1s");
    CHECK(session.value("statement_timeout") == "-");
    session.run(control(Kind::rollback_to, "inner"));  // gone with what it was inside
    CHECK(session.undo() == Undo::nothing);
    session.lock("d", Share);
    session.run(control(Kind::rollback_to, "s"));  // the savepoint itself stays
    CHECK(session.held() == "a:SHARE");
    session.run(control(Kind::release, "s"));
    session.run(control(Kind::rollback_to, "s"));
    CHECK(session.undo() == Undo::nothing);
    session.lock("e", Share);
    session.run(control(Kind::rollback));
    CHECK(session.undo() == Undo::to_begin);
    CHECK(session.held().empty());
    CHECK(session.value("lock_timeout") == "-");
    session.run(Harmless{});
    CHECK(session.undo() == Undo::nothing);
}

TEST_CASE("a savepoint of a name hides the earlier one until it is released") {
    Session session;
    session.file(per_file, 20);
    session.run(control(Kind::savepoint, "s"));
    session.lock("a", Share);
    session.run(control(Kind::savepoint, "s"));
    session.lock("b", Share);
    session.run(control(Kind::rollback_to, "s"));
    CHECK(session.held() == "a:SHARE");
    session.run(control(Kind::release, "s"));
    session.run(control(Kind::rollback_to, "s"));
    CHECK(session.held().empty());
}

TEST_CASE("a SAVEPOINT in an implicit block is an error and marks nothing") {
    Session session;
    session.file(implicit, 5);
    session.run(control(Kind::savepoint, "s"));
    session.lock("a", Share);
    session.run(control(Kind::rollback_to, "s"));
    CHECK(session.undo() == Undo::nothing);
    CHECK(session.held() == "a:SHARE");
}

TEST_CASE("settings last as PostgreSQL lets them") {
    const std::string name = "lock_timeout";
    const Action begin = control(Kind::begin), commit = control(Kind::commit), rollback = control(Kind::rollback);
    struct {
        std::string what;
        std::vector<Action> statements;
        std::string inside;
    } cases[]{
        {"SET", {set(name, "1s")}, "1s"},
        {"SET, committed", {begin, set(name, "1s"), commit}, "1s"},
        {"SET, rolled back", {set(name, "1s"), begin, set(name, "2s"), rollback}, "1s"},
        {"SET LOCAL", {begin, set_local(name, "1s")}, "1s"},
        {"SET LOCAL, committed", {set(name, "1s"), begin, set_local(name, "2s"), commit}, "1s"},
        {"SET over SET LOCAL", {begin, set_local(name, "1s"), set(name, "2s"), commit}, "2s"},
        {"SET LOCAL over SET", {begin, set(name, "2s"), set_local(name, "1s")}, "1s"},
        {"SET LOCAL over SET, committed", {begin, set(name, "2s"), set_local(name, "1s"), commit}, "2s"},
        {"SET LOCAL outside a block", {set_local(name, "1s")}, "-"},
        {"SET LOCAL outside a block hides nothing", {set(name, "1s"), set_local(name, "2s")}, "1s"},
        {"RESET", {set(name, "1s"), reset(name)}, "-"},
        {"RESET of a SET LOCAL", {set(name, "1s"), begin, set_local(name, "2s"), reset(name)}, "-"},
        {"RESET, rolled back", {set(name, "1s"), begin, reset(name), rollback}, "1s"},
        {"RESET ALL", {set(name, "1s"), begin, set_local(name, "2s"), reset_all(), commit}, "-"},
        {"RESET ALL, rolled back", {set(name, "1s"), begin, reset_all(), rollback}, "1s"},
        {"SET TO DEFAULT", {set(name, "1s"), SetVariable{SetVariable::Kind::set, false, name, {}}}, ""},
    };
    for (const auto& c : cases) {
        Session session;
        session.file(per_statement, static_cast<std::uint32_t>(c.statements.size()));
        for (const Action& statement : c.statements) session.run(statement);
        INFO(c.what);
        CHECK(session.value(name) == c.inside);
        session.end_file();
    }
}

TEST_CASE("SET LOCAL without effect is kept to be told about, and works in an implicit block") {
    Session session;
    session.file(per_statement, 1);
    session.run(set_local("lock_timeout", "1s"));
    const Scope scope = session.scope();
    REQUIRE(scope.settings.contains("lock_timeout"));
    CHECK_FALSE(scope.settings.at("lock_timeout").effective);
    CHECK_FALSE(scope.setting("lock_timeout"));
    session.end_file();
    session.file(implicit, 2);
    session.run(set_local("lock_timeout", "1s"));
    CHECK(session.value("lock_timeout") == "1s");
}

TEST_CASE("settings outlive a file: the run is one session") {
    Session session;
    session.file(per_file, 2);
    session.run(set("lock_timeout", "1s"));
    session.run(set_local("statement_timeout", "1s"));
    session.end_file();
    session.file(per_file, 1);
    CHECK(session.value("lock_timeout") == "1s");
    CHECK(session.value("statement_timeout") == "-");
}

TEST_CASE("a role's own settings are there from the start, and RESET goes back to them") {
    Session session({{"lock_timeout", "3s"}, {"timezone", "UTC"}});
    session.file(TransactionMode::per_statement, 20);
    CHECK(session.scope().timeout_ms("lock_timeout") == 3000);
    session.run(set("lock_timeout", "0"));
    CHECK(!session.scope().timeout_ms("lock_timeout"));
    session.run(reset("lock_timeout"));
    CHECK(session.value("lock_timeout") == "3s");
    session.run(set("timezone", "Asia/Tokyo"));
    session.run(set("work_mem", "1GB"));
    session.run(reset_all());
    CHECK(session.value("timezone") == "UTC");
    CHECK(session.value("work_mem") == "-");
    session.run(control(Kind::begin));
    session.run(set_local("lock_timeout", "1s"));
    session.run(SetVariable{SetVariable::Kind::set, true, "lock_timeout", {}});  // TO DEFAULT
    CHECK(session.value("lock_timeout") == "3s");
    session.run(reset("lock_timeout"));
    session.run(control(Kind::rollback));
    CHECK(session.value("lock_timeout") == "3s");
}

TEST_CASE("timeouts are read as the server reads them") {
    struct {
        std::string value;
        std::optional<std::int64_t> milliseconds;
    } cases[]{
        {"5s", 5'000},           {"5000", 5'000},       {"1min", 60'000},        {"2 h", 7'200'000},
        {"100ms", 100},          {" 1.5 s ", 1'500},    {"1d", 86'400'000},      {"1500us", 2},
        {"0", std::nullopt},     {"0s", std::nullopt},  {"", std::nullopt},      {"5S", std::nullopt},
        {"5 sec", std::nullopt}, {"-1", std::nullopt},  {"abc", std::nullopt},   {"99999999999", std::nullopt},
        {"1e3", 1'000},          {"nan", std::nullopt}, {"100us", std::nullopt},
    };
    for (const auto& c : cases) {
        Scope scope;
        scope.settings["lock_timeout"].value = c.value;
        INFO("'" << c.value << "'");
        CHECK(scope.timeout_ms("lock_timeout") == c.milliseconds);
    }
    CHECK_FALSE(Scope{}.timeout_ms("lock_timeout"));
}

TEST_CASE("a long transaction with many locks and settings stays quick and bounded") {
    Session session;
    session.file(per_file, 100'000);
    for (int i = 0; i < 5'000; ++i) {
        session.lock("t" + std::to_string(i), AccessExclusive);
        session.run(set("x" + std::to_string(i), "1"));
        session.run(control(Kind::savepoint, "s" + std::to_string(i)));
    }
    CHECK(session.scope().held.size() == 250);
    session.run(control(Kind::rollback_to, "s100"));
    CHECK(session.scope().held.size() == 101);
    session.run(control(Kind::rollback));
    CHECK(session.scope().settings.empty());
}

TEST_CASE("a lock stays on its relation, whatever that is called and wherever it is moved") {
    Session session;
    session.file(TransactionMode::per_file, 9);
    session.lock("public.b", LockMode::Share);
    session.run(control(Kind::savepoint, "s"));
    session.run_on("public.a", Rename{.relation = {"", "a"}, .part = {}, .new_name = "c"});
    CHECK(session.held() == "public.b:SHARE public.c:ACCESS EXCLUSIVE");
    session.run_on("public.c", SetSchema{.name = {"public", "c"}, .new_schema = "shop"});
    CHECK(session.held() == "public.b:SHARE shop.c:ACCESS EXCLUSIVE");
    session.run_on("shop.c",
                   Rename{.object = ObjectType::column, .relation = {"shop", "c"}, .part = "x", .new_name = "y"});
    CHECK(session.held() == "public.b:SHARE shop.c:ACCESS EXCLUSIVE");
    session.run(control(Kind::rollback_to, "s"));
    CHECK(session.held() == "public.b:SHARE");
    session.run_on("public.b", Rename{.relation = {"", "b"}, .part = {}, .new_name = "c"});
    CHECK(session.held() == "public.c:ACCESS EXCLUSIVE");
    session.run(control(Kind::rollback_to, "s"));
    CHECK(session.held() == "public.b:SHARE");
}
