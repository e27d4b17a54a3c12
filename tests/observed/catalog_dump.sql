-- What tests/catalog/server_test.cpp prints of its own catalog, asked of a server's: one line for each object, sorted.
WITH rel AS (
    SELECT c.oid, c.relkind, c.relpersistence, c.relispartition, CASE WHEN n.nspname LIKE 'pg\_temp%' THEN 'pg_temp' ELSE n.nspname END || '.' || c.relname AS full_name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
), att AS (
    SELECT attrelid, attnum, attname::text FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped
), typ AS (
    SELECT t.oid, CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN e.typname || '[]' ELSE t.typname::text END AS type_name
    FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem
), lines AS (
    SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'i' THEN 'index' WHEN 'I' THEN 'partitioned index'
           WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
           WHEN 'c' THEN 'composite type' END || ' ' || full_name || CASE relpersistence WHEN 'u' THEN ' unlogged' WHEN 't' THEN ' temporary' ELSE '' END AS line
    FROM rel
    UNION ALL
    SELECT 'column ' || full_name || '.' || a.attname::text || ' ' || typ.type_name || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
           || CASE WHEN a.atthasdef AND coalesce(to_jsonb(a)->>'attgenerated', '') = '' THEN ' default' ELSE '' END
           || CASE WHEN a.attidentity <> '' THEN ' identity' ELSE '' END
           || CASE WHEN coalesce(to_jsonb(a)->>'attgenerated', '') <> '' THEN ' generated' ELSE '' END
           || CASE WHEN a.attinhcount > 0 THEN ' inherited' ELSE '' END
    FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid JOIN typ ON typ.oid = a.atttypid
    WHERE relkind IN ('r', 'p', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'constraint ' || rel.full_name || '.' || c.conname || ' ' || c.contype::text || ' (' ||
           coalesce((SELECT string_agg(attname, ',' ORDER BY attname COLLATE "C") FROM att WHERE attrelid = rel.oid AND attnum = ANY (conkey)), '') || ')' ||
           CASE WHEN c.contype = 'f' THEN ' -> ' || f.full_name || '(' || (SELECT string_agg(attname, ',' ORDER BY attname COLLATE "C") FROM att WHERE attrelid = f.oid AND attnum = ANY (confkey)) || ')' ELSE '' END
           || CASE WHEN c.convalidated THEN '' ELSE ' not valid' END || CASE WHEN c.coninhcount > 0 AND c.contype <> 'n' THEN ' inherited' ELSE '' END
    FROM pg_constraint c JOIN rel ON rel.oid = c.conrelid LEFT JOIN rel f ON f.oid = c.confrelid
    WHERE c.contype <> 't' AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.conrelid = c.conrelid AND to_jsonb(c)->>'conparentid' = p.oid::text)
    UNION ALL
    SELECT 'index ' || rel.full_name || ' on ' || t.full_name || ' (' ||
           (SELECT string_agg(coalesce((SELECT attname FROM att WHERE attrelid = t.oid AND attnum = k), 'expr'), ',' ORDER BY o) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS u (k, o)) || ')' ||
           CASE WHEN indisunique THEN ' unique' ELSE '' END || CASE WHEN indisprimary THEN ' primary' ELSE '' END ||
           CASE WHEN indisvalid THEN '' ELSE ' invalid' END || CASE WHEN indisclustered THEN ' clustered' ELSE '' END ||
           CASE WHEN indisreplident THEN ' replica identity' ELSE '' END ||
           coalesce((SELECT ' part of ' || up.full_name FROM pg_inherits JOIN rel up ON up.oid = inhparent WHERE inhrelid = rel.oid), '')
    FROM pg_index i JOIN rel ON rel.oid = i.indexrelid JOIN rel t ON t.oid = i.indrelid
    UNION ALL
    SELECT 'inherits ' || c.full_name || ' ' || p.full_name || CASE WHEN c.relispartition THEN ' partition' ELSE '' END
    FROM pg_inherits JOIN rel c ON c.oid = inhrelid JOIN rel p ON p.oid = inhparent WHERE c.relkind IN ('r', 'p', 'f')
    UNION ALL
    SELECT 'owned ' || s.full_name || ' by ' || t.full_name || '.' || a.attname
    FROM pg_depend d JOIN rel s ON s.oid = d.objid AND s.relkind = 'S' JOIN rel t ON t.oid = d.refobjid JOIN att a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    UNION ALL
    SELECT DISTINCT 'view ' || v.full_name || ' reads ' || t.full_name
    FROM pg_rewrite w JOIN rel v ON v.oid = w.ev_class JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
    JOIN rel t ON t.oid = d.refobjid AND t.oid <> v.oid
    UNION ALL
    SELECT 'enum ' || n.nspname || '.' || t.typname || ' ' || string_agg(enumlabel, ',' ORDER BY enumsortorder)
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace GROUP BY n.nspname, t.typname
    UNION ALL
    SELECT 'domain ' || n.nspname || '.' || t.typname || ' ' || b.typname || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END ||
           coalesce((SELECT ' ' || string_agg(conname, ',' ORDER BY conname::text COLLATE "C") FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'), '')
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
    WHERE t.typtype = 'd' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    UNION ALL
    SELECT 'trigger ' || rel.full_name || '.' || tgname FROM pg_trigger JOIN rel ON rel.oid = tgrelid
    WHERE NOT tgisinternal OR tgrelid IN (SELECT oid FROM pg_class WHERE relispartition) AND tgconstraint = 0
    UNION ALL
    SELECT 'statistics ' || n.nspname || '.' || stxname || ' on ' || rel.full_name || ' (' ||
           (SELECT string_agg(attname, ',' ORDER BY attname COLLATE "C") FROM att WHERE attrelid = rel.oid AND attnum = ANY (stxkeys)) || ')'
    FROM pg_statistic_ext JOIN rel ON rel.oid = stxrelid JOIN pg_namespace n ON n.oid = stxnamespace
)
SELECT line FROM lines ORDER BY line COLLATE "C";
