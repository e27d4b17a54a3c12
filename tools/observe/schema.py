"""What two databases are compared by: their schemas as (kind, name, definition), and their rows column by column.

pg_dump cannot read a server newer than itself, so the definitions are asked of the server that reads them, which
prints the ones that pg_dump prints. Where a pg_dump can read the server, its answer must be the same as well.
"""
import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from server import PORT

OBJECTS = r"""
WITH rel AS (
  SELECT c.oid AS relid, c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS full_name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), col AS (
  SELECT rel.full_name, a.*, to_jsonb(a) AS fields,
         pg_get_expr(d.adbin, d.adrelid) AS value, t.typcollation, t.typstorage
    FROM rel JOIN pg_attribute a ON a.attrelid = relid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE relkind IN ('r', 'p', 'f', 'c', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT 'relation', full_name, concat_ws(' ', relkind, relpersistence, array_to_string(reloptions, ','), relreplident,
       relrowsecurity, relforcerowsecurity, relacl::text, pg_get_userbyid(relowner),
       (SELECT spcname FROM pg_tablespace WHERE oid = reltablespace), obj_description(relid, 'pg_class'),
       CASE relkind WHEN 'p' THEN pg_get_partkeydef(relid) END, pg_get_expr(relpartbound, relid),
       CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(relid) END, CASE relkind WHEN 'm' THEN relispopulated END,
       (SELECT string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = relid))
  FROM rel
UNION ALL
SELECT 'column', full_name || '.' || quote_ident(attname), concat_ws(' ', format_type(atttypid, atttypmod),
       CASE WHEN attcollation <> typcollation THEN (SELECT collname FROM pg_collation WHERE oid = attcollation) END,
       CASE WHEN attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || value, 'identity ' || nullif(attidentity::text, ''),
       'generated ' || nullif(fields->>'attgenerated', ''), CASE WHEN attstorage <> typstorage THEN attstorage END,
       nullif(coalesce((fields->>'attstattarget')::int, -1), -1), (SELECT string_agg(o, ',') FROM unnest(attoptions) AS o
         WHERE o NOT LIKE 'pg\_attver=%'),  -- which 15.20 counts by itself
       attacl::text, col_description(attrelid, attnum), CASE WHEN NOT attislocal THEN 'inherited' END)
  FROM col
UNION ALL
SELECT 'order of columns', full_name, string_agg(attname, ', ' ORDER BY attnum) FROM col
 WHERE attrelid NOT IN (SELECT oid FROM pg_class WHERE relispartition) GROUP BY full_name
UNION ALL
SELECT 'constraint', coalesce(rel.full_name, contypid::regtype::text) || '.' || quote_ident(conname),
       concat_ws(' ', pg_get_constraintdef(c.oid), CASE WHEN NOT convalidated THEN 'not validated' END,
                 CASE WHEN NOT conislocal THEN 'inherited' END, obj_description(c.oid, 'pg_constraint'))
  FROM pg_constraint c LEFT JOIN rel ON relid = c.conrelid
 WHERE (relid IS NOT NULL OR contypid >= 16384) AND contype <> 't'
UNION ALL
SELECT 'index', full_name, concat_ws(' ', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'invalid' END,
       CASE WHEN indisclustered THEN 'clustered' END, CASE WHEN indisreplident THEN 'replica identity' END)
  FROM pg_index JOIN rel ON relid = indexrelid
UNION ALL
SELECT 'sequence', full_name, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache,
       seqcycle, (SELECT 'of ' || refobjid::regclass || '.' || attname FROM pg_depend
                    JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                   WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i')))
  FROM pg_sequence JOIN rel ON relid = seqrelid
UNION ALL
SELECT 'trigger', full_name || '.' || quote_ident(tgname), concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
  FROM pg_trigger t JOIN rel ON relid = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'disabled trigger', full_name, count(*)::text FROM pg_trigger t JOIN rel ON relid = tgrelid
 WHERE tgisinternal AND tgenabled = 'D' GROUP BY full_name
UNION ALL
SELECT 'function', oid::regprocedure::text, CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END FROM pg_proc
 WHERE pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
UNION ALL
SELECT 'schema', nspname, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL
SELECT 'type', t.oid::regtype::text, concat_ws(' ', typtype, format_type(nullif(typbasetype, 0), typtypmod),
       CASE WHEN typnotnull THEN 'NOT NULL' END, typdefault,
       (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
  FROM pg_type t WHERE t.oid >= 16384 AND typtype IN ('d', 'e', 'r')
UNION ALL
SELECT 'policy', full_name || '.' || quote_ident(polname), concat_ws(' ', polcmd, polpermissive,
       pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy JOIN rel ON relid = polrelid
UNION ALL
SELECT 'extension', extname, extversion FROM pg_extension
UNION ALL
SELECT 'publication', pubname, (SELECT string_agg(prrelid::regclass::text, ',' ORDER BY prrelid::regclass::text)
                                  FROM pg_publication_rel WHERE prpubid = p.oid) FROM pg_publication p
UNION ALL
SELECT 'statistics', quote_ident(stxname), pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
"""
ROWS = """
SELECT c.oid::regclass::text, quote_ident(attname), (SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attname <> 'id', attnum LIMIT 1)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE relkind IN ('r', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND attnum > 0
   AND NOT attisdropped AND (relkind = 'r' OR relispopulated)
"""
BEHIND = """
SELECT d.objid::regclass, d.refobjid::regclass, quote_ident(attname) FROM pg_depend d
  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_attribute ON attrelid = d.refobjid AND attnum = d.refobjsubid WHERE d.deptype IN ('a', 'i')
"""


def objects(session):
    """{(kind, name): definition}"""
    found = {(kind, name): definition for kind, name, definition in session.rows(OBJECTS)}
    for sequence, table, column in session.rows(BEHIND):
        ((behind,),) = session.rows("SELECT coalesce(max(%s), 0) > (SELECT last_value FROM %s) FROM %s"
                                    % (column, sequence, table))
        if behind == "t":
            found["sequence that will give numbers again", sequence] = ""
    return found


@dataclass
class Values:
    """Of a column; the digest is over all of them in order of the id."""
    rows: int
    nulls: int
    distinct: int
    digest: str

    def shape(self):
        """What is the same each time, even where every row gets a value of its own, or of its own time."""
        return self.rows, self.nulls, min(int(self.distinct), 2)


def values(session):
    """{(table, column): Values}"""
    return {(table, column): Values(*session.rows(
        "SELECT count(*), count(*) - count({0}), count(DISTINCT {0}::text), md5(string_agg({0}::text, ',' "
        "ORDER BY {1}::text, {0}::text)) FROM {2}".format(column, key, table))[0])
        for table, column, key in session.rows(ROWS)}


def dumped(server, database):
    """The schema as pg_dump writes it; None where no pg_dump can read this server."""
    program = os.path.join(server.bindir, "pg_dump")
    program = program if os.path.exists(program) else shutil.which("pg_dump")
    if not program:
        return None
    own = subprocess.run([program, "--version"], check=True, text=True, stdout=subprocess.PIPE, timeout=60).stdout
    if int(re.search(r"\d+", own).group()) < server.major:
        return None
    text = subprocess.run([program, "--schema-only", "-h", server.folder, "-p", str(PORT), "-U", "postgres", database],
                          check=True, text=True, stdout=subprocess.PIPE, timeout=60).stdout
    return re.sub(r"^\\(un)?restrict .*", "", text, flags=re.M)   # a new password each time
