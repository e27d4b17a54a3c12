"""What random schemas are made of: types, names, columns, tables, and how one draws among them."""
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
