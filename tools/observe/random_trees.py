"""Random trees of tables: partitions on several levels, inheritance with several parents, tables of types."""
from random_parts import Column, Table

POINTS = {"integer": ["%d" % (i * 100) for i in range(9)], "time": ["'%d-01-01'" % (2024 + i) for i in range(9)],
          "text": ["'%s'" % letter for letter in "abcdefghi"], "numeric": ["%d.5" % i for i in range(9)]}


class Trees:
    def make_partitions(self):
        for _ in range(self.random.randint(1, 2)):
            root = Table(self.table_name(), [])
            self.partitioned_by(root)
            lines = ["id bigint" + self.maybe(" NOT NULL", 0.5)] + self.columns_of(root, root.columns[0])
            lines += self.key_of_tree(root) + self.table_constraints(root)
            self.add("CREATE TABLE %s (%s) PARTITION BY %s (%s)" % (root.name, ", ".join(lines), root.partition_by,
                                                                    self.partition_key(root)))
            self.note(root)
            self.indexes_of(root)
            self.partitions_of(root, self.random.randint(1, 3))
            self.indexes_of(root)
            if self.chance(0.3):
                self.reference(root)

    def key_of_tree(self, root):
        """A primary key over the partition key, or none."""
        first = root.columns[0]
        if root.partition_column is not first and self.chance(0.4):
            columns = [first, root.partition_column]
        elif root.partition_column is first and self.chance(0.6):
            columns = [first]
        else:
            return []
        name = self.constraint(root, "p")
        root.keys.append((name, columns))
        return ["CONSTRAINT %s PRIMARY KEY (%s)" % (name, ", ".join(c.name for c in columns))]

    def partitioned_by(self, table):
        """Its first two columns, and how it is partitioned."""
        table.partition_by = self.one("RANGE", "LIST", "HASH", "RANGE")
        if not table.columns:
            table.columns = [Column("id", "bigint", "integer")]
            if self.chance(0.6):
                table.columns.append(Column("part", *self.type_of_key(table.partition_by)))
        fitting = [c for c in table.columns if c.name in ("id", "part")]
        table.partition_column = self.of(fitting) if self.chance(0.2) else fitting[-1]

    def type_of_key(self, partition_by):
        if partition_by == "HASH":
            return self.one(("integer", "integer"), ("text", "text"), ("date", "time"))
        if partition_by == "LIST":
            return self.one(("text", "text"), ("varchar(20)", "text"), ("integer", "integer"), ("date", "time"))
        return self.one(("date", "time"), ("date", "time"), ("timestamp", "time"), ("timestamptz", "time"), ("integer", "integer"),
                        ("numeric", "numeric"), ("text", "text"), ('text COLLATE "C"', "text"))

    def partition_key(self, table):
        """Now and then an expression, which no key can cover."""
        column = table.partition_column
        if not table.keys and column.group == "integer" and self.chance(0.08):
            return "abs(%s)" % column.name
        return column.name

    def bounds(self, table, count):
        group, kind = table.partition_column.group, table.partition_by
        if kind == "HASH":
            return ["FOR VALUES WITH (MODULUS %d, REMAINDER %d)" % (count, i) for i in range(count)]
        points = POINTS[group][:count + 1]
        if kind == "RANGE":
            ends = list(zip(points, points[1:]))
            if self.chance(0.15):
                ends[0] = ("MINVALUE", ends[0][1])
            if self.chance(0.1):
                ends[-1] = (ends[-1][0], "MAXVALUE")
            bounds = ["FOR VALUES FROM (%s) TO (%s)" % pair for pair in ends]
        else:
            bounds = ["FOR VALUES IN (%s%s)" % (point, self.maybe(", NULL", 0.2 if i == 0 else 0)) for i, point in enumerate(points[:-1])]
        return bounds + (["DEFAULT"] if self.chance(0.4) else [])

    def part_of(self, table, name, bound=""):
        columns = [Column(c.name, c.type, c.group, c.computed, c.not_null) for c in table.columns]
        return Table(name, columns, bound=bound, parents=[table] if bound else [])

    def partitions_of(self, table, depth):
        for bound in self.bounds(table, self.random.randint(1, 3)):
            name = self.new(table.bare.strip('"').lower().replace(" ", "_")[:12] + "_p") if '"' not in table.bare else self.new("part")
            if self.namespaces and self.chance(0.1):
                name = self.of(self.namespaces) + "." + name
            part = self.part_of(table, name, bound)
            deeper = depth > 1 and self.chance(0.4)
            if deeper:
                self.partitioned_by(part)
            self.make_part(table, part, deeper)
            table.children.append(part)
            self.note(part)
            if self.chance(0.3):
                self.add("CREATE " + self.index_on(part, self.maybe("ONLY ", 0.3) if deeper else ""))
            if deeper:
                self.partitions_of(part, depth - 1)
            elif self.chance(0.2):
                self.add_own_constraint(part)
        if self.chance(0.4):
            self.make_table_like(table)

    def make_part(self, table, part, deeper):
        sub = " PARTITION BY %s (%s)" % (part.partition_by, part.partition_column.name) if deeper else ""
        way = self.one("of", "of", "of", "like", "of own") if not deeper else "of"
        if way == "like":
            self.add("CREATE TABLE %s (LIKE %s INCLUDING ALL)" % (part.name, table.name))
            self.add("ALTER TABLE %s ATTACH PARTITION %s %s" % (table.name, part.name, part.bound))
            return
        own = ""
        if way == "of own":
            column = self.of(part.plain())
            own = " (%s %s)" % (column.name, self.one("NOT NULL", "DEFAULT " + self.value(column.group), "UNIQUE",
                                                      "CHECK (%s)" % self.check(part, column)))
        self.add("CREATE TABLE %s PARTITION OF %s%s %s%s" % (part.name, table.name, own, part.bound, sub))

    def add_own_constraint(self, part):
        """Of a partition alone."""
        key = self.foreign_key(part) if self.chance(0.5) else None
        name = self.constraint(part, "f" if key else "c")
        self.add("ALTER TABLE %s ADD CONSTRAINT %s %s%s" % (part.name, name, key or "CHECK (%s)" % self.check(part),
                                                            self.maybe(" NOT VALID", 0.2)))

    def make_table_like(self, table):
        """What may be attached, perhaps with what proves a bound."""
        loose = self.part_of(table, self.new("loose"))
        self.add("CREATE TABLE %s (LIKE %s%s)" % (loose.name, table.name, self.one(" INCLUDING ALL", " INCLUDING DEFAULTS INCLUDING CONSTRAINTS", "")))
        self.note(loose)
        column = table.partition_column
        if self.chance(0.6):
            self.add("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s)%s" % (
                loose.name, self.constraint(loose, "c"), self.proof(column, table.partition_by), self.maybe(" NOT VALID", 0.1)))
        if self.chance(0.7):
            self.add("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL" % (loose.name, column.name))
            if self.chance(0.8):
                loose.columns[table.columns.index(column)].not_null = True

    def proof(self, column, partition_by):
        """A CHECK as people write it before they attach."""
        points = POINTS.get(column.group, ["1", "2", "3", "4", "5", "6", "7", "8", "9"])
        first, last = points[5], points[6]
        if partition_by == "LIST":
            return self.one("{0} = {1}", "{0} IN ({1})", "{0} IN ({1}, {2})", "{0} = {1} OR {0} = {2}", "{0} IS NOT NULL AND {0} = {1}").format(
                column.name, points[3], points[4])
        return self.one("{0} >= {1} AND {0} < {2}", "{0} >= {1} AND {0} < {2}", "{0} IS NOT NULL AND {0} >= {1} AND {0} < {2}",
                        "{0} BETWEEN {1} AND {1}", "{0} = {1}", "{0} > {1} AND {0} <= {2}", "{0} IN ({1})", "{0} >= {1}").format(
            column.name, first, last)

    def reference(self, table):
        """A table with a foreign key to it."""
        if not table.keys:
            return
        name, columns = table.keys[0]
        other = Table(self.new("ref"), [Column("r%d" % i, c.type, c.group) for i, c in enumerate(columns)])
        key = self.constraint(other, "f")
        definitions = ", ".join("%s %s" % (c.name, c.type) for c in other.columns)
        line = "CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s" % (key, ", ".join(c.name for c in other.columns), table.name)
        if self.chance(0.3):   # a tree that points at a tree
            other.partition_by, other.partition_column = "HASH", other.columns[0]
            self.add("CREATE TABLE %s (%s, %s) PARTITION BY HASH (r0)" % (other.name, definitions, line))
            self.note(other)
            return self.partitions_of(other, 1)
        self.add("CREATE TABLE %s (%s, %s%s)" % (other.name, definitions, line, self.maybe(" ON DELETE CASCADE", 0.3)))
        self.note(other)

    # -- inheritance

    def make_inheritance(self):
        parents = [self.make_table() for _ in range(self.random.randint(1, 3))]
        ids = [parent for parent in parents if parent.columns[0].type == parents[0].columns[0].type]
        children = [self.make_child(ids) for _ in range(self.random.randint(1, 2))]
        if self.chance(0.4):
            grandchild = self.make_child([children[0]], columns=self.maybe("late integer", 0.5))
            if len(children) > 1 and self.chance(0.5):   # by two ways from the same parent
                self.add("ALTER TABLE %s ADD COLUMN %s %s" % (grandchild.name, children[1].columns[-1].name, children[1].columns[-1].type))
                self.add("ALTER TABLE %s INHERIT %s" % (grandchild.name, children[1].name))
                self.relate(children[1], grandchild)

    def make_child(self, parents, columns=None):
        child = Table(self.new("child"), [])
        child.columns = [Column(c.name, c.type, c.group, c.computed, c.not_null) for p in parents[:1] for c in p.columns]
        if columns is None:
            own = Column(self.new("own"), *self.type())
            child.columns.append(own)
            columns = "%s %s" % (own.name, own.type)
            inherited = self.of(child.columns[:-1])
            if self.chance(0.15):   # defined here as well
                columns += ", %s %s" % (inherited.name, inherited.type)
        self.add("CREATE TABLE %s (%s) INHERITS (%s)" % (child.name, columns, ", ".join(p.name for p in parents)))
        for parent in parents:
            self.relate(parent, child)
        self.note(child)
        self.indexes_of(child)
        return child

    def relate(self, parent, child):
        parent.children.append(child)
        child.parents.append(parent)

    def make_typed(self):
        if self.composites:
            name = self.new("typed")
            self.add("CREATE TABLE %s OF %s" % (name, self.composites[0]))
            self.note(Table(name, [Column("f0", "text", "text"), Column("f1", "text", "text")]))
