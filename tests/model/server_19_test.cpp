// What a server of 19 does otherwise than one of 18: pg_locks, relfilenodes and scans as tools/observe saw them.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"
#include "analyze/model/model.h"

using namespace pgfence;

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE users (id int PRIMARY KEY, age int);
CREATE INDEX users_age ON users (age);
CREATE TABLE orders (id int, user_id int REFERENCES users);
CREATE TABLE log (a int);
CREATE UNLOGGED TABLE cache (id int PRIMARY KEY);
CREATE TABLE base (a int);
CREATE TABLE derived () INHERITS (base);
ALTER TABLE base ADD CONSTRAINT loose CHECK (a > 0) NOT ENFORCED, ADD CONSTRAINT firm CHECK (a > 1),
    ADD CONSTRAINT own CHECK (a > 2) NO INHERIT NOT ENFORCED, ADD CONSTRAINT late CHECK (a > 3) NOT VALID;
CREATE TABLE events (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (9);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (9) TO (20) PARTITION BY RANGE (id);
CREATE TABLE events_21 PARTITION OF events_2 FOR VALUES FROM (9) TO (12);
CREATE TABLE made (a int, b int GENERATED ALWAYS AS (a) VIRTUAL CHECK (b > 0), c int GENERATED ALWAYS AS (a) VIRTUAL,
    d int GENERATED ALWAYS AS (a) VIRTUAL NOT NULL);
CREATE TABLE whole (a int, b int GENERATED ALWAYS AS (a) VIRTUAL, CHECK (whole IS NOT NULL));
CREATE TABLE plain (a int, b int GENERATED ALWAYS AS (a) VIRTUAL, c int GENERATED ALWAYS AS (a) VIRTUAL NOT NULL);
CREATE PUBLICATION feed FOR ALL TABLES EXCEPT (TABLE base);
)";

WritableCatalog catalog_of(int version) {
    WritableCatalog catalog;
    for (const auto& statement : lower(kSchema).statements)
        for (const Action& action : statement.actions) replay(catalog, action, version);
    catalog.begin_change();
    return catalog;
}

/// "users:ACCESS EXCLUSIVE | rewrite users": tables only; work that is done while writers go on is in brackets;
/// "! message" of what fails for sure, "? message" of what may.
std::string said(std::string_view sql, int version = 19, bool in_transaction = false) {
    const WritableCatalog catalog = catalog_of(version);
    const Lowered lowered = lower(sql);
    REQUIRE(lowered.errors.empty());
    std::string text;
    std::set<std::string> work, failures;
    for (const Action& action : lowered.statements.at(0).actions) {
        const Effects effects = effects_of(action, catalog, {version, in_transaction, ""});
        for (const Lock& lock : effects.locks)
            if (lock.kind == RelationKind::table || lock.kind == RelationKind::partitioned_table)
                text += (text.empty() ? "" : " ") + lock.relation.substr(7) + ":" + std::string(sql_name(lock.mode));
        for (const Work& w : effects.work) {
            if (w.kind != Work::Kind::scan && w.kind != Work::Kind::rewrite) continue;
            const std::string what = (w.kind == Work::Kind::scan ? "scan " : "rewrite ") + w.relation.substr(7);
            work.insert(blocks(w.under, Traffic::writes) ? what : "(" + what + ")");
        }
        for (const Failure& f : effects.failures) failures.insert((f.certain ? "! " : "? ") + f.message);
    }
    for (const std::string& w : work) text += " | " + w;
    for (const std::string& f : failures) text += " " + f;
    return text;
}

struct Case {
    const char *sql, *expected;
};

// clang-format off
constexpr Case kCases[] = {
    {"REPACK users",                          "users:ACCESS EXCLUSIVE | rewrite users"},
    {"REPACK users USING INDEX users_age",    "users:ACCESS EXCLUSIVE | rewrite users"},
    {"REPACK users USING INDEX",              "users:ACCESS EXCLUSIVE | rewrite users ? there is no previously clustered index for table \"users\""},
    {"REPACK base",                           "base:ACCESS EXCLUSIVE | rewrite base"},
    {"COPY events TO STDOUT",                 "events:ACCESS SHARE events_1:ACCESS SHARE events_2:ACCESS SHARE events_21:ACCESS SHARE"},
    {"COPY base TO STDOUT",                   "base:ACCESS SHARE"},
    {"REPACK (ANALYZE) base",                 "base:ACCESS EXCLUSIVE derived:ACCESS SHARE | rewrite base"},
    {"REPACK events",                         "events:ACCESS EXCLUSIVE events_1:ACCESS EXCLUSIVE events_21:ACCESS EXCLUSIVE | rewrite events_1 | rewrite events_21"},
    {"REPACK (CONCURRENTLY) users",           "users:ACCESS EXCLUSIVE | (rewrite users)"},
    {"REPACK (CONCURRENTLY) events_1",        "events_1:ACCESS EXCLUSIVE | (rewrite events_1)"},
    {"REPACK (CONCURRENTLY) events",          "events:ACCESS EXCLUSIVE | (rewrite events) ! REPACK (CONCURRENTLY) is not supported for partitioned tables"},
    {"REPACK (CONCURRENTLY) cache",           "cache:ACCESS EXCLUSIVE | (rewrite cache) ! cannot execute REPACK (CONCURRENTLY) on relation \"cache\""},
    {"REPACK (CONCURRENTLY) log",             "log:ACCESS EXCLUSIVE | (rewrite log) ? cannot execute REPACK (CONCURRENTLY) on relation \"log\""},
    {"REPACK (CONCURRENTLY) nowhere",         "nowhere:ACCESS EXCLUSIVE | (rewrite nowhere)"},
    {"REPACK nowhere",                        "nowhere:ACCESS EXCLUSIVE | rewrite nowhere"},
    {"ALTER TABLE base ALTER CONSTRAINT loose ENFORCED",          "base:ACCESS EXCLUSIVE derived:ACCESS EXCLUSIVE | scan base | scan derived"},
    {"ALTER TABLE derived ALTER CONSTRAINT loose ENFORCED",       "derived:ACCESS EXCLUSIVE | scan derived"},
    {"ALTER TABLE ONLY base ALTER CONSTRAINT loose ENFORCED",     "base:ACCESS EXCLUSIVE | scan base ! constraint must be altered on child tables too"},
    {"ALTER TABLE base ALTER CONSTRAINT firm ENFORCED",           "base:ACCESS EXCLUSIVE"},
    {"ALTER TABLE base ALTER CONSTRAINT late ENFORCED",           "base:ACCESS EXCLUSIVE"},
    {"ALTER TABLE base ALTER CONSTRAINT own ENFORCED",            "base:ACCESS EXCLUSIVE | scan base"},
    {"ALTER TABLE base ALTER CONSTRAINT firm NOT ENFORCED",       "base:ACCESS EXCLUSIVE derived:ACCESS EXCLUSIVE"},
    {"ALTER TABLE derived ALTER CONSTRAINT firm NOT ENFORCED",    "derived:ACCESS EXCLUSIVE ! cannot mark inherited constraint \"firm\" as NOT ENFORCED"},
    {"ALTER TABLE nowhere ALTER CONSTRAINT c ENFORCED",           "nowhere:ACCESS EXCLUSIVE | scan nowhere"},
    {"ALTER TABLE nowhere ALTER CONSTRAINT c NOT ENFORCED",       "nowhere:ACCESS EXCLUSIVE"},
    {"ALTER TABLE made ALTER b SET EXPRESSION AS (a * 2)",        "made:ACCESS EXCLUSIVE | scan made"},
    {"ALTER TABLE made ALTER c SET EXPRESSION AS (a * 2)",        "made:ACCESS EXCLUSIVE"},
    {"ALTER TABLE made ALTER d SET EXPRESSION AS (a * 2)",        "made:ACCESS EXCLUSIVE | scan made"},
    {"ALTER TABLE whole ALTER b SET EXPRESSION AS (a * 2)",       "whole:ACCESS EXCLUSIVE | scan whole"},
    {"CREATE PUBLICATION p FOR ALL TABLES EXCEPT (TABLE base)",   "base:SHARE UPDATE EXCLUSIVE derived:SHARE UPDATE EXCLUSIVE"},
    {"CREATE PUBLICATION p FOR ALL TABLES EXCEPT (TABLE ONLY base)", "base:SHARE UPDATE EXCLUSIVE"},
    {"CREATE PUBLICATION p FOR ALL TABLES EXCEPT (TABLE events)", "events:SHARE UPDATE EXCLUSIVE"},
    {"ALTER PUBLICATION feed SET ALL TABLES",                     "base:SHARE UPDATE EXCLUSIVE derived:SHARE UPDATE EXCLUSIVE"},
    {"INSERT INTO users VALUES (1) ON CONFLICT (id) DO SELECT FOR UPDATE RETURNING id", "users:ROW EXCLUSIVE"},
};
// clang-format on

}  // namespace

TEST_CASE("what 19 locks, rewrites and scans") {
    for (const Case& c : kCases) {
        INFO(c.sql);
        CHECK(said(c.sql) == c.expected);
    }
}

TEST_CASE("no server before 19 knows what 19 added") {
    for (const auto& [sql, what] : {
             std::pair{"REPACK users", "REPACK"},
             std::pair{"REPACK (CONCURRENTLY) users", "REPACK"},
             std::pair{"CREATE PUBLICATION p FOR ALL SEQUENCES",
                       "ALL SEQUENCES, EXCEPT or SET ALL TABLES of a publication"},
             std::pair{"INSERT INTO log VALUES (1) ON CONFLICT (a) DO SELECT RETURNING a", "ON CONFLICT DO SELECT"},
             std::pair{"SELECT lag(a) IGNORE NULLS OVER () FROM log", "IGNORE NULLS and RESPECT NULLS"},
             std::pair{"CHECKPOINT (MODE SPREAD)", "CHECKPOINT (...)"},
         })
        for (int version = 11; version <= 19; ++version) {
            INFO(version << ": " << sql);
            const std::string refused = "! " + std::string(what) + " needs PostgreSQL 19 or later";
            CHECK((said(sql, version).find(refused) != std::string::npos) == (version < 19));
        }
    CHECK(said("ALTER TABLE base ALTER CONSTRAINT firm NOT ENFORCED", 18)
              .ends_with("! ALTER CONSTRAINT ... ENFORCED of a CHECK needs PostgreSQL 19 or later"));
    CHECK(said("ALTER TABLE made ALTER c SET EXPRESSION AS (a * 2)", 18)
              .ends_with("! SET EXPRESSION of a virtual column with a CHECK needs PostgreSQL 19 or later"));
}

TEST_CASE("a new expression, or a new type, of a virtual column is checked against what it has") {
    for (const int version : {18, 19}) {
        CHECK(said("ALTER TABLE plain ALTER b SET EXPRESSION AS (a * 2)", version) == "plain:ACCESS EXCLUSIVE");
        CHECK(said("ALTER TABLE plain ALTER c SET EXPRESSION AS (a * 2)", version) ==
              "plain:ACCESS EXCLUSIVE | scan plain");
        CHECK(said("ALTER TABLE made ALTER b TYPE bigint", version) == "made:ACCESS EXCLUSIVE | scan made");
        CHECK(said("ALTER TABLE made ALTER c TYPE bigint", version) == "made:ACCESS EXCLUSIVE");
    }
}

TEST_CASE("19 copies from partitioned tables") {
    CHECK(said("COPY events TO STDOUT").find('!') == std::string::npos);
    CHECK(said("COPY events TO STDOUT", 18).find("! cannot copy from partitioned table \"events\"") !=
          std::string::npos);
}

TEST_CASE("REPACK refuses a transaction block as its parts do") {
    const auto refused = [](std::string_view sql) {
        return said(sql, 19, true).find("! REPACK cannot run inside a transaction block") != std::string::npos;
    };
    CHECK_FALSE(refused("REPACK users"));
    CHECK_FALSE(refused("REPACK users USING INDEX users_age"));
    for (const char* sql :
         {"REPACK", "REPACK USING INDEX", "REPACK events", "REPACK (ANALYZE) users", "REPACK (CONCURRENTLY) users"}) {
        INFO(sql);
        CHECK(refused(sql));
    }
}

TEST_CASE("what was enforced is no proof once it is not, in children neither") {
    WritableCatalog catalog = catalog_of(19);
    const auto run = [&](std::string_view sql) {
        for (const auto& statement : lower(sql).statements)
            for (const Action& action : statement.actions) replay(catalog, action, 19);
    };
    const auto state = [&](const char* table, const char* constraint) {
        const TableConstraint* c = std::as_const(catalog).find(Name{"public", table})->constraint_named(constraint);
        REQUIRE(c);
        return std::pair(c->enforced, c->valid);
    };
    run("ALTER TABLE base ALTER CONSTRAINT firm NOT ENFORCED");
    CHECK(state("base", "firm") == std::pair(false, false));
    CHECK(state("derived", "firm") == std::pair(false, false));
    run("ALTER TABLE base ALTER CONSTRAINT firm ENFORCED");
    CHECK(state("derived", "firm") == std::pair(true, true));
    // Enforced already, and never validated: nothing is checked.
    run("ALTER TABLE base ALTER CONSTRAINT late ENFORCED");
    CHECK(state("base", "late") == std::pair(true, false));
}
