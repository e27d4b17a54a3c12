// On real servers: Debian's 15 and npm's 18, as scripts/setup --tests installs them.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/trace/runs.h"
#include "trace/base.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

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

TEST_CASE("trace server: what a DO block rewrites is seen") {
    const Scratch scratch;
    const auto report = traced(installation(kServers[0]),
                               {{"DO",
                                 "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ALTER COLUMN id TYPE numeric'; END $$",
                                 {on("public.orders", LockMode::AccessExclusive)}}});
    CHECK(verdicts(report) == std::vector{mismatch});  // the rewrite was not predicted
    CHECK(report.statements[0].observation.rewrites.contains("public.orders"));
    CHECK(report.statements[0].observation.index_rebuilds.contains("public.orders_pkey"));
}

TEST_CASE("trace server: sessions begin with the role's settings, and RESET ALL goes back to them") {
    const Scratch scratch;
    auto started = trace::start_local(installation(kServers[0]));
    REQUIRE(started);
    const Report nothing;
    Report change = report_of({{"SELECT", "SELECT 1 / (current_setting('search_path') = 'shop, \"a b\"')::int"},
                               {"SET", "SET app.note = 'other'"},
                               {"RESET", "RESET ALL"},
                               {"SELECT", "SELECT 1 / (current_setting('app.note') = 'x \\ y')::int"}});
    change.settings = {{"search_path", "shop, \"a b\""}, {"app.note", "x \\ y"}};
    const auto result = trace::trace(*started, {.base = nothing, .change = change});
    REQUIRE(result);
    for (const TracedStatement& statement : result->report.statements) CHECK(statement.observation.error.empty());
    change.settings["lock_timeout"] = "soon";
    const auto refused = trace::trace(*started, {.base = nothing, .change = change});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("lock_timeout") != std::string::npos);
}

TEST_CASE("trace server: a role that a migration names is made, and its transaction runs again") {
    const auto server = installation(kServers[0]);  // 18 locks what GRANT is about
    const Scratch scratch;
    const auto runner = TransactionKind::runner;
    const auto report = traced(server, {{"CREATE TABLE", "CREATE TABLE fresh (id int)", {}, runner, 7},
                                        {"ALTER TABLE",
                                         "ALTER TABLE orders ADD COLUMN a int",
                                         {on("public.orders", LockMode::AccessExclusive)},
                                         runner,
                                         7},
                                        {"GRANT", "GRANT SELECT ON orders TO app, \"re porter\"", {}, runner, 7},
                                        {"GRANT", "GRANT SELECT ON nowhere TO other", {}, runner, 8}});
    REQUIRE(report.statements.size() == 4);
    CHECK(verdicts(report) == std::vector{confirmed, confirmed, confirmed, error});
    CHECK(report.statements[3].observation.error == "relation \"nowhere\" does not exist");
    std::set<std::string> notes(report.notes.begin(), report.notes.end());
    CHECK(notes.contains("role app was not there, and was made"));
    CHECK(notes.contains("role re porter was not there, and was made"));
}

TEST_CASE("trace server: with a role everything is that role's") {
    const Scratch scratch;
    auto started = trace::start_local(installation(kServers[0]));
    REQUIRE(started);
    Report change = report_of({{"SELECT",
                                "SELECT 1 / (current_user = 'deploy' AND tableowner = 'deploy')::int FROM pg_tables "
                                "WHERE tablename = 'customers'"}});
    change.settings = {{"role", "deploy"}};
    const auto result = trace::trace(*started, {.base = base(), .change = change});
    REQUIRE(result);
    CHECK(result->report.statements[0].observation.error.empty());
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

TEST_CASE("trace server: outside a transaction block the first lock on a table is certain") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    const auto maintenance = std::vector{on("public.orders", LockMode::ShareUpdateExclusive)};
    const auto report =
        traced(server, {{"CREATE INDEX", "CREATE INDEX CONCURRENTLY orders_note ON orders (note)", maintenance},
                        {"DROP INDEX", "DROP INDEX CONCURRENTLY orders_note", maintenance},
                        {"VACUUM", "VACUUM orders", maintenance},
                        {"VACUUM", "VACUUM FULL orders", maintenance}});
    for (const TracedStatement& statement : report.statements) {
        CHECK(statement.observation.how == Observation::How::at_gates);
        CHECK(statement.observation.locks.contains("public.orders"));
        CHECK_FALSE(statement.observation.locks.contains("public.customers"));
    }
    CHECK(report.statements[2].verdict == confirmed);
    CHECK(report.statements[3].verdict == mismatch);
    CHECK(report.statements[3].observation.locks.at("public.orders").mode == LockMode::AccessExclusive);
    CHECK(report.statements[3].observation.rewrites.contains("public.orders"));
}

TEST_CASE("trace server: a table that was rewritten outside a transaction block can be looked at") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    const auto report =
        traced(server, {{"CREATE TABLE", "CREATE TABLE days (d int PRIMARY KEY) PARTITION BY LIST (d)"},
                        {"CREATE TABLE", "CREATE TABLE day PARTITION OF days DEFAULT"},
                        {"INSERT", "INSERT INTO days VALUES (1)", {on("public.days", LockMode::RowExclusive)}},
                        {"CLUSTER", "CLUSTER days USING days_pkey", {on("public.days", LockMode::AccessExclusive)}}});
    const Observation& seen = report.statements[3].observation;
    CHECK(seen.how == Observation::How::at_gates);
    CHECK(seen.rewrites.contains("public.day"));
    CHECK(seen.index_rebuilds.contains("public.day_pkey"));
}

TEST_CASE("trace server: a lock that comes after the table was let go is certain, too") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    const auto report =
        traced(server,
               {{"CREATE TABLE", "CREATE TABLE days (d date) PARTITION BY RANGE (d)"},
                {"CREATE TABLE", "CREATE TABLE day PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"},
                {"ALTER TABLE",
                 "ALTER TABLE days DETACH PARTITION day CONCURRENTLY",
                 {on("public.days", LockMode::ShareUpdateExclusive), on("public.day", LockMode::AccessExclusive)}}});
    CHECK(report.statements[2].verdict == confirmed);
    CHECK(report.statements[2].remarks.empty());
}

TEST_CASE("trace server: a lock_timeout of the file does not fail at the gates, and stands afterwards") {
    const auto server = installation(kServers[0]);
    const Scratch scratch;
    const auto report =
        traced(server, {{"SET", "SET lock_timeout = '1ms'"},
                        {"VACUUM", "VACUUM FULL orders", {on("public.orders", LockMode::AccessExclusive)}},
                        {"DO", "DO $$ BEGIN ASSERT current_setting('lock_timeout') = '1ms'; END $$"}});
    CHECK(report.statements[1].observation.error.empty());
    CHECK(report.statements[2].observation.error.empty());
}

TEST_CASE("trace server: a reader and a writer wait as long as the transaction holds its lock") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    auto started = trace::start_local(server);
    REQUIRE(started);
    const auto runner = TransactionKind::runner;
    const Report change =
        report_of({{"CREATE INDEX", "CREATE INDEX ON orders (note)", {on("public.orders", LockMode::Share)}, runner, 7},
                   {"SELECT", "SELECT pg_sleep(0.3)", {}, runner, 7},
                   {"ALTER TABLE",
                    "ALTER TABLE customers ADD COLUMN a int",
                    {on("public.customers", LockMode::AccessExclusive)},
                    runner,
                    8},
                   {"SELECT", "SELECT pg_sleep(0.3)", {}, runner, 8}});
    const auto result = trace::trace(*started, {.base = base(), .change = change, .rows = 50, .contend = true});
    REQUIRE(result);
    const auto& statements = result->report.statements;
    using namespace std::chrono_literals;
    REQUIRE(statements[1].waits.size() == 1);
    CHECK(statements[1].waits[0].relation == "public.orders");
    CHECK(statements[1].waits[0].reader == 0us);
    CHECK(statements[1].waits[0].writer > 200ms);
    REQUIRE(statements[3].waits.size() == 1);
    CHECK(statements[3].waits[0].relation == "public.customers");
    CHECK(statements[3].waits[0].reader > 200ms);
    CHECK(statements[3].waits[0].writer > 200ms);
}

TEST_CASE("trace server: with enough rows the tables' sizes are told, so that its speed can be") {
    const auto server = installation(kServers[0]);
    const Scratch scratch;
    auto started = trace::start_local(server);
    REQUIRE(started);
    const Report change = report_of(
        {{"VACUUM", "VACUUM FULL orders", {on("public.orders", LockMode::AccessExclusive)}, TransactionKind::none, 1}});
    const auto few = trace::trace(*started, {.base = base(), .change = change, .rows = 1000});
    REQUIRE(few);
    CHECK(few->sizes.tables.empty());
    auto again = trace::start_local(server);
    REQUIRE(again);
    const auto many = trace::trace(*again, {.base = base(), .change = change, .rows = 100'000});
    REQUIRE(many);
    REQUIRE(many->sizes.tables.contains("public.orders"));
    const TableSize& orders = many->sizes.tables.at("public.orders");
    CHECK(orders.bytes > 100'000 * 32);  // a row's header and its line pointer alone are 28
    CHECK((orders.index_bytes > 0 && orders.index_bytes < orders.bytes));
}

TEST_CASE("trace server: an error takes its transaction along, and the next one runs; rows make NOT NULL fail") {
    const auto server = installation(kServers[0]);
    const Scratch scratch;
    const std::vector<Planned> statements{
        {"ALTER TABLE",
         "ALTER TABLE orders ADD COLUMN must int NOT NULL",
         {on("public.orders", LockMode::AccessExclusive)}},
        {"ALTER TABLE",
         "ALTER TABLE orders ADD COLUMN a int",
         {on("public.orders", LockMode::AccessExclusive)},
         TransactionKind::runner,
         7},
        {"ALTER TABLE", "ALTER TABLE nowhere ADD COLUMN a int", {}, TransactionKind::runner, 7},
        {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN never int", {}, TransactionKind::runner, 7},
        {"BEGIN", "BEGIN"},
        {"SELECT", "SELECT 1 / 0", {}, TransactionKind::explicit_, 8},
        {"COMMIT", "COMMIT", {}, TransactionKind::explicit_, 8},
        {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN a int", {on("public.orders", LockMode::AccessExclusive)}}};
    const auto filled = traced(server, statements);
    CHECK(verdicts(filled) == std::vector{error, confirmed, error, skipped, confirmed, error, skipped, confirmed});
    CHECK(filled.statements[0].observation.sqlstate == "23502");
    CHECK(filled.reason == "3 errors");
    CHECK(filled.added == std::vector<std::string>{"column public.orders.a integer"});
}

TEST_CASE("trace server: what takes too long is stopped, whatever the file sets") {
    const Scratch scratch;
    auto started = trace::start_local(installation(kServers[0]));
    REQUIRE(started);
    const Report nothing;
    const Report slow = report_of({{"SET", "SET statement_timeout = 0"},
                                   {"SELECT", "SELECT pg_sleep(60)"},
                                   {"VACUUM", "VACUUM"},
                                   {"SELECT", "SELECT 1"}});
    using std::chrono::seconds;
    const auto begin = std::chrono::steady_clock::now();
    const auto one = trace::trace(*started, {.base = nothing, .change = slow, .statement_limit = seconds(4)});
    REQUIRE(one);
    CHECK(verdicts(one->report) == std::vector{confirmed, error, confirmed, confirmed});
    CHECK(one->report.statements[1].observation.error == "stopped after 4 seconds, the time limit of a statement");
    const auto all = trace::trace(*started, {.base = nothing, .change = slow, .limit = seconds(10)});
    REQUIRE(all);
    CHECK(verdicts(all->report) == std::vector{confirmed, error, skipped, skipped});
    CHECK(all->report.statements[1].observation.error == "stopped: the whole trace reached its time limit");
    CHECK_FALSE(all->report.pass);
    const auto base = trace::trace(*started, {.base = slow, .change = nothing, .limit = seconds(1)});
    REQUIRE_FALSE(base);
    CHECK(base.error().message.find("--time-limit") != std::string::npos);
    CHECK(std::chrono::steady_clock::now() - begin < seconds(50));
}

TEST_CASE("trace server: nothing of our environment is the server's") {
    const Scratch scratch;
    setenv("PGFENCE_TEST_TOKEN", "ghs_secret", 1);
    const auto report =
        traced(installation(kServers[0]),
               {{"CREATE TABLE", "CREATE TABLE lines (line text)"},
                {"COPY",
                 "COPY lines FROM PROGRAM 'env; cat /proc/*/environ 2>/dev/null | tr \"\\000\" \"\\n\"' "
                 "WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')"},
                {"SELECT", "SELECT 1 / (count(*) > 0)::int FROM lines WHERE line LIKE 'LC_ALL=%'"},
                {"SELECT", "SELECT 1 / (count(*) = 0)::int FROM lines WHERE line LIKE 'PGFENCE_TEST_TOKEN%'"}});
    unsetenv("PGFENCE_TEST_TOKEN");
    for (const TracedStatement& statement : report.statements) CHECK(statement.observation.error.empty());
}

TEST_CASE("trace server: the runner's own tables are there, and what has changed is told") {
    const Scratch scratch;
    auto started = trace::start_local(installation(GENERATE(from_range(kServers))));
    REQUIRE(started);
    const Report change = report_of({{"INSERT", "INSERT INTO schema_migrations VALUES (1)"},
                                     {"ALTER TABLE", "ALTER TABLE orders DROP COLUMN note"},
                                     {"CREATE INDEX", "CREATE INDEX by_customer ON orders (customer_id)"},
                                     {"CREATE TYPE", "CREATE TYPE mood AS ENUM ('sad', 'ok')"}});
    const auto result =
        trace::trace(*started, {.base = base(),
                                .change = change,
                                .own_tables = {"CREATE TABLE IF NOT EXISTS schema_migrations (version bigint)"}});
    REQUIRE(result);
    CHECK(result->report.statements[0].observation.error.empty());
    CHECK(result->report.removed == std::vector<std::string>{"column public.orders.note text"});
    CHECK(result->report.added ==
          std::vector<std::string>{
              "index public.by_customer: CREATE INDEX by_customer ON public.orders USING btree (customer_id)",
              "type mood ('sad', 'ok')"});
}

TEST_CASE("trace server: an index that a failed statement leaves behind is told") {
    const Scratch scratch;
    auto started = trace::start_local(installation(kServers[0]));
    REQUIRE(started);
    const Report change = report_of({{"INSERT", "INSERT INTO customers VALUES (-1, 'a'), (-2, 'a')"},
                                     {"CREATE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY names ON customers (name)"}});
    const auto result = trace::trace(*started, {.base = base(), .change = change});
    REQUIRE(result);
    CHECK(result->report.statements[1].verdict == error);
    REQUIRE(result->report.added.size() == 1);
    CHECK(result->report.added[0].starts_with("index public.names (invalid): "));
}

TEST_CASE("trace server: an extension that the server lacks, and which image has it") {
    CHECK(trace::image_hint("extension \"vector\" is not available", 17) ==
          "the server lacks this extension: --docker-image pgvector/pgvector:pg17 has it");
    CHECK(trace::image_hint("could not open extension control file "
                            "\"/usr/share/postgresql/15/extension/postgis.control\": No such file or directory",
                            15)
              .find("postgis/postgis:15-") != std::string::npos);
    CHECK(trace::image_hint("extension \"of_mine\" is not available", 17).find("--docker-image") != std::string::npos);
    CHECK(trace::image_hint("relation \"extension\" does not exist", 17).empty());
}

TEST_CASE("trace server: what no one could read counts as seen, also on the tables that it made") {
    const auto server = installation(GENERATE(from_range(kServers)));
    const Scratch scratch;
    auto started = trace::start_local(server);
    REQUIRE(started);
    const auto exclusive = std::vector{on("public.days", LockMode::AccessExclusive)};
    Report change = report_of({{"CREATE TABLE", "CREATE TABLE days (day int) PARTITION BY LIST (day)"},
                               {"DO", "DO $$ BEGIN EXECUTE 'CREATE TABLE day PARTITION OF days DEFAULT'; END $$"},
                               {"ALTER TABLE", "ALTER TABLE days ADD COLUMN a int", exclusive},
                               {"ALTER TABLE", "ALTER TABLE orders ADD COLUMN a int"}});
    std::uint32_t end = 0;
    for (StatementReport& statement : change.files[0].statements) {
        statement.statement.span = {.begin = end, .end = end + 10};
        end += 10;
    }
    change.files[0].unread = {{{{.begin = 15, .end = 19}, "EXECUTE", "its text is built at run time"}}};
    const auto result = trace::trace(*started, {.base = base(), .change = change, .rows = 0});
    REQUIRE(result);
    CHECK(verdicts(result->report) == std::vector{confirmed, trace_only, trace_only, mismatch});
    CHECK(result->report.statements[2].observation.locks.contains("public.day"));
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
            auto started = trace::start_local(server);
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
    // A copy that a killed run was making goes with the next run.
    const fs::path cache = scratch.path() / "cache/pgfence";
    fs::create_directory(fs::directory_iterator(cache)->path().string() + ".killed");
    CHECK(trace::start_local(server));
    std::size_t kept = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(cache)) ++kept;
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
        signal(SIGPIPE, SIG_DFL);  // whoever runs the tests may ignore it
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
    const int signal = GENERATE(SIGINT, SIGTERM, SIGPIPE);
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
    CHECK(trace::start_local(server_programs));
    CHECK(scratch.no_run_left());
}
