#include "database/database.h"
#include "database/session.h"

namespace pgfence::database {
namespace {

// docs/stats.md prints it for those who have psql alone; a test holds the two together.
// pg_stat_database.stats_reset is null until somebody resets it (15 and later); the background writer's counters are
// as old as the tables' own then: both begin with the cluster, or anew after a crash. Before 14 a table that was never
// analyzed says 0 rows, as an empty one does: pages tell the two apart.
constexpr std::string_view kQuery = R"(WITH RECURSIVE family AS (  -- a table, its partitions or children, theirs, ...
  SELECT c.oid AS root, c.oid AS member, n.nspname, c.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  UNION
  SELECT f.root, i.inhrelid, f.nspname, f.relname FROM family f JOIN pg_inherits i ON i.inhparent = f.member
), counted AS (
  SELECT extract(epoch FROM now() - coalesce(d.stats_reset, b.stats_reset)) AS seconds
  FROM pg_stat_database d, pg_stat_bgwriter b WHERE d.datname = current_database()
), measured AS (
  SELECT c.oid, pg_total_relation_size(c.oid) AS bytes, pg_indexes_size(c.oid) AS index_bytes,
         CASE WHEN c.reltuples > 0 OR c.reltuples = 0 AND (c.relpages > 0 OR pg_relation_size(c.oid) = 0)
              THEN c.reltuples END AS rows,
         s.n_tup_ins + s.n_tup_upd + s.n_tup_del AS written, s.seq_scan + coalesce(s.idx_scan, 0) AS read
  FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
  WHERE c.relkind IN ('r', 'm') AND c.oid IN (SELECT member FROM family)
), sizes AS (
  SELECT f.nspname AS schema, f.relname AS name,
         CASE WHEN count(*) FILTER (WHERE m.oid IS NOT NULL AND m.rows IS NULL) = 0
              THEN coalesce(sum(m.rows), 0)::bigint END AS rows,
         coalesce(sum(m.bytes), 0)::bigint AS bytes, coalesce(sum(m.index_bytes), 0)::bigint AS "indexBytes",
         round((sum(m.written) / nullif(min(c.seconds), 0))::numeric, 3) AS "writesPerSecond",
         round((sum(m.read) / nullif(min(c.seconds), 0))::numeric, 3) AS "readsPerSecond"
  FROM family f CROSS JOIN counted c LEFT JOIN measured m ON m.oid = f.member
  GROUP BY f.root, f.nspname, f.relname
)
SELECT json_build_object(
  'version', 1,
  'serverVersion', current_setting('server_version_num')::int,
  'date', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
  'longestTransactionSeconds', (
    SELECT round(extract(epoch FROM max(now() - xact_start)))::bigint FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()),
  'tables', coalesce((SELECT json_agg(s ORDER BY s.schema, s.name) FROM sizes s), '[]'));
)";

}  // namespace

std::string_view table_sizes_query() { return kQuery; }

Result<std::string> table_sizes(const std::string& url) {
    Session session = TRY(Session::open(url, "pgfence extract-stats"));
    const Rows rows = TRY(session.rows(std::string(kQuery)));
    if (rows.size() != 1) return failure("the database answered " + std::to_string(rows.size()) + " rows, not one");
    return rows.front().front() + "\n";
}

}  // namespace pgfence::database
