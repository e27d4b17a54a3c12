#include "trace/schema_objects.h"

#include <utility>

namespace pgfence::trace {
namespace {

// Each name is qualified, whatever the search_path: format_type and pg_get_*def leave out the schemas that it holds.
constexpr const char* kObjects = R"(
WITH ours AS (
  SELECT c.oid, c.relkind, c.relpersistence, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'))
SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'p' THEN 'partitioned table ' WHEN 'v' THEN 'view '
                    WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence ' ELSE 'foreign table ' END || name ||
       CASE WHEN relpersistence = 'u' THEN ' (unlogged)' ELSE '' END
  FROM ours WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
UNION ALL
SELECT 'column ' || o.name || '.' || pg_catalog.quote_ident(a.attname) || ' ' ||
       pg_catalog.format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END ||
       coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') ||
       CASE WHEN a.attidentity <> '' THEN ' (identity)' ELSE '' END
  FROM ours o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum
 WHERE o.relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL
SELECT 'constraint ' || pg_catalog.quote_ident(c.conname) || ' on ' || o.name || ' ' ||
       pg_catalog.pg_get_constraintdef(c.oid)
  FROM ours o JOIN pg_catalog.pg_constraint c ON c.conrelid = o.oid WHERE c.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index ' || o.name || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END || ': ' ||
       pg_catalog.pg_get_indexdef(i.indexrelid)
  FROM ours o JOIN pg_catalog.pg_index i ON i.indexrelid = o.oid
UNION ALL
SELECT 'trigger ' || pg_catalog.quote_ident(t.tgname) || ' on ' || o.name || ': ' || pg_catalog.pg_get_triggerdef(t.oid) ||
       CASE WHEN t.tgenabled = 'D' THEN ' (disabled)' ELSE '' END
  FROM ours o JOIN pg_catalog.pg_trigger t ON t.tgrelid = o.oid AND NOT t.tgisinternal
UNION ALL
SELECT 'function ' || p.oid::pg_catalog.regprocedure::pg_catalog.text
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'type ' || pg_catalog.format_type(t.oid, NULL) ||
       coalesce(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                           FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) || ')', '')
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype IN ('e', 'd') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'schema ' || pg_catalog.quote_ident(nspname) FROM pg_catalog.pg_namespace
 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL
SELECT 'extension ' || pg_catalog.quote_ident(extname) || ' ' || extversion FROM pg_catalog.pg_extension)";

}  // namespace

Result<std::set<std::string>> schema_objects(Session& session) {
    std::set<std::string> all;
    for (auto& row : TRY(session.rows(kObjects))) all.insert(std::move(row[0]));
    return all;
}

}  // namespace pgfence::trace
