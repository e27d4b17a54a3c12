"""Random schemas: tables of every sort, and what hangs on them. The same seed draws the same schema.

A schema is a list of statements. It also knows what it made, so that random_ddl.py can write statements about it. Not
everything that is drawn is valid, least of all on every version: who builds the schema leaves out what the server refuses.
"""
from random_objects import Objects
from random_parts import COLUMN_NAMES, COMMON, GROUPS, ODD_COLUMNS, ODD_NAMES, TABLE_NAMES, Column, Draw, Table
from random_trees import Trees


class Schema(Draw, Trees, Objects):
    def __init__(self, seed):
        super().__init__(seed)
        self.statements, self.rows = [], []
        self.tables, self.views, self.materialized, self.sequences = [], [], [], []
        self.enums, self.domains, self.composites = [], [], []      # [(name, labels)], [(name, group)], [name]
        self.functions, self.publications, self.statistics, self.namespaces = [], [], [], []
        self.extensions, self.event_triggers = [], []
        self.foreign, self.calls, self.has_server = [], [], False   # calls: statements that run bodies
        self.taken, self.number = set(), 0
        self.build()

    # -- names

    def new(self, prefix):
        self.number += 1
        return "%s%d" % (prefix, self.number)

    def fresh(self, names, odd, share):
        for _ in range(5):
            name = self.of(odd) if self.chance(share) else self.of(names)
            if name not in self.taken:
                self.taken.add(name)
                return name
        return self.new("t")

    def table_name(self):
        name = self.fresh(TABLE_NAMES, ODD_NAMES, 0.08)
        return self.of(self.namespaces) + "." + name if self.namespaces and self.chance(0.15) else name

    def add(self, sql):
        self.statements.append(sql)

    # -- types and columns

    def type(self, group=None):
        """(type, group)"""
        user = [(name, "enum:" + name) for name, _ in self.enums] + [(name, group) for name, group in self.domains]
        user += [(name, "composite:" + name) for name in self.composites]
        if group is None and user and self.chance(0.3):
            name, group = self.of(user)
            if self.chance(0.15):
                return name + "[]", "array:" + name
            return name, group
        group = group or (self.of(COMMON) if self.chance(0.85) else self.of(list(GROUPS)))
        if group in GROUPS:
            return self.of(GROUPS[group][0]), group
        return group.split(":", 1)[1] + ("[]" if group.startswith("array:") else ""), group

    def value(self, group):
        if group in GROUPS:
            return self.of(GROUPS[group][1])
        if group.startswith("enum:"):
            return self.of(dict(self.enums)[group[5:]])
        return "NULL"

    def column(self, names):
        while True:
            name = self.of(ODD_COLUMNS) if self.chance(0.06) else self.of(COLUMN_NAMES)
            if name not in names:
                break
            name = self.new("c")
            break
        names.add(name)
        return Column(name, *self.type())

    def definition(self, column, table):
        text = "%s %s" % (column.name, column.type)
        if self.chance(0.3):
            column.not_null = True
            text += " NOT NULL"
        if self.chance(0.2):
            text += " DEFAULT " + self.value(column.group)
        if column.group == "integer" and self.chance(0.08):
            source = self.of([other for other in table.columns
                              if other.group == "integer" and not other.computed and other is not column])
            if source and not column.not_null and "DEFAULT" not in text:
                column.computed = True
                return text + " GENERATED ALWAYS AS (%s + 1) %s" % (source.name, self.one("STORED", "STORED", "VIRTUAL"))
        if column.group == "text" and self.chance(0.05):
            source = self.of([other for other in table.columns if other.group == "text" and not other.computed and other is not column])
            if source and not column.not_null and "DEFAULT" not in text and "char(" not in column.type:
                column.computed = True
                return text + " GENERATED ALWAYS AS (upper(%s)) %s" % (source.name, self.one("STORED", "VIRTUAL"))
        return text

    def check(self, table, column=None):
        column = column or self.of(table.columns)
        if column.group == "integer" or column.group == "numeric":
            return self.one("%s > 0", "%s IS NOT NULL", "%s BETWEEN 0 AND 1000", "%s <> 5", "%s IN (1, 2, 7)") % column.name
        if column.group == "text":
            return self.one("%s <> ''", "length(%s) < 100", "%s IS NOT NULL", "%s IN ('a', 'b', 'x1')") % column.name
        if column.group == "time":
            return self.one("%s >= '2020-01-01'", "%s IS NOT NULL", "%s < '2030-01-01'") % column.name
        return "%s IS NOT NULL" % column.name

    # -- what there is

    def build(self):
        features = self.weighted_features()
        if "namespace" in features:
            for name in self.some(["app", '"Odd Schema"'], 1, 2):
                self.namespaces.append(name)
                self.add("CREATE SCHEMA " + name)
        self.make_functions()
        for feature in ("enum", "domain", "composite"):
            if feature in features:
                getattr(self, "make_" + feature)()
        for _ in range(self.random.randint(2, 4)):
            self.make_table()
        for feature in ("partitions", "inheritance", "typed"):
            if feature in features:
                getattr(self, "make_" + feature)()
        for feature in features:
            if feature in EXTRAS:
                for _ in range(self.random.randint(1, 2)):
                    getattr(self, "make_" + feature)()
        for table in self.tables:
            self.fill(table)
        for view in self.materialized:
            self.rows.append("REFRESH MATERIALIZED VIEW " + view)

    def weighted_features(self):
        wanted = self.some(list(FEATURES), 3, 9)
        if self.chance(0.5):   # what most is said about
            wanted.append("partitions")
        return [feature for feature in FEATURES if feature in wanted]

    def make_functions(self):
        self.add("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        self.add("CREATE FUNCTION plus_one(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1'")
        self.add("CREATE FUNCTION some_number() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 1; END $$")
        self.functions += ["touch()", "plus_one(integer)", "some_number()"]

    def make_enum(self):
        for _ in range(self.random.randint(1, 2)):
            name, labels = self.new("mood"), ["'sad'", "'ok'", "'happy'"]
            self.enums.append((name, labels))
            self.add("CREATE TYPE %s AS ENUM (%s)" % (name, ", ".join(labels)))

    def make_domain(self):
        for _ in range(self.random.randint(1, 3)):
            name = self.new("dom")
            base, group = self.type() if self.chance(0.5) else self.type("integer")
            self.add("CREATE DOMAIN %s AS %s%s" % (name, base, self.one(
                "", " NOT NULL", " CHECK (VALUE IS NOT NULL)", " CONSTRAINT %s_check CHECK (VALUE IS DISTINCT FROM NULL)" % name,
                " DEFAULT NULL")))
            self.domains.append((name, group))

    def make_composite(self):
        name = self.new("pair")
        self.add("CREATE TYPE %s AS (%s)" % (name, ", ".join("f%d %s" % (i, self.type()[0]) for i in range(2))))
        self.composites.append(name)

    def columns_of(self, table, first=None):
        """Their definitions; the table gets them."""
        names = {column.name for column in table.columns}
        for _ in range(self.random.randint(2, 5)):
            table.columns.append(self.column(names))
        return [self.definition(column, table) for column in table.columns if column is not first]

    def make_table(self, temporary="", inherits=()):
        table = Table(self.table_name(), [])
        if temporary == "TEMP ":
            table.name, table.temporary = table.bare, True
        table.unlogged = temporary == "UNLOGGED "
        first = Column("id", self.one("bigint", "integer", "bigint", "uuid"), "integer")
        if first.type == "uuid":
            first.group = "uuid"
        table.columns.append(first)
        lines = self.columns_of(table, first)
        key = "id " + first.type
        if first.group == "integer":
            key = self.one(key, "id bigserial", "id serial", key + " GENERATED ALWAYS AS IDENTITY",
                           key + " GENERATED BY DEFAULT AS IDENTITY")
            first.computed = "ALWAYS" in key
        primary = self.chance(0.85)
        if primary:
            first.not_null = True
            name = self.constraint(table, "p")
            table.keys.append((name, [first]))
            lines.append("CONSTRAINT %s PRIMARY KEY (id)" % name)
        lines.insert(0, key)
        lines += self.table_constraints(table)
        text = "CREATE %sTABLE %s (%s)" % (temporary, table.name, ", ".join(lines))
        if inherits:
            text += " INHERITS (%s)" % ", ".join(parent.name for parent in inherits)
            for parent in inherits:
                table.parents.append(parent)
                parent.children.append(table)
        self.add(text + self.maybe(" WITH (fillfactor = 90)", 0.05))
        self.note(table)
        self.indexes_of(table)
        if self.chance(0.15):
            self.drop_a_column(table)
        return table

    def note(self, table):
        self.tables.append(table)

    def constraint(self, table, kind):
        name = self.new({"p": "pk", "u": "uq", "c": "ck", "f": "fk", "x": "ex", "n": "nn"}[kind])
        table.constraints.append((name, kind))
        return name

    def table_constraints(self, table):
        lines = []
        if self.chance(0.3):
            columns = self.some(self.comparable(table), 1, 2)
            if columns and not table.partition_by:
                name = self.constraint(table, "u")
                table.keys.append((name, columns))
                lines.append("CONSTRAINT %s UNIQUE (%s)%s" % (name, ", ".join(c.name for c in columns), self.one(
                    "", "", "", "", " DEFERRABLE", " INCLUDE (%s)" % self.of(table.columns).name)))
        if self.chance(0.4):
            lines.append("CONSTRAINT %s CHECK (%s)" % (self.constraint(table, "c"), self.check(table)))
        if self.chance(0.5):
            line = self.foreign_key(table)
            if line:
                lines.append("CONSTRAINT %s %s" % (self.constraint(table, "f"), line))
        if self.chance(0.05) and not table.partition_by:
            numbers = [column for column in table.columns if column.group == "range"]
            if numbers:
                lines.append("CONSTRAINT %s EXCLUDE USING gist (%s WITH &&)" % (self.constraint(table, "x"), numbers[0].name))
        return lines

    def comparable(self, table):
        return [column for column in table.plain() if column.group in ("integer", "text", "time", "numeric", "uuid", "boolean")]

    def foreign_key(self, table):
        targets = [(other, columns) for other in self.tables for _, columns in other.keys
                   if other.temporary == table.temporary]
        self.random.shuffle(targets)
        for other, columns in targets:
            mine = [self.of([c for c in table.plain() if c.group == column.group]) for column in columns]
            if None not in mine and len({c.name for c in mine}) == len(mine):
                return "FOREIGN KEY (%s) REFERENCES %s (%s)%s%s" % (
                    ", ".join(c.name for c in mine), other.name, ", ".join(c.name for c in columns),
                    self.one("", "", " ON DELETE CASCADE", " ON UPDATE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT"),
                    self.maybe(" DEFERRABLE", 0.1))
        return None

    def index_on(self, table, only=""):
        columns = self.some(self.comparable(table) or table.columns[:1], 1, 2)
        name = self.new("ix")
        table.indexes.append(name)
        items = ", ".join(column.name + self.maybe(" DESC", 0.1) for column in columns)
        if columns[0].group == "text" and self.chance(0.15):
            items = "lower(%s)" % columns[0].name
        elif columns[0].group == "integer" and self.chance(0.1):
            items = "plus_one(%s::integer)" % columns[0].name
        special = self.of([c for c in table.columns if c.group in METHODS])
        if special and self.chance(0.3):
            return "INDEX %s ON %s%s USING %s (%s)" % (name, only, table.name, METHODS[special.group], special.name)
        unique = self.maybe("UNIQUE ", 0.15) if not table.partition_by else ""
        text = "INDEX %s ON %s%s%s (%s)" % (name, only, table.name, self.maybe(" USING hash", 0.05) if len(columns) == 1 and not unique else "",
                                            items)
        if self.chance(0.05):
            text += " INCLUDE (%s)" % self.of(table.columns).name
        if self.chance(0.2):
            text += " WHERE " + self.check(table)
        return unique + text

    def indexes_of(self, table):
        for _ in range(self.one(0, 0, 1, 1, 2)):
            self.add("CREATE " + self.index_on(table, self.maybe("ONLY ", 0.2) if table.partition_by else ""))

    def drop_a_column(self, table):
        column = Column(self.new("gone"), *self.type())
        self.add("ALTER TABLE %s ADD COLUMN %s %s" % (table.name, column.name, column.type))
        self.add("ALTER TABLE %s DROP COLUMN %s" % (table.name, column.name))

    def fill(self, table):
        if table.children and table.partition_by == "" and self.chance(0.5) or self.chance(0.15):
            return
        columns = [column for column in table.plain() if column.not_null or self.chance(0.7)]
        if columns:
            self.rows.append("INSERT INTO %s (%s) VALUES (%s)" % (
                table.name, ", ".join(c.name for c in columns), ", ".join(self.value(c.group) for c in columns)))


METHODS = {"texts": "gin", "array": "gin", "json": "gin", "range": "gist", "network": "brin", "time": "brin"}
EXTRAS = ["unlogged", "temporary", "sequence", "late_key", "late_check", "late_not_null", "marks", "row_of_table", "foreign",
          "extension", "user_function", "used_function", "procedure", "view", "other_view", "materialized", "trigger",
          "other_trigger", "policy", "rule", "statistics", "publication", "event_trigger"]
FEATURES = ["namespace", "enum", "domain", "composite", "partitions", "inheritance", "typed", *EXTRAS]
