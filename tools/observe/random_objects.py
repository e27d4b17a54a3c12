"""What hangs on the tables of a random schema: views, triggers, policies, rules, functions and the like."""
from random_parts import Column


class Objects:
    def ordinary(self):
        return self.of([table for table in self.tables if not table.temporary]) or self.tables[0]

    # -- views

    def make_view(self):
        source = self.of(self.views + self.materialized) if self.views and self.chance(0.4) else None
        name = self.new("v")
        if source:
            self.add("CREATE VIEW %s AS SELECT * FROM %s" % (name, source))
        else:
            table = self.ordinary()
            columns = self.some(table.columns, 1, 3)
            other = self.ordinary()
            self.add("CREATE VIEW %s%s AS SELECT %s FROM %s t%s%s" % (
                name, self.maybe(" WITH (security_barrier)", 0.05), ", ".join("t." + c.name for c in columns), table.name,
                self.maybe(", %s o" % other.name, 0.2), self.maybe(" WHERE t.%s IS NOT NULL" % self.of(table.columns).name, 0.4)))
        self.views.append(name)

    def make_other_view(self):
        """One that shows no rows as they are."""
        table, other, name = self.ordinary(), self.ordinary(), self.new("v")
        column = self.of(table.columns)
        self.add("CREATE VIEW %s AS %s" % (name, self.one(
            "SELECT count(*) AS n FROM {t}", "SELECT {c} AS c FROM {t} GROUP BY {c}", "SELECT {c}::text AS c FROM {t} UNION ALL SELECT 'x'",
            "WITH w AS (SELECT * FROM {t}) SELECT count(*) AS n FROM w, {o}", "SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM {t})",
            "SELECT t.{c} FROM {t} t LEFT JOIN {o} o ON true", "SELECT * FROM {t} LIMIT 3").format(
                t=table.name, o=other.name, c=column.name)))
        self.views.append(name)

    def make_materialized(self):
        table, name = self.ordinary(), self.new("mv")
        if self.chance(0.2) and self.views + self.materialized:
            self.add("CREATE MATERIALIZED VIEW %s AS SELECT * FROM %s" % (name, self.of(self.views + self.materialized)))
            self.materialized.append(name)
            return
        columns = self.some(table.columns, 1, 3)
        self.add("CREATE MATERIALIZED VIEW %s AS SELECT %s FROM %s%s" % (
            name, ", ".join(c.name for c in columns), table.name, self.maybe(" WITH NO DATA", 0.1)))
        if columns[0] in self.comparable(table) and self.chance(0.5):
            self.add("CREATE UNIQUE INDEX %s ON %s (%s)" % (self.new("ix"), name, columns[0].name))
        elif self.chance(0.3):
            self.add("CREATE INDEX %s ON %s (%s)" % (self.new("ix"), name, columns[0].name))
        self.materialized.append(name)

    # -- triggers, policies, rules

    def make_trigger(self):
        table, name = self.ordinary(), self.new("tr")
        column = self.of(table.columns)
        event = self.one("BEFORE INSERT", "AFTER UPDATE", "BEFORE UPDATE OF " + column.name, "AFTER INSERT OR DELETE")
        when = " WHEN (NEW.%s IS NOT NULL)" % column.name if "DELETE" not in event and self.chance(0.2) else ""
        self.add("CREATE TRIGGER %s %s ON %s FOR EACH ROW%s EXECUTE PROCEDURE touch()" % (name, event, table.name, when))
        table.triggers.append(name)

    def make_other_trigger(self):
        table, name, other = self.ordinary(), self.new("tr"), self.ordinary()
        self.add(self.one(
            "CREATE TRIGGER {n} AFTER INSERT ON {t} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE PROCEDURE touch()",
            "CREATE CONSTRAINT TRIGGER {n} AFTER INSERT ON {t} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE PROCEDURE touch()",
            "CREATE CONSTRAINT TRIGGER {n} AFTER UPDATE ON {t} FROM {o} FOR EACH ROW EXECUTE PROCEDURE touch()",
            "CREATE TRIGGER {n} BEFORE TRUNCATE ON {t} EXECUTE PROCEDURE touch()").format(n=name, t=table.name, o=other.name))
        table.triggers.append(name)
        if self.chance(0.3):
            self.add("ALTER TABLE %s DISABLE TRIGGER %s" % (table.name, name))
        if self.views and self.chance(0.4):
            self.add("CREATE TRIGGER %s INSTEAD OF INSERT ON %s FOR EACH ROW EXECUTE PROCEDURE touch()" % (
                self.new("tr"), self.of(self.views)))

    def make_policy(self):
        table, name = self.ordinary(), self.new("po")
        self.add("CREATE POLICY %s ON %s%s%s USING (%s)" % (
            name, table.name, self.maybe(self.one(" FOR SELECT", " FOR DELETE", " AS RESTRICTIVE"), 0.3),
            self.maybe(" TO " + self.one("alice", "bob", "alice, bob"), 0.3), self.policy_condition(table)))
        if self.chance(0.6):
            self.add("ALTER TABLE %s ENABLE ROW LEVEL SECURITY" % table.name)
        table.policies.append(name)

    def policy_condition(self, table):
        other = self.ordinary()
        return self.one(self.check(table), self.check(table), "EXISTS (SELECT 1 FROM %s)" % other.name)

    def make_rule(self):
        table, name = self.ordinary(), self.new("ru")
        other = self.ordinary()
        self.add("CREATE RULE %s AS ON %s TO %s%s DO %s" % (
            name, self.one("INSERT", "UPDATE", "DELETE"), table.name, self.maybe(" WHERE 1 > 2", 0.15),
            self.one("ALSO NOTHING", "INSTEAD NOTHING", "ALSO DELETE FROM %s WHERE false" % other.name, "ALSO NOTIFY changes")))
        table.rules.append(name)

    # -- statistics, publications, sequences

    def make_statistics(self):
        table, name = self.ordinary(), self.new("st")
        columns = self.comparable(table)
        if len(columns) >= 2:
            what = self.one("{0}, {1}", "{0}, {1}", "({0}::text), {1}", "(length({0}::text))").format(columns[0].name, columns[1].name)
            self.add("CREATE STATISTICS %s%s ON %s FROM %s" % (name, self.maybe(" (ndistinct)", 0.2), what, table.name))
            self.statistics.append(name)

    def make_publication(self):
        name, table = self.new("pub"), self.ordinary()
        self.add("CREATE PUBLICATION %s FOR %s" % (name, self.one(
            "TABLE " + table.name, "TABLE " + table.name, "TABLE ONLY " + table.name, "ALL TABLES", "TABLES IN SCHEMA public",
            "TABLE %s (%s)" % (table.name, self.of(table.columns).name), "TABLE %s WHERE (%s)" % (table.name, self.check(table)))))
        self.publications.append(name)

    def make_event_trigger(self):
        """One that does nothing, when something is made, dropped or rewritten."""
        name = self.new("ev")
        self.add("CREATE FUNCTION watched() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$")
        self.add("CREATE EVENT TRIGGER %s ON %s EXECUTE PROCEDURE watched()" % (name, self.one("ddl_command_end", "ddl_command_start", "sql_drop", "table_rewrite")))
        self.event_triggers.append(name)

    def make_sequence(self):
        name = self.new("seq")
        self.add("CREATE SEQUENCE " + name)
        self.sequences.append(name)
        table = self.ordinary()
        column = self.of([c for c in table.plain() if c.group == "integer"])
        if column and self.chance(0.6):
            self.add("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval('%s')" % (table.name, column.name, name))
        if column and self.chance(0.3):
            self.add("ALTER SEQUENCE %s OWNED BY %s.%s" % (name, table.name, column.name))

    # -- tables of their own, and what came later to one

    def make_temporary(self):
        self.make_table("TEMP ")

    def make_unlogged(self):
        self.make_table("UNLOGGED ")

    def make_late_key(self):
        """A foreign key that came later, perhaps not validated, perhaps from or to a tree."""
        table = self.of([t for t in self.tables if not t.temporary])
        line = self.foreign_key(table)
        if line:
            self.add("ALTER TABLE %s ADD CONSTRAINT %s %s%s" % (table.name, self.constraint(table, "f"), line,
                                                                self.one("", "", " NOT VALID", " NOT VALID", " NOT ENFORCED")))

    def make_late_check(self):
        table = self.ordinary()
        self.add("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s)%s" % (table.name, self.constraint(table, "c"), self.check(table),
                                                                    self.one("", " NOT VALID", " NOT VALID", " NO INHERIT", " NOT ENFORCED")))

    def make_late_not_null(self):
        """18 has it as a constraint with a name."""
        table = self.ordinary()
        self.add("ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s%s" % (
            table.name, self.constraint(table, "n"), self.of(table.columns).name, self.one("", " NOT VALID", " NOT VALID", " NO INHERIT")))

    def make_marks(self):
        """What ALTER TABLE leaves on a table: owner, order, replica identity, options."""
        table = self.ordinary()
        index, column = self.of(table.indexes), self.of(table.columns)
        of_index = ["CLUSTER ON %s" % index, "REPLICA IDENTITY USING INDEX %s" % index] if index else []
        self.add("ALTER TABLE %s %s" % (table.name, self.one(
            *of_index, "OWNER TO " + self.one("alice", "bob"), "REPLICA IDENTITY FULL", "SET (autovacuum_enabled = false)", "SET TABLESPACE ts1",
            "ALTER COLUMN %s SET STATISTICS 50" % column.name,
            "ALTER COLUMN %s SET STORAGE EXTERNAL" % column.name, "FORCE ROW LEVEL SECURITY")))

    def make_row_of_table(self):
        """A column that holds rows of another table."""
        table, other = self.ordinary(), self.ordinary()
        column = Column(self.new("row"), other.name + self.maybe("[]", 0.3), "row:" + other.name)
        self.add("ALTER TABLE %s ADD COLUMN %s %s" % (table.name, column.name, column.type))
        table.columns.append(column)

    def make_foreign(self):
        """A table of another server, alone or among partitions or children."""
        if not self.has_server:
            self.add("CREATE FOREIGN DATA WRAPPER elsewhere")
            self.add("CREATE SERVER far FOREIGN DATA WRAPPER elsewhere")
            self.has_server = True
        name = self.new("foreign")
        parent = self.of([t for t in self.tables if t.partition_by == "RANGE"])
        if parent and self.chance(0.4):
            bound = self.bounds(parent, 8)[7]
            self.add("CREATE FOREIGN TABLE %s PARTITION OF %s %s SERVER far" % (name, parent.name, bound))
        else:
            self.add("CREATE FOREIGN TABLE %s (id bigint, name text) SERVER far" % name)
        self.foreign.append(name)

    def make_extension(self):
        """Types that an extension brings."""
        name = self.one("citext", "hstore")
        self.add("CREATE EXTENSION IF NOT EXISTS %s" % name)
        self.extensions.append(name)
        table = self.ordinary()
        column = Column(self.new("e"), name, "ext:" + name)
        self.add("ALTER TABLE %s ADD COLUMN %s %s" % (table.name, column.name, column.type))
        table.columns.append(column)
        if name == "citext" and self.chance(0.5):
            index = self.new("ix")
            self.add("CREATE INDEX %s ON %s (%s)" % (index, table.name, column.name))
            table.indexes.append(index)

    # -- functions

    def make_user_function(self):
        """A function that a default, an index or a view uses."""
        table, name = self.ordinary(), self.new("fn")
        head = "CREATE FUNCTION %s() RETURNS bigint LANGUAGE sql STABLE " % name
        count = "SELECT count(*) FROM %s" % table.name
        self.add(head + ("BEGIN ATOMIC %s; END" % count if self.chance(0.2) else "AS '%s'" % count.replace("'", "''")))
        self.functions.append(name + "()")
        if self.chance(0.5):
            view = self.new("v")
            self.add("CREATE VIEW %s AS SELECT %s() AS n" % (view, name))
            self.views.append(view)

    def make_used_function(self):
        """One that a table's own parts call."""
        table, name = self.ordinary(), self.new("fn")
        column = self.of([c for c in table.plain() if c.group == "integer"])
        if not column:
            return
        self.add("CREATE FUNCTION %s(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1; END $$" % name)
        self.functions.append(name + "(bigint)")
        index = self.new("ix")
        part = self.one("index", "check", "default", "policy", "statistics")
        self.add({"index": "CREATE INDEX {i} ON {t} ({f}({c}))", "check": "ALTER TABLE {t} ADD CONSTRAINT {i} CHECK ({f}({c}) > -1)",
                  "default": "ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {f}(1)", "policy": "CREATE POLICY {i} ON {t} USING ({f}({c}) > 0)",
                  "statistics": "CREATE STATISTICS {i} ON ({f}({c})), {c} FROM {t}"}[part].format(i=index, t=table.name, f=name, c=column.name))
        if part == "index":
            table.indexes.append(index)

    def make_procedure(self):
        """Bodies that change the schema when somebody calls them."""
        table, name = self.ordinary(), self.new("run")
        column = self.of(table.columns)
        body = self.one("ALTER TABLE {t} ADD COLUMN {n} integer", "CREATE INDEX {n} ON {t} ({c})", "DELETE FROM {t}", "TRUNCATE {t} CASCADE",
                        "ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT", "EXECUTE 'LOCK TABLE {t}'", "DROP TABLE {t} CASCADE").format(
            t=table.name, c=column.name, n=self.new("made"))
        if self.chance(0.5):
            self.add("CREATE FUNCTION %s() RETURNS void LANGUAGE plpgsql AS $$ BEGIN %s; END $$" % (name, body))
            self.calls.append("SELECT %s()" % name)
            self.functions.append(name + "()")
        else:
            self.add("CREATE PROCEDURE %s() LANGUAGE plpgsql AS $$ BEGIN %s; END $$" % (name, body))
            self.calls.append("CALL %s()" % name)
