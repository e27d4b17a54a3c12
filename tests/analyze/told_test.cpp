// An index or key that migrations made on a table which none of them made: its statements lock what they lock where the
// table is known.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr std::string_view kUsers = "CREATE TABLE users (id bigint PRIMARY KEY);";
constexpr std::string_view kTable = "CREATE TABLE t (a int, b int, u bigint);";
constexpr std::string_view kParts = R"(
CREATE UNIQUE INDEX t_a ON t (a);
ALTER TABLE t ADD CONSTRAINT t_b UNIQUE (b);
ALTER TABLE t ADD CONSTRAINT t_u FOREIGN KEY (u) REFERENCES users;
)";

AnalyzedStatement last(const std::string& history, const std::string& sql) {
    analyze::Request request;
    request.version = 15;
    request.history.emplace_back().sql = history;
    request.changed.emplace_back().sql = sql;
    return analyze::analyze(std::move(request)).files.at(0).statements.back();
}

/// "public.t:4 public.users:8", of what holds rows.
std::string locks(const Effects& effects) {
    std::string all;
    for (const Lock& lock : effects.locks)
        if (lock.kind == RelationKind::table)
            all += lock.relation + ":" + std::to_string(static_cast<int>(lock.mode)) + " ";
    return all;
}

}  // namespace

TEST_CASE("what migrations made on a table of others is locked with it") {
    const std::vector<std::string> histories{
        std::string(kParts),
        "CREATE INDEX IF NOT EXISTS t_a ON t (a);",
        std::string(kParts) + "ALTER INDEX t_a RENAME TO i; ALTER INDEX i RENAME TO t_a;",
        std::string(kParts) + "ALTER TABLE t RENAME TO s; ALTER TABLE s RENAME TO t;",
        std::string(kParts) + "ALTER TABLE t RENAME TO s; ALTER TABLE s RENAME TO r; ALTER TABLE r RENAME TO t;",
        std::string(kParts) +
            "ALTER INDEX t_a RENAME TO i; ALTER TABLE t RENAME TO s; ALTER INDEX i RENAME TO t_a;"
            "ALTER TABLE s RENAME TO t;",
        std::string(kParts) + "DROP INDEX t_a; CREATE INDEX IF NOT EXISTS t_a ON t (b);",
    };
    const std::vector<std::string> statements{
        "DROP INDEX t_a",
        "DROP INDEX IF EXISTS public.t_a",
        "DROP INDEX CONCURRENTLY t_a",
        "REINDEX INDEX t_a",
        "REINDEX INDEX CONCURRENTLY t_a",
        "ALTER INDEX t_a SET (fillfactor = 70)",
        "ALTER INDEX t_a RENAME TO other",
        "CLUSTER t USING t_a",
    };
    for (const std::string& history : histories)
        for (const std::string& sql : statements) {
            INFO(history << "\n" << sql);
            const Effects known = last(std::string(kUsers) + std::string(kTable) + history, sql).effects;
            CHECK(locks(last(std::string(kUsers) + history, sql).effects) == locks(known));
        }
}

TEST_CASE("keys that migrations gave a table of others are dropped with what they lock") {
    for (const std::string sql :
         {"ALTER TABLE t DROP CONSTRAINT t_u", "ALTER TABLE t DROP CONSTRAINT t_b", "DROP TABLE t"}) {
        INFO(sql);
        const std::string history = std::string(kUsers) + std::string(kParts);
        const Effects known = last(std::string(kTable) + history, sql).effects;
        CHECK(locks(last(history, sql).effects) == locks(known));
    }
}

TEST_CASE("an index goes with its table, and of one that nothing speaks of the table depends") {
    const std::string made = "CREATE INDEX t_a ON t (a);";
    CHECK(last(made, "DROP INDEX t_a").effects.certainty == Certainty::known);
    CHECK(last("CREATE INDEX IF NOT EXISTS t_a ON t (a);", "DROP INDEX t_a").effects.certainty == Certainty::depends);
    for (const std::string gone : {"", "DROP TABLE t;", "ALTER TABLE t SET SCHEMA s;", "DROP INDEX t_a;",
                                   "ALTER TABLE t RENAME TO s; DROP TABLE s;",
                                   "ALTER INDEX t_a RENAME TO i; ALTER INDEX i RENAME TO t_a; DROP TABLE t;"}) {
        const Effects effects = last(gone.empty() ? "" : made + gone, "DROP INDEX t_a").effects;
        INFO(gone);
        CHECK(effects.certainty == Certainty::depends);
        CHECK(locks(effects).find("public.t:") == std::string::npos);
    }
    CHECK(locks(last(made + "ALTER TABLE t RENAME TO s;", "DROP INDEX t_a").effects).find("public.s:") !=
          std::string::npos);
    // One of its name on another table stays where it is.
    for (const char* since : {"DROP TABLE t;", "ALTER TABLE t RENAME TO s;"}) {
        const std::string history = made + "DROP INDEX t_a; CREATE INDEX t_a ON u (a);" + since;
        INFO(history);
        CHECK(locks(last(history, "DROP INDEX t_a").effects).find("public.u:") != std::string::npos);
    }
}

TEST_CASE("an index is built while its predecessor's lock keeps readers out, whoever made the table") {
    for (const std::string& table : {std::string(), std::string("CREATE TABLE t (a int);")}) {
        analyze::Request request;
        request.version = 15;
        request.history.emplace_back().sql = table + "CREATE INDEX t_a ON t (a);";
        request.changed.emplace_back().sql = "BEGIN; DROP INDEX t_a; CREATE INDEX t_a ON t (a); COMMIT;";
        std::string found;
        for (const Finding& finding : analyze::analyze(std::move(request)).findings)
            found += finding.rule + ": " + finding.message + "\n";
        INFO(found);
        CHECK(found.find("index-build-after-alter-same-transaction") != std::string::npos);
        CHECK(found.find("still holds ACCESS EXCLUSIVE on `t`") != std::string::npos);
    }
}
