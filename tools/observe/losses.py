"""What a database holds, and what of it is gone afterwards: rows, values of a column, columns, tables, views, rights...

Tables are small, so that all their rows are read and compared, and those of views that call no function of ours. Whatever is only added is no loss.
"""
import collections
import decimal
import json

from session import ServerError

# In which order losses are told; the first ones are what nobody gets back.
KINDS = ["rows", "values", "column", "table", "view", "large object", "right", "setting", "view's rows", "sequence",
         "constraint",
         "index", "trigger", "function", "type", "schema", "role", "database"]
# What a green verdict must never be said of.
GRAVE = {"rows", "values", "column", "table", "view", "large object", "right", "schema", "role", "database"}

NAMESPACES = "nspname !~ '^pg_' AND nspname <> 'information_schema'"
RELATIONS = """
SELECT c.oid::regclass::text, CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END,
       CASE WHEN relispartition THEN 'of another' ELSE CASE relkind WHEN 'r' THEN 'own' WHEN 'p' THEN 'of partitions'
            WHEN 'm' THEN 'view' WHEN 'v' THEN CASE WHEN NOT EXISTS (
                 SELECT FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid LEFT JOIN pg_class v ON v.oid = d.refobjid
                  WHERE w.ev_class = c.oid AND d.classid = 'pg_rewrite'::regclass AND d.refobjid <> c.oid
                    AND (d.refclassid = 'pg_proc'::regclass OR v.relkind = 'v')) THEN 'view' END END END
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND """ + NAMESPACES
COLUMNS = """
SELECT c.oid::regclass::text, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
  JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped AND """ + NAMESPACES
OTHERS = """
SELECT 'constraint', coalesce(c.conrelid::regclass::text, contypid::regtype::text) || '.' || conname
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace WHERE contype NOT IN ('t', 'n') AND %(ours)s
UNION ALL
SELECT 'index', i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = relnamespace WHERE %(ours)s
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'
UNION ALL
SELECT 'function', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE %(ours)s
UNION ALL
SELECT 'type', t.oid::regtype::text FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
 WHERE typtype IN ('d', 'e', 'r') AND %(ours)s
UNION ALL
SELECT 'schema', nspname FROM pg_namespace n WHERE %(ours)s
UNION ALL
SELECT 'role', rolname FROM pg_roles WHERE rolname !~ '^pg_'
UNION ALL
SELECT 'database', datname FROM pg_database WHERE NOT datistemplate
UNION ALL
SELECT 'large object', m.oid || ' ' || md5(lo_get(m.oid)) FROM pg_largeobject_metadata m
UNION ALL
SELECT 'setting', concat_ws(' ', d.datname, r.rolname, setting) FROM pg_db_role_setting s
  LEFT JOIN pg_database d ON d.oid = setdatabase LEFT JOIN pg_roles r ON r.oid = setrole, unnest(setconfig) AS setting
UNION ALL
SELECT 'setting', 'ALTER SYSTEM ' || name || ' ' || setting FROM pg_file_settings WHERE sourcefile ~ 'auto.conf'
""" % {"ours": NAMESPACES}
# A role may also be kept from rows by row-level security.
RIGHTS = """
SELECT r.rolname || ' ' || p || ' ' || c.oid::regclass, c.oid::regclass::text FROM pg_class c
  JOIN pg_namespace n ON n.oid = relnamespace, pg_roles r, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
 WHERE r.rolname !~ '^pg_' AND relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(r.oid, c.oid, p)
   AND has_schema_privilege(r.oid, n.oid, 'USAGE') AND (NOT relrowsecurity OR rolsuper OR rolbypassrls
        OR (r.oid = relowner AND NOT relforcerowsecurity)
        OR EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polpermissive AND polcmd IN ('*', lower(left(p, 1)),
                   CASE p WHEN 'INSERT' THEN 'a' WHEN 'UPDATE' THEN 'w' WHEN 'SELECT' THEN 'r' ELSE 'd' END))) AND %(ours)s
UNION ALL
SELECT r.rolname || ' USAGE ' || nspname, nspname FROM pg_namespace n, pg_roles r
 WHERE r.rolname !~ '^pg_' AND has_schema_privilege(r.oid, n.oid, 'USAGE') AND %(ours)s
UNION ALL
SELECT r.rolname || ' CREATE ' || nspname, nspname FROM pg_namespace n, pg_roles r
 WHERE r.rolname !~ '^pg_' AND has_schema_privilege(r.oid, n.oid, 'CREATE') AND %(ours)s
UNION ALL
SELECT r.rolname || ' EXECUTE ' || p.oid::regprocedure, p.oid::regprocedure::text FROM pg_proc p
  JOIN pg_namespace n ON n.oid = pronamespace, pg_roles r
 WHERE r.rolname !~ '^pg_' AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND nspname IN ('public', 'archive')
UNION ALL
SELECT r.rolname || ' may ' || p, '' FROM pg_roles r, unnest(ARRAY[
       CASE WHEN rolcanlogin THEN 'log in' END, CASE WHEN rolsuper THEN 'everything' END,
       CASE WHEN rolcreatedb THEN 'create databases' END, CASE WHEN has_database_privilege(r.oid, current_database(),
       'CONNECT') THEN 'connect' END, CASE WHEN rolconnlimit = 0 THEN NULL ELSE 'have connections' END]) p
 WHERE rolname !~ '^pg_' AND p IS NOT NULL
UNION ALL
SELECT m.member::regrole || ' is in ' || m.roleid::regrole, '' FROM pg_auth_members m WHERE m.member >= 16384
""" % {"ours": NAMESPACES}
READERS = """
SELECT rolname, c.oid::regclass::text, relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace, pg_roles r
 WHERE relkind IN ('r', 'p') AND NOT relispartition AND NOT rolsuper AND rolname !~ '^pg_'
   AND has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_table_privilege(r.oid, c.oid, 'SELECT') AND """ + NAMESPACES
SEQUENCES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind = 'S' AND """ + NAMESPACES


class State:
    def __init__(self, session):
        session.rows("SET search_path = pg_catalog, public")
        session.rows("SET extra_float_digits = 1")
        self.names, self.rows, self.numbers = {kind: set() for kind in KINDS}, {}, {}
        with_rows = []
        self.rows_are = {}   # {table: "own", "of partitions", "of another" that it is a partition of, "view": they can be made again}
        for name, kind, rows_are in session.rows(RELATIONS):
            self.names[kind].add(name)
            if rows_are:
                with_rows.append(name)
                self.rows_are[name] = rows_are
        for table, column in session.rows(COLUMNS):
            self.names["column"].add((table, column))
        for kind, name in session.rows(OTHERS):
            self.names[kind].add(name)
        self.names["right"] = {(right, of) for right, of in session.rows(RIGHTS)}
        for name in with_rows:
            self.rows[name] = rows_of(session, name)
        self.shown = rows_shown(session)
        for (name,) in session.rows(SEQUENCES):
            self.names["sequence"].add(name)
            self.numbers[name] = int(session.rows("SELECT last_value FROM " + name)[0][0])

    def __eq__(self, other):
        return (self.names, self.rows, self.numbers) == (other.names, other.rows, other.numbers)


def rows_shown(session):
    """{(role, table): how many rows its policies show to a role that may read it; None: all of them}"""
    shown = {}
    for role, table, secured in session.rows(READERS):
        shown[role, table] = None
        if secured == "t":
            session.rows("SET ROLE " + role)
            try:
                shown[role, table] = int(session.rows("SELECT count(*) FROM " + table)[0][0])
            except ServerError:
                shown[role, table] = 0
            session.rows("RESET ROLE")
    return shown


def all_shown(state):
    return {(role, table): len(state.rows[table]) if rows is None else rows
            for (role, table), rows in state.shown.items()}


def rows_of(session, table):
    try:
        return [json.loads(row, parse_float=decimal.Decimal) for (row,) in session.rows("SELECT row_to_json(t)::text FROM %s AS t" % table)]
    except ServerError:   # not filled, or nobody can read it any more
        return []


def values(rows, column):
    return collections.Counter(as_text(row.get(column)) for row in rows if row.get(column) is not None)


def as_text(value):
    return "{:f}".format(value.normalize()) if isinstance(value, decimal.Decimal) else str(value)


def losses(before, after):
    """[(kind, name)]: what is not there any more. What went with a table or a column is not told again."""
    found = []
    gone = before.names["table"] - after.names["table"] | before.names["view"] - after.names["view"]
    renamed = {table for table in gone if before.rows.get(table) and is_elsewhere(before, after, table)}
    for kind in ["table", "view"]:
        found += [(kind, name) for name in sorted(before.names[kind] - after.names[kind] - renamed)]
    for table, column in sorted(before.names["column"] - after.names["column"]):
        if table not in gone and not values_elsewhere(before, after, table, column):
            found.append(("column", "%s.%s" % (table, column)))
    for table, rows in sorted(before.rows.items()):
        if table in gone or before.rows_are[table] == "of another":
            continue
        left = after.rows.get(table, []) + (detached(before, after) if before.rows_are[table] == "of partitions"
                                            else [])
        if before.rows_are[table] == "view":
            if table in after.rows and (len(left) < len(rows) or any(
                    values(rows, column) - values(left, column) for column in rows[0])):
                found.append(("view's rows", table))
            continue
        if len(left) < len(rows):
            found.append(("rows", "%s: %s" % (table, "%d of %d" % (len(rows) - len(left), len(rows)) if left
                                              else "all")))
            continue
        for column in sorted({column for row in rows for column in row}):
            if (table, column) in after.names["column"] and values(rows, column) - values(left, column):
                found.append(("values", "%s.%s" % (table, column)))
    of_gone = gone | {name for kind in ["function", "schema"] for name in before.names[kind] - after.names[kind]}
    found += [("right", right) for right, of in sorted(before.names["right"] - after.names["right"])
              if of not in of_gone]
    for (role, table), rows in sorted(all_shown(before).items()):
        left = after.shown.get((role, table))
        if left is not None and left < min(rows, len(after.rows[table])):
            found.append(("right", "%s reads %d rows less of %s" % (role, rows - left, table)))
    for kind in ["large object", "setting", "constraint", "index", "trigger", "function", "type", "schema", "role",
                 "database", "sequence"]:
        found += [(kind, name) for name in sorted(before.names[kind] - after.names[kind])]
    found += [("setting", name) for name in sorted(after.names["setting"] - before.names["setting"])]
    found += [("sequence", name + " is put back") for name, number in sorted(before.numbers.items())
              if after.numbers.get(name, number) < number]
    return sorted(found, key=lambda loss: KINDS.index(loss[0]))


def is_elsewhere(before, after, table):
    """Renamed, or moved to another schema: the same rows in a table that was not there."""
    wanted = before.rows[table]
    return any(len(rows) >= len(wanted) and rows[:1] and set(rows[0]) >= set(wanted[0])
               and all(row in [{key: other.get(key) for key in row} for other in rows] for row in wanted)
               for name, rows in after.rows.items() if name not in before.rows)


def detached(before, after):
    """The rows of what was a partition and is a table of its own now."""
    return [row for name, are in after.rows_are.items() if are == "own" and before.rows_are.get(name) == "of another"
            for row in after.rows[name]]


def values_elsewhere(before, after, table, column):
    """A renamed column's values are those of a column that was not there."""
    wanted = values(before.rows.get(table, []), column)
    return wanted and any(not wanted - values(after.rows.get(table, []), other) for of, other in after.names["column"]
                          if of == table and (of, other) not in before.names["column"])
