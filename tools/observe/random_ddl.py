"""Random statements about a schema of random_schema.py: DDL of every kind, some DML, blocks that run DDL.

Two mixes: `realistic` draws kinds as often as migrations have them, `uniform` all kinds alike. A statement keeps its clauses
apart, so that whoever shrinks it can leave some out. Words of SQL are in capitals, names and types are not.
"""
from random_clauses import Clauses, Drawn
from random_others import Others
from random_parts import Column, Table
from random_queries import Queries

# of a hundred statements of migrations, about
REALISTIC = {
    "alter_table": 42, "create_table": 10, "create_index": 12, "drop_index": 4, "drop_table": 4, "rename": 4, "enum": 3,
    "create_view": 3, "drop_view": 2, "function": 2, "trigger": 2, "policy": 2, "dml": 7, "do": 2, "truncate": 1,
    "comment": 1.5, "grant": 1.5, "sequence": 1, "materialized": 1, "refresh": 0.5, "vacuum": 0.3, "reindex": 0.4,
    "statistics": 0.4, "publication": 0.3, "domain": 0.6, "rule": 0.3, "drop_other": 1.5, "lock": 0.5, "cluster": 0.2,
    "alter_index": 0.5, "composite": 0.4, "alter_view": 0.5, "namespace": 0.5, "create_as": 0.5, "copy": 0.1,
    "query": 1, "call": 0.5, "repack": 0.2, "extension": 0.3, "foreign": 0.2, "by_another_name": 0.3,
    "with_query": 2, "other": 6,
    "owned": 0.01, "move_all": 0.01,   # of administration: next to no migration has them
}
UNIFORM = {"alter_table": 8, "other": 8, "with_query": 3}   # it has a grammar of its own


class Statements(Clauses, Others, Queries):
    """About one schema. What it draws does not run, so the schema stays as it is."""

    def __init__(self, schema, mix):
        self.schema, self.realistic = schema, mix == "realistic"
        self.one, self.of, self.chance, self.maybe = schema.one, schema.of, schema.chance, schema.maybe
        self.some, self.new = schema.some, schema.new

    def draw(self, weights):
        return self.schema.weighted(weights if self.realistic else {kind: UNIFORM.get(kind, 1) for kind in weights})

    def statement(self):
        while True:
            kind = self.draw(REALISTIC)
            drawn = getattr(self, kind)()
            if drawn:
                if isinstance(drawn, str):
                    drawn = Drawn(kind, drawn)
                drawn.kind = drawn.kind or kind
                return drawn

    # -- what they are about

    def table(self, odd=0.05):
        """Mostly a table, now and then what else has a name."""
        if self.chance(odd) and self.schema.views + self.schema.materialized:
            name = self.of(self.schema.views + self.schema.materialized)
            return Table(name, [Column("id", "bigint", "integer")])
        roots = [t for t in self.schema.tables if t.partition_by or t.children]
        return self.of(roots) if roots and self.chance(0.35) else self.of(self.schema.tables)

    def column(self, table):
        return self.of(table.columns)

    def exists(self, share=0.08):
        return self.maybe("IF EXISTS ", share)

    def only(self, table, share=0.1):
        return self.maybe("ONLY ", share if table.children else 0.02)

    def cascade(self, share=0.25):
        return self.one(" CASCADE", " CASCADE", " RESTRICT") if self.chance(share) else ""

    # -- other kinds

    def create_table(self):
        kind = self.one("plain", "plain", "plain", "like", "partition", "inherits", "parted", "type") 
        name = self.new("n")
        exists = self.maybe("IF NOT EXISTS ", 0.15)
        if kind == "like":
            return Drawn("create_table like", "CREATE TABLE %s%s (LIKE %s%s)" % (exists, name, self.table().name, self.one("", " INCLUDING ALL", " INCLUDING DEFAULTS")))
        if kind == "partition":
            roots = [t for t in self.schema.tables if t.partition_by]
            if roots:
                root = self.of(roots)
                return Drawn("create_table partition", "CREATE TABLE %s%s PARTITION OF %s %s%s" % (
                    exists, name, root.name, self.of(self.schema.bounds(root, 6)), self.maybe(" PARTITION BY LIST (%s)" % self.column(root).name, 0.15)))
        if kind == "inherits":
            return Drawn("create_table inherits", "CREATE TABLE %s%s (x%s integer) INHERITS (%s)" % (
                exists, name, name, ", ".join(t.name for t in {id(t): t for t in (self.table(), self.table())}.values())))
        if kind == "type" and self.schema.composites:
            return Drawn("create_table of", "CREATE TABLE %s OF %s" % (name, self.of(self.schema.composites)))
        table = Table(name, [])
        lines = ["id bigint PRIMARY KEY"] if kind != "parted" else ["id bigint"]
        table.columns.append(Column("id", "bigint", "integer"))
        lines += self.schema.columns_of(table, table.columns[0])
        lines += self.schema.table_constraints(table)
        if kind == "parted":
            lines = [line for line in lines if "UNIQUE" not in line]
        return Drawn("create_table", "CREATE %sTABLE %s%s (" % (self.one("", "", "", "", "UNLOGGED ", "TEMP "), exists, name), lines,
                     ")" + (" PARTITION BY RANGE (id)" if kind == "parted" else ""))

    def create_as(self):
        table = self.table()
        columns = ", ".join(c.name for c in self.some(table.columns, 1, 3))
        return self.one("CREATE TABLE %s AS SELECT %s FROM %s", "CREATE TEMP TABLE %s AS SELECT %s FROM %s",
                        "CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA", "CREATE MATERIALIZED VIEW %s AS SELECT %s FROM %s") % (
            self.new("n"), columns, table.name)

    def create_index(self):
        table = self.table()
        held = list(table.indexes)
        text = self.schema.index_on(table, self.maybe("ONLY ", 0.15) if table.partition_by else "")
        table.indexes[:] = held
        if self.chance(0.15 if self.realistic else 0.1):
            text = text.replace("INDEX ", "INDEX CONCURRENTLY ", 1)
        if self.chance(0.15):
            text = text.replace("INDEX ", "INDEX IF NOT EXISTS ", 1).replace("INDEX IF NOT EXISTS CONCURRENTLY ", "INDEX CONCURRENTLY IF NOT EXISTS ")
        return "CREATE " + text

    def index(self):
        names = [index for table in self.schema.tables for index in table.indexes] + [
            name for table in self.schema.tables for name, kind in table.constraints if kind in "pu"]
        return self.of(names)

    def drop_index(self):
        index = self.index()
        return index and "DROP INDEX %s%s%s%s" % (self.maybe("CONCURRENTLY ", 0.1), self.exists(), index, self.cascade(0.15))

    def alter_index(self):
        index = self.index()
        return index and "ALTER INDEX %s%s %s" % (self.exists(), index, self.one(
            "RENAME TO " + self.new("n"), "SET (fillfactor = 70)", "SET TABLESPACE ts1", "RESET (fillfactor)",
            "ATTACH PARTITION " + (self.index() or "x"), "ALTER COLUMN 1 SET STATISTICS 100"))

    def drop_table(self):
        tables = {t.name: t for t in [self.table() for _ in range(self.one(1, 1, 1, 2))]}
        return "DROP TABLE %s%s%s" % (self.exists(0.3), ", ".join(tables), self.cascade(0.5))

    def rename(self):
        kind = self.one("rename_column", "rename_table", "rename_constraint")
        text = getattr(self, kind)(self.table())
        return text and Drawn("alter_table " + kind, text)

    def enum(self):
        if not self.schema.enums:
            return "CREATE TYPE %s AS ENUM ('a', 'b')" % self.new("n")
        name, labels = self.of(self.schema.enums)
        return self.one("ALTER TYPE %s ADD VALUE 'new'", "ALTER TYPE %s ADD VALUE IF NOT EXISTS 'ok'", "ALTER TYPE %s ADD VALUE 'new' BEFORE 'ok'",
                        "ALTER TYPE %s RENAME VALUE 'ok' TO 'fine'", "ALTER TYPE %s RENAME TO " + self.new("n"), "DROP TYPE %s",
                        "DROP TYPE %s CASCADE", "ALTER TYPE %s OWNER TO alice", "COMMENT ON TYPE %s IS 'x'") % name

    def domain(self):
        if not self.schema.domains:
            return "CREATE DOMAIN %s AS integer CHECK (VALUE > 0)" % self.new("n")
        name, group = self.of(self.schema.domains)
        return self.one("ALTER DOMAIN %s SET NOT NULL", "ALTER DOMAIN %s DROP NOT NULL", "ALTER DOMAIN %s SET DEFAULT NULL",
                               "ALTER DOMAIN %s ADD CONSTRAINT extra CHECK (VALUE IS NOT NULL)",
                               "ALTER DOMAIN %s ADD CONSTRAINT extra CHECK (VALUE IS NOT NULL) NOT VALID",
                               "ALTER DOMAIN %s DROP CONSTRAINT %s_check", "ALTER DOMAIN %s DROP CONSTRAINT IF EXISTS nothing",
                               "ALTER DOMAIN %s VALIDATE CONSTRAINT %s_check", "DROP DOMAIN %s", "DROP DOMAIN %s CASCADE",
                               "ALTER DOMAIN %s RENAME TO other_name").replace("%s", name)

    def composite(self):
        if not self.schema.composites:
            return "CREATE TYPE %s AS (a integer, b text)" % self.new("n")
        name = self.of(self.schema.composites)
        return self.one("ALTER TYPE %s ADD ATTRIBUTE extra integer", "ALTER TYPE %s ADD ATTRIBUTE extra integer CASCADE", "ALTER TYPE %s DROP ATTRIBUTE f1",
                        "ALTER TYPE %s DROP ATTRIBUTE f1 CASCADE", "ALTER TYPE %s ALTER ATTRIBUTE f1 TYPE text", "ALTER TYPE %s ALTER ATTRIBUTE f0 TYPE bigint CASCADE",
                        "ALTER TYPE %s RENAME ATTRIBUTE f1 TO other", "ALTER TYPE %s RENAME ATTRIBUTE f1 TO other CASCADE", "DROP TYPE %s", "DROP TYPE %s CASCADE") % name

    def create_view(self):
        table = self.table(0.2)
        columns = ", ".join(c.name for c in self.some(table.columns, 1, 3))
        name = self.new("n")
        if self.schema.views and self.chance(0.3):
            return "CREATE OR REPLACE VIEW %s AS SELECT %s FROM %s" % (self.of(self.schema.views), columns, table.name)
        return "CREATE %sVIEW %s AS SELECT %s FROM %s" % (self.one("", "", "OR REPLACE ", "TEMP "), name, columns, table.name)

    def drop_view(self):
        view = self.of(self.schema.views)
        return view and "DROP VIEW %s%s%s" % (self.exists(0.3), view, self.cascade(0.4))

    def alter_view(self):
        view = self.of(self.schema.views)
        return view and "ALTER VIEW %s%s %s" % (self.exists(), view, self.one(
            "RENAME TO " + self.new("n"), "OWNER TO alice", "SET (security_barrier)", "ALTER COLUMN id SET DEFAULT 1",
            "SET SCHEMA " + self.of(self.schema.namespaces + ["public"])))

    def materialized(self):
        view = self.of(self.schema.materialized)
        table = self.table(0.2)
        if not view or self.chance(0.3):
            return "CREATE MATERIALIZED VIEW %s AS SELECT %s FROM %s%s" % (self.new("n"), self.column(table).name, table.name, self.maybe(" WITH NO DATA", 0.2))
        return self.one("DROP MATERIALIZED VIEW %s", "DROP MATERIALIZED VIEW %s CASCADE", "ALTER MATERIALIZED VIEW %s RENAME TO other",
                        "ALTER MATERIALIZED VIEW %s SET TABLESPACE ts1", "ALTER MATERIALIZED VIEW %s OWNER TO alice",
                        "ALTER MATERIALIZED VIEW %s SET (fillfactor = 80)") % view

    def refresh(self):
        view = self.of(self.schema.materialized)
        return view and "REFRESH MATERIALIZED VIEW %s%s%s" % (self.maybe("CONCURRENTLY ", 0.4), view, self.maybe(" WITH NO DATA", 0.1))

    def function(self):
        name = self.new("n")
        return self.one(
            "CREATE FUNCTION %s() RETURNS integer LANGUAGE sql AS 'SELECT 1'" % name,
            "CREATE OR REPLACE FUNCTION plus_one(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 2'",
            "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "DROP FUNCTION %s%s%s" % (self.exists(0.3), self.of(self.schema.functions), self.cascade(0.6)),
            "ALTER FUNCTION plus_one(integer) RENAME TO %s" % name, "ALTER FUNCTION %s OWNER TO alice" % self.of(self.schema.functions),
            "ALTER FUNCTION plus_one(integer) VOLATILE")

    def trigger(self):
        table = self.table()
        if table.triggers and self.chance(0.5):
            name = self.of(table.triggers)
            return self.one("DROP TRIGGER %s%s ON %s" % (self.exists(0.3), name, table.name),
                            "ALTER TRIGGER %s ON %s RENAME TO other" % (name, table.name))
        return "CREATE %sTRIGGER %s %s ON %s FOR EACH %s EXECUTE PROCEDURE touch()" % (
            self.maybe("CONSTRAINT ", 0.05), self.new("n"), self.one("BEFORE INSERT", "AFTER UPDATE", "AFTER DELETE", "INSTEAD OF INSERT", "AFTER TRUNCATE"), table.name, self.one("ROW", "ROW", "STATEMENT"))

    def policy(self):
        table = self.table()
        if table.policies and self.chance(0.5):
            name = self.of(table.policies)
            return self.one("DROP POLICY %s%s ON %s" % (self.exists(0.3), name, table.name),
                            "ALTER POLICY %s ON %s USING (%s)" % (name, table.name, self.schema.policy_condition(table)),
                            "ALTER POLICY %s ON %s TO alice" % (name, table.name))
        return "CREATE POLICY %s ON %s %sUSING (%s)" % (self.new("n"), table.name, self.maybe("FOR SELECT ", 0.4), self.schema.policy_condition(table))

    def rule(self):
        table = self.table()
        if table.rules and self.chance(0.6):
            name = self.of(table.rules)
            return self.one("DROP RULE %s ON %s", "DROP RULE IF EXISTS %s ON %s", "ALTER RULE %s ON %s RENAME TO other") % (name, table.name)
        return "CREATE %sRULE %s AS ON %s TO %s DO %s" % (self.maybe("OR REPLACE ", 0.3), self.new("n"), self.one("INSERT", "UPDATE", "DELETE"),
                                                          table.name, self.one("ALSO NOTHING", "INSTEAD NOTHING", "INSTEAD DELETE FROM %s" % self.table().name))

    def sequence(self):
        name = self.of(self.schema.sequences)
        if not name:
            return "CREATE SEQUENCE %s" % self.new("n")
        table = self.table()
        return self.one("ALTER SEQUENCE %s RESTART", "ALTER SEQUENCE %s INCREMENT BY 5", "ALTER SEQUENCE %s OWNED BY NONE", "ALTER SEQUENCE %s AS integer",
                        "DROP SEQUENCE %s", "DROP SEQUENCE %s CASCADE", "SELECT setval('%s', 10)", "ALTER SEQUENCE %s RENAME TO other",
                        "ALTER SEQUENCE %s OWNER TO alice", "ALTER SEQUENCE %s SET SCHEMA public",
                        "ALTER SEQUENCE %s OWNED BY " + "%s.%s" % (table.name, self.column(table).name)).replace("%s", name)

    def statistics(self):
        table = self.table()
        if self.schema.statistics and self.chance(0.5):
            name = self.of(self.schema.statistics)
            return self.one("DROP STATISTICS %s", "DROP STATISTICS IF EXISTS %s", "ALTER STATISTICS %s SET STATISTICS 100", "ALTER STATISTICS %s RENAME TO other") % name
        columns = self.some(table.columns, 2, 2)
        return "CREATE STATISTICS %s ON %s FROM %s" % (self.new("n"), ", ".join(c.name for c in columns), table.name)

    def publication(self):
        table = self.table()
        if not self.schema.publications:
            return "CREATE PUBLICATION %s FOR %s" % (self.new("n"), self.one("ALL TABLES", "TABLE " + table.name, "TABLES IN SCHEMA public"))
        name = self.of(self.schema.publications)
        return self.one("ALTER PUBLICATION %s ADD TABLE " + table.name, "ALTER PUBLICATION %s DROP TABLE " + table.name, "ALTER PUBLICATION %s SET TABLE " + table.name,
                        "DROP PUBLICATION %s", "ALTER PUBLICATION %s SET (publish = 'insert')", "ALTER PUBLICATION %s RENAME TO other").replace("%s", name)

    def condition(self, table):
        column = table.partition_column if table.partition_column and self.chance(0.6) else self.column(table)
        return "%s %s %s" % (column.name, self.one("=", "=", "IS DISTINCT FROM"), self.literal_of(column.group) if self.chance(0.9) else "NULL")

    def dml(self):
        table = self.table()
        column = self.of(table.plain()) or table.columns[0]
        kind = self.one("update", "update", "delete", "insert", "select", "merge" if not self.realistic or self.chance(0.1) else "update")
        where = self.maybe(" WHERE " + self.condition(table), 0.7)
        if kind == "update":
            return "UPDATE %s%s SET %s = %s%s" % (self.only(table), table.name, column.name, self.literal_of(column.group), where)
        if kind == "delete":
            return "DELETE FROM %s%s%s" % (self.only(table), table.name, where)
        if kind == "insert":
            columns = [c for c in table.plain() if c.not_null or self.chance(0.6)]
            if not columns:
                return "INSERT INTO %s DEFAULT VALUES" % table.name
            return "INSERT INTO %s (%s) VALUES (%s)%s" % (table.name, ", ".join(c.name for c in columns), ", ".join(self.literal_of(c.group) for c in columns),
                                                          self.maybe(self.on_conflict(table, column), 0.2))
        if kind == "merge":
            return "MERGE INTO %s t USING %s s ON t.%s IS NULL WHEN MATCHED THEN DELETE" % (table.name, self.table().name, column.name)
        return "SELECT count(*) FROM %s%s%s" % (self.only(table), table.name, where)

    def on_conflict(self, table, column):
        key = self.of(table.keys)
        target = " (%s)" % ", ".join(c.name for c in key[1]) if key else ""
        if not target or self.chance(0.5):
            return " ON CONFLICT%s DO NOTHING" % target
        return " ON CONFLICT%s DO UPDATE SET %s = excluded.%s" % (target, column.name, column.name)

    def query(self):
        """Of several relations."""
        table, other = self.table(0.2), self.table()
        column, its = self.of(table.plain()) or table.columns[0], self.of(other.plain()) or other.columns[0]
        return self.one(
            "SELECT * FROM {t} FOR UPDATE", "SELECT 1 FROM {t} a, {o} b FOR SHARE OF a", "SELECT * FROM {t} a JOIN {o} b ON a.{c} IS NULL LIMIT 1",
            "WITH w AS (DELETE FROM {t} WHERE {c} IS NULL RETURNING 1) SELECT count(*) FROM w", "WITH w AS (SELECT * FROM {o}) SELECT 1 FROM w, {t}",
            "UPDATE {t} SET {c} = NULL FROM {o} b WHERE b.{i} IS NULL AND {t}.{c} IS NULL", "DELETE FROM {t} USING {o} b WHERE b.{i} IS NULL",
            "INSERT INTO {t} ({c}) SELECT NULL FROM {o} WHERE false", "SELECT (SELECT count(*) FROM {o}) FROM {t}", "EXPLAIN SELECT * FROM {t} a, {o} b",
            "EXPLAIN DELETE FROM {t}", "SELECT 1 FROM {t} WHERE EXISTS (SELECT 1 FROM {o} WHERE {i} IS NULL)", "UPDATE {t} SET {c} = DEFAULT",
            "DELETE FROM {t} WHERE {c} IN (SELECT {c} FROM {t})", "PREPARE {p} AS SELECT * FROM {t} a, {o} b", "TABLE {t}").format(
                t=table.name, o=other.name, c=column.name, i=its.name, p=self.new("p"))

    def call(self):
        return self.of(self.schema.calls)

    # -- statements that name no relation, or another kind of one

    def move_all(self):
        return "ALTER %s ALL IN TABLESPACE %s SET TABLESPACE %s" % (self.one("TABLE", "INDEX", "MATERIALIZED VIEW"), *self.one(
            ("pg_default", "ts1"), ("pg_default", "ts1"), ("ts1", "pg_default")))

    def owned(self):
        return self.one("DROP OWNED BY alice", "DROP OWNED BY bob CASCADE", "REASSIGN OWNED BY alice TO bob")

    def repack(self):
        table = self.table()
        return "REPACK %s%s" % (table.name, self.maybe(" USING INDEX " + (self.of(table.indexes) or ""), 0.3))

    def extension(self):
        name = self.of(self.schema.extensions)
        return "CREATE EXTENSION IF NOT EXISTS citext" if not name else self.one("CREATE EXTENSION IF NOT EXISTS %s", "DROP EXTENSION IF EXISTS %s", "DROP EXTENSION IF EXISTS %s CASCADE",
                        "DROP EXTENSION %s", "COMMENT ON EXTENSION %s IS 'x'") % name

    def foreign(self):
        name = self.of(self.schema.foreign)
        return name and self.one("ALTER FOREIGN TABLE %s ADD COLUMN extra integer", "DROP FOREIGN TABLE %s", "DROP TABLE %s", "ALTER FOREIGN TABLE %s RENAME TO other",
                                 "DROP SERVER far CASCADE", "DROP SERVER far", "ALTER TABLE %s ALTER COLUMN id SET NOT NULL", "CREATE INDEX ON %s (id)",
                                 "ALTER TABLE %s ADD PRIMARY KEY (id)", "ALTER TABLE %s ALTER COLUMN id TYPE integer", "TRUNCATE %s",
                                 "COMMENT ON FOREIGN TABLE %s IS 'x'", "ALTER FOREIGN TABLE %s OWNER TO alice").replace("%s", name)

    def by_another_name(self):
        """ALTER TABLE takes what is no table; other statements do not."""
        name = self.one(self.of(self.schema.views), self.of(self.schema.materialized), self.of(self.schema.sequences), self.index(),
                        self.table().name)
        return name and self.one(
            "ALTER TABLE %s RENAME TO other", "ALTER TABLE %s OWNER TO bob", "ALTER TABLE %s SET SCHEMA public", "ALTER INDEX %s RENAME TO other",
            "ALTER VIEW %s RENAME TO other", "ALTER SEQUENCE %s RENAME TO other", "ALTER TABLE %s SET TABLESPACE ts1", "DROP VIEW %s", "DROP INDEX %s",
            "DROP SEQUENCE %s", "ALTER TABLE %s RENAME COLUMN id TO other", "COMMENT ON VIEW %s IS 'x'", "GRANT SELECT ON %s TO alice",
            "LOCK TABLE %s", "VACUUM %s", "ANALYZE %s", "TRUNCATE %s", "CREATE INDEX ON %s (id)", "SELECT * FROM %s LIMIT 1", "REINDEX TABLE %s",
            "CREATE RULE r AS ON INSERT TO %s DO INSTEAD NOTHING", "CREATE STATISTICS s ON id, name FROM %s", "ALTER TABLE %s RESET (fillfactor)",
            "COPY %s TO STDOUT", "CLUSTER %s").replace("%s", name)

    def do(self):
        inner = self.alter_table() if self.chance(0.6) else self.one(self.create_index, self.drop_table, self.dml, self.create_table)()
        if inner is None:
            return None
        inner = inner if isinstance(inner, str) else inner.sql
        if inner.startswith("SELECT"):
            inner = "PERFORM" + inner[6:]
        quoted = inner.replace("'", "''")
        return self.one("DO $$ BEGIN %s; END $$" % inner, "DO $$ BEGIN EXECUTE '%s'; END $$" % quoted if not inner.startswith("PERFORM") else "DO $$ BEGIN %s; END $$" % inner,
                        "DO $$ BEGIN IF true THEN %s; END IF; END $$" % inner,
                        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'nothing') THEN %s; END IF; END $$" % inner,
                        "DO $$ BEGIN %s; EXCEPTION WHEN duplicate_object THEN NULL; END $$" % inner)

    def truncate(self):
        tables = {t.name: t for t in [self.table() for _ in range(self.one(1, 1, 2))]}
        first = next(iter(tables.values()))
        return "TRUNCATE %s%s%s%s" % (self.maybe("TABLE ", 0.5), self.only(first) if len(tables) == 1 else "", ", ".join(tables) + self.maybe(" RESTART IDENTITY", 0.2), self.cascade(0.4))

    def comment(self):
        table = self.table()
        return self.one("COMMENT ON TABLE %s IS 'x'" % table.name, "COMMENT ON TRIGGER %s ON %s IS 'x'" % (self.of(table.triggers) or "nothing", table.name),
                        "COMMENT ON POLICY %s ON %s IS 'x'" % (self.of(table.policies) or "nothing", table.name), "COMMENT ON COLUMN %s.%s IS 'x'" % (table.name, self.column(table).name),
                        "COMMENT ON INDEX %s IS 'x'" % self.index() if self.index() else "COMMENT ON SCHEMA public IS 'x'",
                        "COMMENT ON CONSTRAINT %s ON %s IS 'x'" % ((self.of(table.constraints) or ("nothing",))[0], table.name))

    def grant(self):
        table = self.table()
        return self.one("GRANT %s ON %s TO alice" % (self.one("SELECT", "ALL", "UPDATE"), table.name), "REVOKE ALL ON %s FROM alice" % table.name,
                        "GRANT SELECT (%s) ON %s TO bob" % (self.column(table).name, table.name), "GRANT SELECT ON ALL TABLES IN SCHEMA public TO bob",
                        "GRANT USAGE ON SCHEMA public TO alice", "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO bob")

    def vacuum(self):
        table = self.table()
        return self.one("VACUUM %s", "VACUUM (FULL) %s", "ANALYZE %s", "ANALYZE %s", "VACUUM (ANALYZE) %s") % table.name

    def reindex(self):
        table, index = self.table(), self.index()
        return self.one("REINDEX TABLE %s" % table.name, "REINDEX INDEX %s" % (index or "x"), "REINDEX TABLE CONCURRENTLY %s" % table.name,
                        "REINDEX INDEX CONCURRENTLY %s" % (index or "x"), "REINDEX SCHEMA public")

    def cluster(self):
        table = self.table()
        return "CLUSTER %s%s" % (table.name, " USING " + self.of(table.indexes) if table.indexes and self.chance(0.8) else "")

    def lock(self):
        table = self.table()
        return "LOCK TABLE %s%s IN %s MODE" % (self.only(table), table.name, self.one("ACCESS SHARE", "SHARE", "ACCESS EXCLUSIVE", "EXCLUSIVE", "ROW EXCLUSIVE"))

    def schema_name(self):
        return self.of(self.schema.namespaces) or "public"

    def namespace(self):
        return self.one("CREATE SCHEMA " + self.new("n"), "CREATE SCHEMA IF NOT EXISTS app", "DROP SCHEMA %s" % self.schema_name(), "DROP SCHEMA %s CASCADE" % self.schema_name(),
                        "ALTER SCHEMA %s RENAME TO other" % self.schema_name())

    def drop_other(self):
        table = self.table()
        return self.one("DROP SCHEMA %s CASCADE" % self.schema_name(), "DROP FUNCTION touch() CASCADE",
                        "DROP TYPE IF EXISTS nothing", "DROP FOREIGN TABLE IF EXISTS nothing", "DROP MATERIALIZED VIEW IF EXISTS nothing",
                        "DROP TRIGGER IF EXISTS nothing ON " + table.name)

    def copy(self):
        table = self.table()
        return "COPY %s %s" % (table.name, self.one("TO STDOUT", "FROM STDIN"))
