"""Fills the tables of a schema with rows that their constraints accept, the same ones each time.

Row g has g, or what the column's type makes of it, in every column: so keys are unique, amounts positive, foreign keys
find their row, and a text is a JSON value as well.
"""
ROWS = 1200
TIME = "timestamp '2024-01-01' + g % 300 * interval '1 day'"
HOUR = "timestamp '2024-01-01' + g * interval '1 hour'"
OF_TYPE = {
    "bool": "g % 2 = 0", "uuid": "md5(g::text)::uuid", "json": "to_json(g)", "jsonb": "to_jsonb(g)",
    "bytea": "g::text::bytea", "date": TIME, "timestamp": TIME, "timestamptz": TIME,
    "interval": "g * interval '1 hour'", "tsrange": "tsrange(%s, %s + interval '1 hour')" % (HOUR, HOUR),
    **dict.fromkeys(["int2", "int4", "int8", "numeric", "float4", "float8", "text", "varchar", "bpchar"], "g"),
}
# Leaf tables, referenced ones first. Of a partition: the first value of its bound, for the first column of the key.
TABLES = r"""
WITH RECURSIVE roots AS (
  SELECT c.oid, c.oid AS root FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  UNION ALL SELECT i.inhrelid, r.root FROM roots r JOIN pg_inherits i ON i.inhparent = r.oid
), levels AS (
  SELECT oid, 0 AS level FROM roots
  UNION SELECT c.conrelid, l.level + 1 FROM levels l JOIN pg_constraint c ON c.confrelid = l.oid
   WHERE c.contype = 'f' AND c.conrelid <> c.confrelid AND l.level < 20)
SELECT t.oid, t.oid::regclass, substring(pg_get_expr(t.relpartbound, t.oid) FROM '(?:FROM|IN) \((''[^'']*''|\d+)'),
       coalesce(p.partattrs[0], 0)
  FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = t.oid
  LEFT JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
 WHERE t.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY (SELECT max(level) FROM levels WHERE levels.oid = t.oid), t.oid
"""
COLUMNS = """
SELECT a.attnum, quote_ident(a.attname), coalesce(b.typname, t.typname),
       format_type(coalesce(b.oid, t.oid), a.atttypmod),
       (SELECT quote_literal(enumlabel) FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder LIMIT 1)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
 WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> 'a'
   AND coalesce(to_jsonb(a)->>'attgenerated', '') = '' ORDER BY a.attnum
"""
MATERIALIZED = "SELECT oid::regclass FROM pg_class WHERE relkind = 'm' AND oid >= 16384"


def value(kind, type_name, label):
    if label:
        return label
    return "(%s)::%s" % (OF_TYPE[kind], type_name) if kind in OF_TYPE else None


def fill(session):
    for table, name, bound, key in session.rows(TABLES):
        columns, values = [], []
        for number, column, kind, type_name, label in session.rows(COLUMNS % table):
            given = "%s::%s" % (bound, type_name) if bound and number == key else value(kind, type_name, label)
            if given:
                columns.append(column)
                values.append(given)
        if columns:
            session.rows("INSERT INTO %s (%s) SELECT %s FROM generate_series(1, %d) AS g"
                         % (name, ", ".join(columns), ", ".join(values), ROWS))
    for (name,) in session.rows(MATERIALIZED):
        session.rows("REFRESH MATERIALIZED VIEW " + name)


def fill_what_is_null(session, wanted):
    """The column of that name, wherever there is one."""
    for table, name, *_ in session.rows(TABLES):
        for _, column, kind, type_name, label in session.rows(COLUMNS % table):
            if column == wanted:
                session.rows("UPDATE %s SET %s = (SELECT %s FROM (SELECT 1 AS g) AS one) WHERE %s IS NULL"
                             % (name, column, value(kind, type_name, label), column))
