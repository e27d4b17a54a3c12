"""Random statements about a schema of random_schema.py: DDL of every kind, some DML, blocks that run DDL.

Two mixes: `realistic` draws kinds as often as migrations have them, `uniform` all kinds alike. A statement keeps its clauses
apart, so that whoever shrinks it can leave some out. Words of SQL are in capitals, names and types are not.
"""
from dataclasses import dataclass, field

from random_schema import Column, Table

# of a hundred statements of migrations, about
REALISTIC = {
    "alter_table": 42, "create_table": 10, "create_index": 12, "drop_index": 4, "drop_table": 4, "rename": 4, "enum": 3,
    "create_view": 3, "drop_view": 2, "function": 2, "trigger": 2, "policy": 2, "dml": 7, "do": 2, "truncate": 1,
    "comment": 1.5, "grant": 1.5, "sequence": 1, "materialized": 1, "refresh": 0.5, "vacuum": 0.3, "reindex": 0.4,
    "statistics": 0.4, "publication": 0.3, "domain": 0.6, "rule": 0.3, "drop_other": 1.5, "lock": 0.5, "cluster": 0.2,
    "alter_index": 0.5, "composite": 0.4, "alter_view": 0.5, "namespace": 0.5, "create_as": 0.5, "copy": 0.1,
}
CLAUSES = {
    "add_column": 30, "drop_column": 9, "add_foreign_key": 8, "add_unique": 4, "add_check": 5, "add_primary": 1.5,
    "set_not_null": 7, "drop_not_null": 4, "set_default": 6, "drop_default": 3, "type": 10, "drop_constraint": 7,
    "validate": 2, "add_not_null": 0.5, "owner": 0.7, "row_security": 1.5, "reloptions": 1, "trigger_state": 1,
    "inherit": 0.3, "identity": 1, "replica_identity": 0.5, "cluster_on": 0.3, "logged": 0.6, "tablespace": 0.3,
    "statistics_target": 0.5, "storage": 0.3, "expression": 0.3, "rule_state": 0.1, "add_exclusion": 0.1,
    "add_using_index": 0.8, "alter_constraint": 0.3, "access_method": 0.1, "of_type": 0.1, "column_options": 0.2,
}
ALONE = {"attach": 3, "detach": 3, "rename_column": 4, "rename_constraint": 1, "rename_table": 3, "set_schema": 1.5}
ROLES = ["alice", "bob"]


@dataclass
class Drawn:
    kind: str
    head: str
    clauses: list = field(default_factory=list)
    tail: str = ""

    @property
    def sql(self):
        return self.head + ", ".join(self.clauses) + self.tail


class Statements:
    """About one schema. What it draws does not run, so the schema stays as it is."""

    def __init__(self, schema, mix):
        self.schema, self.realistic = schema, mix == "realistic"
        self.one, self.of, self.chance, self.maybe = schema.one, schema.of, schema.chance, schema.maybe
        self.some, self.new = schema.some, schema.new

    def draw(self, weights):
        return self.schema.weighted(weights if self.realistic else dict.fromkeys(weights, 1))

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

    # -- ALTER TABLE

    def alter_table(self):
        table = self.table()
        if self.chance(0.12 if self.realistic else 0.2):
            kind = self.draw(ALONE)
            text = getattr(self, kind)(table)
            return text and Drawn("alter_table " + kind, text)
        count = self.one(1, 1, 1, 1, 2, 2, 3) if self.realistic else self.one(1, 1, 2, 2, 3, 4, 5)
        clauses, kinds = [], []
        for _ in range(count):
            kind = self.draw(CLAUSES)
            clause = getattr(self, kind)(table)
            if clause and clause not in clauses:
                clauses.append(clause)
                kinds.append(kind)
        return Drawn("alter_table", "ALTER TABLE %s%s%s " % (self.exists(), self.only(table), table.name), clauses) if clauses else None

    def literal_of(self, group):
        return self.schema.value(group)

    def new_column(self, table):
        kind, group = self.schema.type()
        name = self.new("n") if self.chance(0.97) else self.column(table).name
        return name, kind, group

    def add_column(self, table):
        name, kind, group = self.new_column(table)
        head = "ADD COLUMN %s%s " % (self.maybe("IF NOT EXISTS ", 0.1), name)
        if self.chance(0.06):
            return head + self.one("serial", "bigserial", "bigint GENERATED ALWAYS AS IDENTITY",
                                   "bigint GENERATED BY DEFAULT AS IDENTITY", "bigserial PRIMARY KEY")
        if self.chance(0.05):
            number = self.of([c for c in table.columns if c.group == "integer"])
            if number:
                return head + "bigint GENERATED ALWAYS AS (%s + 1) %s" % (number.name, self.one("STORED", "STORED", "VIRTUAL"))
        parts = [kind]
        if self.chance(0.3):
            parts.append("DEFAULT " + self.default(group))
        if self.chance(0.25):
            parts.append("NOT NULL")
        if self.chance(0.08):
            parts.append(self.one("CHECK (%s IS NOT NULL)", "CHECK (%s IS NOT NULL) NO INHERIT", "UNIQUE") .replace("%s", name))
        if self.chance(0.1) and group in ("integer", "text", "uuid"):
            other = self.of([(t, columns) for t in self.schema.tables for _, columns in t.keys if len(columns) == 1 and columns[0].group == group])
            if other:
                parts.append("REFERENCES %s%s%s" % (other[0].name, self.maybe(" (%s)" % other[1][0].name),
                                                    self.maybe(" ON DELETE CASCADE", 0.3)))
        return head + " ".join(parts)

    def default(self, group):
        if group == "integer":
            return self.one("0", "1", "1", "some_number()", "plus_one(1)", "(random() * 10)::integer")
        if group == "time":
            return self.one("now()", "CURRENT_TIMESTAMP", "'2024-01-01'", "clock_timestamp()", "CURRENT_DATE")
        if group == "uuid":
            return self.one("md5('a')::uuid", "md5(random()::text)::uuid")
        if group == "text":
            return self.one("''", "'a'", "'x'::text", "md5(random()::text)", "CURRENT_USER", "upper('a')")
        return self.literal_of(group)

    def drop_column(self, table):
        return "DROP COLUMN %s%s%s" % (self.exists(0.15), self.column(table).name, self.cascade())

    def constraint_name(self, kind):
        return self.maybe("CONSTRAINT %s " % self.new(kind), 0.85)

    def add_foreign_key(self, table):
        line = self.schema.foreign_key(table)
        return line and "ADD %s%s%s" % (self.constraint_name("k"), line, self.maybe(" NOT VALID", 0.35))

    def add_unique(self, table):
        columns = self.some(self.schema.comparable(table) or table.columns, 1, 2)
        if table.partition_column and self.chance(0.8) and table.partition_column not in columns:
            columns.append(table.partition_column)
        return "ADD %sUNIQUE%s (%s)" % (self.constraint_name("k"), self.maybe(" NULLS NOT DISTINCT", 0.05), ", ".join(c.name for c in columns))

    def add_primary(self, table):
        columns = self.some(self.schema.comparable(table) or table.columns, 1, 2)
        return "ADD %sPRIMARY KEY (%s)" % (self.constraint_name("k"), ", ".join(c.name for c in columns))

    def add_using_index(self, table):
        index = self.of(table.indexes)
        return index and "ADD %s%s USING INDEX %s" % (self.constraint_name("k"), self.one("UNIQUE", "PRIMARY KEY"), index)

    def add_check(self, table):
        return "ADD %sCHECK (%s)%s" % (self.constraint_name("k"), self.schema.check(table),
                                       self.one("", "", " NOT VALID", " NOT VALID", " NO INHERIT"))

    def add_not_null(self, table):
        return "ADD %sNOT NULL %s%s" % (self.constraint_name("k"), self.column(table).name, self.one("", " NOT VALID", " NO INHERIT"))

    def add_exclusion(self, table):
        column = self.of([c for c in table.columns if c.group == "range"])
        return "ADD %sEXCLUDE USING gist (%s WITH &&)" % (self.constraint_name("k"), column.name) if column else None

    def drop_constraint(self, table):
        constraint = self.of(table.constraints)
        return constraint and "DROP CONSTRAINT %s%s%s" % (self.exists(0.15), constraint[0], self.cascade())

    def validate(self, table):
        constraint = self.of([c for c in table.constraints if c[1] in "cf"] or table.constraints)
        return constraint and "VALIDATE CONSTRAINT " + constraint[0]

    def alter_constraint(self, table):
        constraint = self.of([c for c in table.constraints if c[1] == "f"])
        return constraint and "ALTER CONSTRAINT %s %s" % (constraint[0], self.one(
            "DEFERRABLE", "NOT DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED", "NOT ENFORCED", "ENFORCED", "INHERIT"))

    def alter_column(self, table, what):
        return "ALTER COLUMN %s %s" % (self.column(table).name, what)

    def set_not_null(self, table):
        return self.alter_column(table, "SET NOT NULL")

    def drop_not_null(self, table):
        return self.alter_column(table, "DROP NOT NULL")

    def set_default(self, table):
        column = self.column(table)
        return "ALTER COLUMN %s SET DEFAULT %s" % (column.name, self.default(column.group))

    def drop_default(self, table):
        return self.alter_column(table, "DROP DEFAULT")

    def type(self, table):
        column = self.column(table)
        group = column.group if self.chance(0.7) else None
        kind, drawn = self.schema.type(group)
        using = ""
        if drawn != column.group:
            using = " USING %s::text::%s" % (column.name, kind.split(" COLLATE")[0])
        elif self.chance(0.15):
            using = " USING " + self.one(column.name, column.name, "NULL")
        return "ALTER COLUMN %s %sTYPE %s%s" % (column.name, self.maybe("SET DATA ", 0.2), kind, using)

    def identity(self, table):
        return self.alter_column(table, self.one("ADD GENERATED ALWAYS AS IDENTITY", "ADD GENERATED BY DEFAULT AS IDENTITY",
                                                 "DROP IDENTITY", "DROP IDENTITY IF EXISTS", "SET GENERATED ALWAYS", "RESTART"))

    def expression(self, table):
        return self.alter_column(table, self.one("DROP EXPRESSION", "DROP EXPRESSION IF EXISTS", "SET EXPRESSION AS (%s + 2)" % self.column(table).name))

    def statistics_target(self, table):
        return self.alter_column(table, "SET STATISTICS 100")

    def storage(self, table):
        return self.alter_column(table, self.one("SET STORAGE EXTERNAL", "SET STORAGE MAIN", "SET COMPRESSION pglz"))

    def column_options(self, table):
        return self.alter_column(table, self.one("SET (n_distinct = 5)", "RESET (n_distinct)"))

    def owner(self, table):
        return "OWNER TO " + self.of(ROLES)

    def row_security(self, table):
        return self.one("ENABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY",
                        "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY")

    def reloptions(self, table):
        return self.one("SET (fillfactor = 70)", "RESET (fillfactor)", "SET (autovacuum_enabled = false)",
                        "SET (toast_tuple_target = 200)", "SET (parallel_workers = 2)", "SET (user_catalog_table = true)")

    def trigger_state(self, table):
        return "%s TRIGGER %s" % (self.one("ENABLE", "DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"),
                                  self.of(table.triggers + ["ALL", "USER"]))

    def rule_state(self, table):
        rule = self.of(table.rules)
        return rule and "%s RULE %s" % (self.one("ENABLE", "DISABLE", "ENABLE ALWAYS"), rule)

    def inherit(self, table):
        if table.parents and self.chance(0.6):
            return "NO INHERIT " + self.of(table.parents).name
        return "%sINHERIT %s" % (self.maybe("NO ", 0.1), self.table().name)

    def replica_identity(self, table):
        return "REPLICA IDENTITY " + (self.one("FULL", "NOTHING", "DEFAULT") if not table.indexes or self.chance(0.5)
                                      else "USING INDEX " + self.of(table.indexes))

    def cluster_on(self, table):
        return "CLUSTER ON " + self.of(table.indexes) if table.indexes and self.chance(0.7) else "SET WITHOUT CLUSTER"

    def logged(self, table):
        return self.one("SET LOGGED", "SET UNLOGGED")

    def tablespace(self, table):
        return "SET TABLESPACE " + self.one("ts1", "ts1", "pg_default")

    def access_method(self, table):
        return "SET ACCESS METHOD heap"

    def of_type(self, table):
        return "OF " + self.of(self.schema.composites) if self.schema.composites and self.chance(0.6) else "NOT OF"

    # alone

    def attach(self, table):
        roots = [t for t in self.schema.tables if t.partition_by]
        if not roots:
            return None
        root = self.of(roots)
        others = [t for t in self.schema.tables if t.columns[0].type == root.columns[0].type and len(t.columns) == len(root.columns)
                  and t not in root.children]
        bound = self.of(self.schema.bounds(root, 5)) if self.chance(0.8) else "DEFAULT"
        return "ALTER TABLE %s ATTACH PARTITION %s %s" % (root.name, (self.of(others) or self.table()).name, bound)

    def detach(self, table):
        parts = [t for t in self.schema.tables if t.bound]
        if not parts:
            return None
        part = self.of(parts)
        return "ALTER TABLE %s DETACH PARTITION %s%s" % (part.parents[0].name, part.name, self.maybe(self.one(" CONCURRENTLY", " FINALIZE"), 0.12))

    def rename_column(self, table):
        return "ALTER TABLE %s%s%s RENAME COLUMN %s TO %s" % (self.exists(), self.only(table), table.name, self.column(table).name, self.new("n"))

    def rename_constraint(self, table):
        constraint = self.of(table.constraints)
        return constraint and "ALTER TABLE %s%s RENAME CONSTRAINT %s TO %s" % (self.only(table), table.name, constraint[0], self.new("n"))

    def rename_table(self, table):
        return "ALTER TABLE %s%s RENAME TO %s" % (self.exists(), table.name, self.new("n"))

    def set_schema(self, table):
        return "ALTER TABLE %s%s SET SCHEMA %s" % (self.exists(), table.name, self.of(self.schema.namespaces + ["public"]))

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
        return "%s" % self.one("ALTER DOMAIN %s SET NOT NULL", "ALTER DOMAIN %s DROP NOT NULL", "ALTER DOMAIN %s SET DEFAULT NULL",
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
                                                          self.maybe(" ON CONFLICT DO NOTHING", 0.2))
        if kind == "merge":
            return "MERGE INTO %s t USING %s s ON t.%s IS NULL WHEN MATCHED THEN DELETE" % (table.name, self.table().name, column.name)
        return "SELECT count(*) FROM %s%s%s" % (self.only(table), table.name, where)

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
        return self.one("COMMENT ON TABLE %s IS 'x'" % table.name, "COMMENT ON COLUMN %s.%s IS 'x'" % (table.name, self.column(table).name),
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
        return self.one("DROP OWNED BY alice", "DROP SCHEMA %s CASCADE" % self.schema_name(), "DROP FUNCTION touch() CASCADE",
                        "DROP TYPE IF EXISTS nothing", "DROP FOREIGN TABLE IF EXISTS nothing", "DROP MATERIALIZED VIEW IF EXISTS nothing",
                        "DROP TRIGGER IF EXISTS nothing ON " + table.name)

    def copy(self):
        table = self.table()
        return "COPY %s TO STDOUT" % table.name
