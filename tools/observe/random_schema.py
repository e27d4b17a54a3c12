"""Random schemas: tables of every sort, and what hangs on them. The same seed draws the same schema.

A schema is a list of statements. It also knows what it made, so that random_ddl.py can write statements about it. Not
everything that is drawn is valid, least of all on every version: who builds the schema leaves out what the server refuses.
"""
import random
from dataclasses import dataclass, field

# Types that are alike enough to be compared, copied and cast into each other, with values of all of them.
GROUPS = {
    "integer": (["integer", "bigint", "smallint", "integer", "bigint"], ["1", "2", "7"]),
    "numeric": (["numeric", "numeric(10,2)", "numeric(12,2)", "numeric(8,3)", "real", "double precision"], ["1.5", "2"]),
    "text": (["text", "varchar", "varchar(20)", "varchar(50)", "char(5)", "text", 'text COLLATE "C"'],
             ["'a'", "'b'", "'x1'"]),
    "time": (["date", "timestamp", "timestamptz", "timestamp(3)", "timestamptz(0)"], ["'2024-01-01'", "'2024-06-05'"]),
    "boolean": (["boolean"], ["true", "false"]),
    "uuid": (["uuid"], ["'00000000-0000-0000-0000-000000000001'"]),
    "json": (["jsonb", "json"], ["'{}'"]),
    "bytes": (["bytea"], ["'x'"]),
    "array": (["integer[]", "bigint[]"], ["'{1,2}'"]),
    "texts": (["text[]", "varchar(10)[]", "varchar(20)[]"], ["'{a,b}'"]),
    "network": (["inet", "cidr"], ["'10.0.0.0/8'"]),
    "interval": (["interval", "interval(3)", "interval day to second"], ["'1 hour'"]),
    "range": (["int4range"], ["'[1,5)'"]),
    "bits": (["varbit", "varbit(5)", "varbit(8)", "bit(3)"], ["B'101'"]),
}
COMMON = ["integer"] * 6 + ["text"] * 6 + ["time"] * 3 + ["numeric"] * 2 + ["boolean", "uuid", "json"]
ODD_NAMES = ['"My Table"', '"select"', "MiXed", '"Wide Name"', '"ünï"', '"a.b"', '"dash-ed"', '"quo""te"', '"TABLE"']
TABLE_NAMES = ["orders", "users", "items", "events", "accounts", "invoices", "logs", "teams", "tags", "files", "prices"]
COLUMN_NAMES = ["name", "state", "total", "note", "created_at", "amount", "kind", "flag", "ref", "code", "rank", "data"]
ODD_COLUMNS = ['"order"', '"Mixed"', '"a b"', '"é"', '"user"', '"1st"']


class Draw:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *choices):
        return self.random.choice(choices)

    def of(self, choices):
        return self.random.choice(choices) if choices else None

    def chance(self, share):
        return self.random.random() < share

    def maybe(self, text, share=0.5):
        return text if self.chance(share) else ""

    def some(self, choices, least=1, most=3):
        return self.random.sample(choices, min(len(choices), self.random.randint(least, most)))

    def weighted(self, weights):
        return self.random.choices(list(weights), list(weights.values()))[0]


@dataclass
class Column:
    name: str
    type: str
    group: str
    computed: bool = False    # generated or identity: nobody writes it
    not_null: bool = False


@dataclass
class Table:
    name: str                 # as one writes it, with its schema where that is not public
    columns: list
    partition_by: str = ""    # RANGE, LIST or HASH
    partition_column: Column = None
    parents: list = field(default_factory=list)
    children: list = field(default_factory=list)
    bound: str = ""           # of a partition
    keys: list = field(default_factory=list)          # (constraint's name, [column]): primary and unique
    constraints: list = field(default_factory=list)   # (name, kind)
    indexes: list = field(default_factory=list)
    triggers: list = field(default_factory=list)
    policies: list = field(default_factory=list)
    rules: list = field(default_factory=list)
    temporary: bool = False
    unlogged: bool = False

    @property
    def bare(self):
        """Without its schema."""
        return self.name.split(".", 1)[1] if self.name.startswith(("app.", '"Odd Schema".')) else self.name

    def plain(self):
        return [column for column in self.columns if not column.computed]


class Schema(Draw):
    def __init__(self, seed):
        super().__init__(seed)
        self.statements, self.rows = [], []
        self.tables, self.views, self.materialized, self.sequences = [], [], [], []
        self.enums, self.domains, self.composites = [], [], []      # [(name, labels)], [(name, group)], [name]
        self.functions, self.publications, self.statistics, self.namespaces = [], [], [], []
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
                return text + " GENERATED ALWAYS AS (%s + 1) STORED" % source.name
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
        wanted = self.some(list(FEATURES), 3, 7)
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
        name = self.new({"p": "pk", "u": "uq", "c": "ck", "f": "fk", "x": "ex"}[kind])
        table.constraints.append((name, kind))
        return name

    def table_constraints(self, table):
        lines = []
        if self.chance(0.3):
            columns = self.some(self.comparable(table), 1, 2)
            if columns and not table.partition_by:
                name = self.constraint(table, "u")
                table.keys.append((name, columns))
                lines.append("CONSTRAINT %s UNIQUE (%s)" % (name, ", ".join(c.name for c in columns)))
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
                    self.one("", "", " ON DELETE CASCADE", " ON UPDATE CASCADE", " ON DELETE SET NULL"),
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
        unique = self.maybe("UNIQUE ", 0.15) if not table.partition_by else ""
        text = "INDEX %s ON %s%s%s (%s)" % (name, only, table.name, self.maybe(" USING hash", 0.05) if len(columns) == 1 and not unique else "",
                                            items)
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

    # -- trees

    def make_partitions(self):
        for _ in range(self.random.randint(1, 2)):
            root = Table(self.table_name(), [])
            self.partitioned_by(root)
            lines = ["id bigint" + self.maybe(" NOT NULL")] + self.columns_of(root, root.columns[0])
            if root.partition_column is not root.columns[0] and self.chance(0.4):
                lines.append("CONSTRAINT %s PRIMARY KEY (id, %s)" % (self.constraint(root, "p"), root.partition_column.name))
                root.keys.append((root.constraints[-1][0], [root.columns[0], root.partition_column]))
            elif self.chance(0.6) and root.partition_column is root.columns[0]:
                lines.append("CONSTRAINT %s PRIMARY KEY (id)" % self.constraint(root, "p"))
                root.keys.append((root.constraints[-1][0], [root.columns[0]]))
            lines += self.table_constraints(root)
            self.add("CREATE TABLE %s (%s) PARTITION BY %s (%s)" % (root.name, ", ".join(lines), root.partition_by,
                                                                    root.partition_column.name))
            self.note(root)
            self.indexes_of(root)
            self.partitions_of(root, self.random.randint(1, 3))
            self.indexes_of(root)
            if self.chance(0.3):
                self.reference(root)

    def partitioned_by(self, table):
        """Its first two columns, and how it is partitioned."""
        table.partition_by = self.one("RANGE", "LIST", "HASH", "RANGE")
        if not table.columns:
            table.columns = [Column("id", "bigint", "integer")]
            if self.chance(0.6):
                kind, group = {"RANGE": ("date", "time"), "LIST": ("text", "text"), "HASH": ("integer", "integer")}[
                    table.partition_by]
                table.columns.append(Column("part", kind, group))
        fitting = [c for c in table.columns if c.name in ("id", "part")]
        table.partition_column = fitting[-1]

    def bounds(self, table, count):
        group, kind = table.partition_column.group, table.partition_by
        if kind == "HASH":
            return ["FOR VALUES WITH (MODULUS %d, REMAINDER %d)" % (count, i) for i in range(count)]
        if group == "integer":
            points = ["%d" % (i * 100) for i in range(count + 1)]
        elif group == "time":
            points = ["'%d-01-01'" % (2024 + i) for i in range(count + 1)]
        else:
            points = ["'%s'" % letter for letter in "abcdefgh"[:count + 1]]
        if kind == "RANGE":
            bounds = ["FOR VALUES FROM (%s) TO (%s)" % pair for pair in zip(points, points[1:])]
        else:
            bounds = ["FOR VALUES IN (%s%s)" % (point, self.maybe(", NULL", 0.2 if i == 0 else 0)) for i, point in enumerate(points[:-1])]
        return bounds + (["DEFAULT"] if self.chance(0.4) else [])

    def partitions_of(self, table, depth):
        for bound in self.bounds(table, self.random.randint(1, 3)):
            name = self.new(table.bare.strip('"').lower().replace(" ", "_")[:12] + "_p") if '"' not in table.bare else self.new("part")
            deeper = depth > 1 and self.chance(0.4)
            part = Table(name, [Column(c.name, c.type, c.group, c.computed, c.not_null) for c in table.columns],
                         bound=bound, parents=[table])
            part.keys = []
            if deeper:
                self.partitioned_by(part)
            sub = " PARTITION BY %s (%s)" % (part.partition_by, part.partition_column.name) if deeper else ""
            if self.chance(0.25) and not deeper:
                self.add("CREATE TABLE %s (LIKE %s INCLUDING ALL)" % (part.name, table.name))
                self.add("ALTER TABLE %s ATTACH PARTITION %s %s" % (table.name, part.name, bound))
            else:
                self.add("CREATE TABLE %s PARTITION OF %s %s%s" % (part.name, table.name, bound, sub))
            table.children.append(part)
            self.note(part)
            if self.chance(0.3):
                self.add("CREATE " + self.index_on(part, self.maybe("ONLY ", 0.3) if deeper else ""))
            if deeper:
                self.partitions_of(part, depth - 1)
        if self.chance(0.3):
            self.make_table_like(table)

    def make_table_like(self, table):
        """What may be attached."""
        name = self.new("loose")
        loose = Table(name, [Column(c.name, c.type, c.group, c.computed, c.not_null) for c in table.columns])
        self.add("CREATE TABLE %s (LIKE %s%s)" % (name, table.name, self.one(" INCLUDING ALL", " INCLUDING DEFAULTS INCLUDING CONSTRAINTS", "")))
        self.note(loose)

    def reference(self, table):
        """A table with a foreign key to it."""
        if not table.keys:
            return
        name, columns = table.keys[0]
        other = Table(self.new("ref"), [Column("r%d" % i, c.type, c.group) for i, c in enumerate(columns)])
        key = self.constraint(other, "f")
        self.add("CREATE TABLE %s (%s, CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s%s)" % (
            other.name, ", ".join("%s %s" % (c.name, c.type) for c in other.columns), key,
            ", ".join(c.name for c in other.columns), table.name, self.maybe(" NOT VALID", 0)))
        self.note(other)

    def make_inheritance(self):
        parents = [self.make_table() for _ in range(self.random.randint(1, 2))]
        ids = [parent for parent in parents if parent.columns[0].type == parents[0].columns[0].type]
        for _ in range(self.random.randint(1, 2)):
            child = Table(self.new("child"), [])
            child.columns = [Column(c.name, c.type, c.group, c.computed, c.not_null) for p in ids[:1] for c in p.columns]
            own = Column(self.new("own"), *self.type())
            child.columns.append(own)
            self.add("CREATE TABLE %s (%s %s) INHERITS (%s)" % (child.name, own.name, own.type, ", ".join(p.name for p in ids)))
            for parent in ids:
                parent.children.append(child)
                child.parents.append(parent)
            self.note(child)
            self.indexes_of(child)
            if self.chance(0.3):
                grandchild = Table(self.new("grand"), list(child.columns), parents=[child])
                self.add("CREATE TABLE %s () INHERITS (%s)" % (grandchild.name, child.name))
                child.children.append(grandchild)
                self.note(grandchild)

    def make_typed(self):
        if self.composites:
            name = self.new("typed")
            self.add("CREATE TABLE %s OF %s" % (name, self.composites[0]))
            self.note(Table(name, [Column("f0", "text", "text"), Column("f1", "text", "text")]))

    # -- what hangs on tables

    def ordinary(self):
        return self.of([table for table in self.tables if not table.temporary]) or self.tables[0]

    def make_view(self):
        source = self.of(self.views) if self.views and self.chance(0.4) else None
        name = self.new("v")
        if source:
            self.add("CREATE VIEW %s AS SELECT * FROM %s" % (name, source))
        else:
            table = self.ordinary()
            columns = self.some(table.columns, 1, 3)
            other = self.ordinary()
            self.add("CREATE VIEW %s AS SELECT %s FROM %s t%s%s" % (
                name, ", ".join("t." + c.name for c in columns), table.name,
                self.maybe(", %s o" % other.name, 0.2), self.maybe(" WHERE t.%s IS NOT NULL" % self.of(table.columns).name, 0.4)))
        self.views.append(name)

    def make_materialized(self):
        table, name = self.ordinary(), self.new("mv")
        columns = self.some(table.columns, 1, 3)
        self.add("CREATE MATERIALIZED VIEW %s AS SELECT %s FROM %s%s" % (
            name, ", ".join(c.name for c in columns), table.name if not self.views or self.chance(0.7) or len(columns) > 1 else table.name,
            self.maybe(" WITH NO DATA", 0.1)))
        if self.chance(0.5) and columns[0] in self.comparable(table):
            self.add("CREATE UNIQUE INDEX %s ON %s (%s)" % (self.new("ix"), name, columns[0].name))
        self.materialized.append(name)

    def make_trigger(self):
        table, name = self.ordinary(), self.new("tr")
        column = self.of(table.columns)
        self.add("CREATE TRIGGER %s %s ON %s FOR EACH ROW %sEXECUTE PROCEDURE touch()" % (
            name, self.one("BEFORE INSERT", "AFTER UPDATE", "BEFORE UPDATE OF " + column.name, "AFTER INSERT OR DELETE"), table.name,
            ""))
        table.triggers.append(name)

    def make_policy(self):
        table, name = self.ordinary(), self.new("po")
        self.add("CREATE POLICY %s ON %s USING (%s)" % (name, table.name, self.policy_condition(table)))
        if self.chance(0.6):
            self.add("ALTER TABLE %s ENABLE ROW LEVEL SECURITY" % table.name)
        table.policies.append(name)

    def policy_condition(self, table):
        other = self.ordinary()
        return self.one(self.check(table), self.check(table), "EXISTS (SELECT 1 FROM %s)" % other.name)

    def make_rule(self):
        table, name = self.ordinary(), self.new("ru")
        other = self.ordinary()
        self.add("CREATE RULE %s AS ON %s TO %s DO %s" % (
            name, self.one("INSERT", "UPDATE", "DELETE"), table.name,
            self.one("ALSO NOTHING", "INSTEAD NOTHING", "ALSO DELETE FROM %s WHERE false" % other.name, "ALSO NOTIFY changes")))
        table.rules.append(name)

    def make_statistics(self):
        table, name = self.ordinary(), self.new("st")
        columns = self.comparable(table)
        if len(columns) >= 2:
            self.add("CREATE STATISTICS %s ON %s FROM %s" % (name, ", ".join(c.name for c in columns[:2]), table.name))
            self.statistics.append(name)

    def make_publication(self):
        name = self.new("pub")
        self.add("CREATE PUBLICATION %s FOR TABLE %s" % (name, self.ordinary().name) if self.chance(0.7) else
                 "CREATE PUBLICATION %s FOR ALL TABLES" % name)
        self.publications.append(name)

    def make_temporary(self):
        self.make_table("TEMP ")

    def make_unlogged(self):
        self.make_table("UNLOGGED ")

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

    def make_late_key(self):
        """A foreign key that came later, perhaps not validated, perhaps from or to a tree."""
        table = self.of([t for t in self.tables if not t.temporary])
        line = self.foreign_key(table)
        if line:
            self.add("ALTER TABLE %s ADD CONSTRAINT %s %s%s" % (table.name, self.constraint(table, "f"), line,
                                                                self.maybe(" NOT VALID", 0.4)))

    def make_late_check(self):
        table = self.ordinary()
        self.add("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s)%s" % (table.name, self.constraint(table, "c"), self.check(table),
                                                                    self.one("", " NOT VALID", " NOT VALID", " NO INHERIT")))

    def make_user_function(self):
        """A function that a default, an index or a view uses."""
        table, name = self.ordinary(), self.new("fn")
        self.add("CREATE FUNCTION %s() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM %s'" % (
            name, table.name.replace("'", "''")))
        self.functions.append(name + "()")
        if self.chance(0.5):
            view = self.new("v")
            self.add("CREATE VIEW %s AS SELECT %s() AS n" % (view, name))
            self.views.append(view)

    def fill(self, table):
        if table.children and table.partition_by == "" and self.chance(0.5) or self.chance(0.15):
            return
        columns = [column for column in table.plain() if column.not_null or self.chance(0.7)]
        if columns:
            self.rows.append("INSERT INTO %s (%s) VALUES (%s)" % (
                table.name, ", ".join(c.name for c in columns), ", ".join(self.value(c.group) for c in columns)))


EXTRAS = ["unlogged", "temporary", "sequence", "late_key", "late_check", "user_function", "view", "materialized",
          "trigger", "policy", "rule", "statistics", "publication"]
FEATURES = ["namespace", "enum", "domain", "composite", "partitions", "inheritance", "typed", *EXTRAS]
