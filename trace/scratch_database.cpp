#include "trace/scratch_database.h"

#include <memory>
#include <random>
#include <utility>

namespace pgfence::trace {
namespace {

// Members of extensions are not counted: a scratch database may well have some.
constexpr const char* kHoldsSomething = R"(
SELECT 1 FROM (
  SELECT 'pg_class'::regclass AS class, oid, relnamespace AS schema FROM pg_class
  UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type WHERE typtype IN ('e', 'd', 'r')
  UNION ALL SELECT 'pg_namespace'::regclass, oid, oid FROM pg_namespace WHERE nspname <> 'public') AS object
  JOIN pg_namespace n ON n.oid = object.schema
 WHERE object.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = class AND d.objid = object.oid AND d.deptype = 'e')
 LIMIT 1)";
constexpr const char* kCopies =
    "SELECT datname FROM pg_database WHERE datname ~ '^pgfence_trace_[0-9a-f]{8}$' "
    "AND shobj_description(oid, 'pg_database') = ";

std::string random_name() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::random_device random;
    std::string name = "pgfence_trace_";
    for (int i = 0; i < 8; ++i) name += kDigits[random() % kDigits.size()];
    return name;
}

/// A statement of a run that was killed may still be running there.
void drop(Session& session, const std::string& copy) {
    for (const std::string& database : {copy + std::string(kContentionSuffix), copy}) {
        session.ask_whatever_happens("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " +
                                     literal(database));
        session.ask_whatever_happens("DROP DATABASE IF EXISTS " + quoted(database));
    }
}

/// The session stands in the database that was copied: as long as it does, nobody else can copy it.
struct RunningDatabase {
    Session session;
    std::string copy = {};
    ~RunningDatabase() {
        if (!copy.empty()) drop(session, copy);
    }
    explicit RunningDatabase(Session standing) : session(std::move(standing)) {}
    RunningDatabase(const RunningDatabase&) = delete;
    RunningDatabase& operator=(const RunningDatabase&) = delete;
};

Result<void> drop_orphans(Session& session, const std::string& mark, const std::string& mine) {
    for (const auto& row : TRY(session.rows(kCopies + mark)))
        if (row[0] != mine) drop(session, row[0]);
    return {};
}

}  // namespace

/// The number that came with the connection is that of the process which answers, unless a pooler stands between.
Result<void> refuse_pooler(Session& session) {
    const auto rows = TRY(session.rows("SELECT pg_catalog.pg_backend_pid()"));
    if (!rows.empty() && rows[0][0] == std::to_string(session.pid())) return {};
    return usage_error(
        "--db-url leads to a connection pooler (PgBouncer or the like): a trace looks at the locks of its own "
        "connection; name the server itself, often the same host with port 5432");
}

Result<Server> scratch_database(const std::string& url, Contents contents) {
    const auto begin = Server::Clock::now();
    const Target named{{{"dbname", url}}};
    const auto life = std::make_shared<RunningDatabase>(TRY(Session::connect(named)));
    Session& session = life->session;
    TRY(refuse_pooler(session));
    const std::string database = TRY(session.rows("SELECT current_database()"))[0][0];
    if (contents == Contents::refused && !TRY(session.rows(kHoldsSomething)).empty())
        return usage_error("the database " + database +
                           " is not empty: name an empty one, or let its copy be used with --copy-filled-db");
    const std::string copy = random_name(), mark = literal("a copy of " + database);
    const Answer made = session.ask("CREATE DATABASE " + quoted(copy) + " TEMPLATE " + quoted(database));
    if (!made.error.empty())
        return failure("the statements would run in a copy of " + database + ", but: " + made.error);
    life->copy = copy;
    session.ask("COMMENT ON DATABASE " + quoted(copy) + " IS " + mark);
    TRY(drop_orphans(session, mark, copy));
    return Server(named, "a copy of the database " + database, session.major(), begin, life, Server::Owner::somebody)
        .with_database(copy);
}

}  // namespace pgfence::trace
