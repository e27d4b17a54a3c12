"""Random statements over tests/safety/shop.sql, the same ones for the same seed: DDL, DML, functions, blocks.

Nothing is chosen because of what it does: names, clauses and conditions are drawn, also ones that make no sense. The server
says which are valid.
"""
import random

COLUMNS = {
    "customers": ["id", "email", "name", "nick", "feeling", "created"], "orders": ["id", "customer_id", "state",
                                                                                   "total", "note"],
    "items": ["id", "order_id", "product", "pieces"], "audit": ["id", "what"], "inbox": ["id",
                                                                                         "what"], "events": ["id", "day", "what"],
    "events_2024": ["id", "day", "what"], "archive.old_orders": ["id", "what"],
    "codes": ["code", "label"], "products": ["id", "code", "parent_id", "net"], "animals": ["id", "name"],
    "dogs": ["id", "name", "breed"], "tickets": ["id", "tenant", "title"],
}
VIEWS = {"open_orders": ["id", "state", "total"], "every_order": ["id", "customer_id", "state", "total", "note"]}
TEXTS = {"email", "name", "nick", "state", "note", "product", "what", "code", "label", "breed", "tenant", "title"}
TYPES = ["text", "integer", "bigint", "numeric", "varchar(2)", "varchar(200)", "boolean", "jsonb", "date", "mood",
         "amount", "citext"]
ROLES = ["app", "reader", "PUBLIC", "crew"]


class Statements:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.new = 0

    def one(self, *choices):
        return self.random.choice(choices)

    def maybe(self, text, share=0.5):
        return text if self.random.random() < share else ""

    def table(self):
        return self.random.choice(list(COLUMNS))

    def column(self, table):
        return self.random.choice({**COLUMNS, **VIEWS}[table])

    def name(self):
        self.new += 1
        return "n%d" % self.new

    def constant(self, column):
        if column in TEXTS:
            return self.one("''", "'x'", "'open'", "'note of 3'", "NULL", "'c1@example.org'")
        if column == "feeling":
            return self.one("'ok'", "NULL", "'sad'")
        if column in ("day", "created"):
            return self.one("'2024-05-01'", "now()::date", "'2030-01-01'")
        return self.one("0", "1", "3", "7", "1000", "100 - 1", "NULL")

    def condition(self, table, depth=0):
        column = self.column(table)
        kinds = ["compare", "compare", "null", "in", "self", "exists", "const", "odd"] + ["and", "or", "not"] * (depth < 2)
        kind = self.one(*kinds)
        if kind == "compare":
            return "%s %s %s" % (column, self.one("=", "<>", "<", ">=", "IS DISTINCT FROM"), self.constant(column))
        if kind == "null":
            return "%s IS %sNULL" % (column, self.maybe("NOT "))
        if kind == "in":
            return self.one("%s IN (%s, %s)" % (column, self.constant(column), self.constant(column)),
                            "%s IN (SELECT %s FROM %s%s)" % (
                column, column, table, self.maybe(" WHERE " + self.condition(table,
                                                                             2))), "%s NOT IN (%s)" % (column, self.constant(column)))
        if kind == "self":
            return self.one("{0} = {0}", "{0}::text LIKE '%'", "{0} IS NOT DISTINCT FROM {0}",
                            "coalesce({0}::text, '') >= ''").format(column)
        if kind == "exists":
            other = self.table()
            return "%sEXISTS (SELECT 1 FROM %s%s)" % (self.maybe("NOT ", 0.3), other,
                                                      self.maybe(" WHERE " + self.condition(other, 2)))
        if kind == "const":
            return self.one("true", "false", "1 = 1", "now() > '2000-01-01'", "NULL", "order_count() > 3",
                            "random() < 2")
        if kind == "odd":
            return self.odd(table, column)
        if kind == "not":
            return "NOT (%s)" % self.condition(table, depth + 1)
        return "(%s %s %s)" % (self.condition(table, depth + 1), kind.upper(), self.condition(table, depth + 1))

    def odd(self, table, column):
        """The same questions in other words."""
        value, other = self.constant(column), self.column(table)
        return self.one("{c} BETWEEN {v} AND {w}", "{c} NOT BETWEEN {v} AND {w}", "{c} = ANY (ARRAY[{v}, {w}])", "{c} <> ALL (ARRAY[{v}, {w}])",
                        "({c} = {v}) IS {t}", "coalesce({c} = {v}, {b})", "CASE WHEN {c} = {v} THEN {b} ELSE {b} END", "{c}::text NOT LIKE {p}",
                        "{c}::text LIKE {p}", "length({c}::text) >= {n}", "({c}, 1) <> ({v}, 1)", "nullif({c}, {v}) IS NOT NULL", "{c}::text || '' <> 'z'",
                        "{c}::text <= {o}::text", "{b}", "(SELECT count(*) FROM {x}) > {n}", "ctid IN (SELECT ctid FROM {x})",
                        "{c} IN (SELECT {c} FROM {x} ORDER BY 1 LIMIT {n})", "{c} = (SELECT max({c}) FROM {x})", "{c} IS DISTINCT FROM {o}").format(
            c=column, v=value, w=self.constant(column), t=self.one("TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "UNKNOWN"), b=self.one("true", "false"),
            p=self.one("'%'", "'z%'", "'%o%'", "''"), n=self.one("0", "1", "3", "100"), o=other, x=table)

    def where(self, table):
        return self.maybe(" WHERE " + self.condition(table), 0.7)

    # -- DML

    def target(self):
        return self.one(*COLUMNS, *COLUMNS, *VIEWS)

    def delete(self):
        table = self.target()
        if self.random.random() < 0.2:
            other = self.table()
            return "DELETE FROM %s USING %s AS u%s" % (table, other, self.maybe(" WHERE %s.%s %s u.%s" % (
                table.split(".")[-1], "id", self.one("=", "<>", "<="), "id")))
        return "DELETE FROM %s%s%s" % (self.maybe("ONLY ", 0.1) + table, self.where(table),
                                       self.maybe(" RETURNING id", 0.2))

    def update(self):
        table = self.target()
        column = self.column(table)
        value = self.one(self.constant(column), self.constant(column), column,
                         "DEFAULT") if table in COLUMNS else self.constant(column)
        return "UPDATE %s SET %s = %s%s%s" % (table, column, value, self.where(table), self.maybe(" RETURNING id", 0.2))

    def insert(self):
        return self.one("INSERT INTO audit (what) VALUES ('x')", "INSERT INTO audit (what) SELECT state FROM "
                        "orders" + self.where("orders"), "INSERT INTO inbox (what) VALUES (%s)" % self.one("'purge'", "'x'"),
                        "INSERT INTO orders (id, customer_id, total) SELECT id, customer_id, total FROM orders%s ON CONFLICT (id) DO %s" % (
                            self.where("orders"), self.one("NOTHING", "UPDATE SET note = %s"
                                                           % self.one("NULL", "excluded.note",
                                                                      "orders.note"), "UPDATE SET state = 'x'%s" % self.where("orders").replace("id ", "orders.id "))),
                        "INSERT INTO customers (email, name) VALUES ('n@example.org', 'n') ON CONFLICT (email) DO UPDATE SET name = NULL",
                        "INSERT INTO archive.old_orders (id, what) SELECT id + 1000, note FROM orders", "INSERT INTO events VALUES (1, '2026-05-05', 'x')")

    def merge(self):
        table = self.one("orders", "items", "audit", "every_order")
        return "MERGE INTO %s AS t USING %s AS s ON %s %s" % (
            table, self.one("(SELECT id FROM orders%s)" % self.where("orders"), "customers", "(VALUES (1), (2)) ",
                            "audit").replace("(VALUES (1), (2)) ", "(SELECT column1 AS id FROM (VALUES (1), (2)) AS "
                                             "v)"),
            self.one("t.id = s.id", "t.id = s.id", "true", "t.id <> s.id", "false"),
            self.one("WHEN MATCHED THEN DELETE", "WHEN MATCHED AND t.id > 3 THEN DELETE",
                     "WHEN MATCHED THEN DO NOTHING", "WHEN NOT MATCHED BY SOURCE THEN DELETE", "WHEN NOT MATCHED THEN DO NOTHING"))

    def query(self):
        table = self.one(*COLUMNS, *VIEWS)
        return self.one("SELECT %s FROM %s%s" % (self.column(table), table, self.where(table)),
                        "SELECT count(*) FROM %s%s" % (table, self.where(table)),
                        "SELECT %s()" % self.one("purge_orders", "order_count",
                                                 "order_count"), "SELECT * FROM purges", "SELECT id, order_count() FROM " + self.table(), "SELECT nextval('invoice_numbers')")

    def dml(self):
        return self.one(self.delete, self.delete, self.update, self.insert, self.merge)()

    # -- DDL

    def alter_table(self):
        table = self.table()
        clauses = [self.alter_clause(table) for _ in range(self.one(1, 1, 1, 2))]
        return "ALTER TABLE %s%s %s" % (self.maybe("IF EXISTS ", 0.1), table, ", ".join(clauses))

    def alter_clause(self, table):
        column = self.column(table)
        return self.one(
            "DROP COLUMN %s%s" % (column, self.maybe(" "
                                                     "CASCADE")), "DROP COLUMN IF EXISTS %s CASCADE" % column, "ADD COLUMN %s %s" % (self.name(), self.one(*TYPES)), "ADD COLUMN %s integer DEFAULT %s" % (self.name(), self.one("0", "order_count()::int", "purge_orders()", "random()::int")),
            "ADD COLUMN IF NOT EXISTS %s text" % column, "ALTER COLUMN %s TYPE %s" % (column,
                                                                                      self.one(*TYPES)), "ALTER COLUMN %s TYPE %s USING %s" % (column, self.one(*TYPES), self.one("NULL", column + "::text", "'1'", "left(%s::text, 1)" % column)),
            "ALTER COLUMN %s SET DEFAULT %s" % (column,
                                                self.constant(column)), "ALTER COLUMN %s DROP DEFAULT" % column, "ALTER COLUMN %s DROP NOT NULL" % column, "ALTER COLUMN %s SET NOT NULL" % column,
            "ADD CHECK (%s)" % self.condition(table,
                                              2), "ADD CONSTRAINT %s UNIQUE (%s)" % (self.name(),
                                                                                     column), "DROP CONSTRAINT IF EXISTS %s_pkey CASCADE" % table.split(".")[-1],
            "SET (fillfactor = 80)", "ENABLE ROW LEVEL SECURITY", "DISABLE TRIGGER ALL", "OWNER TO app", "SET UNLOGGED", "REPLICA IDENTITY FULL", "ALTER COLUMN %s SET STATISTICS 10" % column)

    def alter_alone(self):
        table = self.table()
        short = table.split(".")[-1]
        return self.one("ALTER TABLE %s RENAME TO %s" % (table, self.name()), "ALTER TABLE %s RENAME COLUMN %s TO %s"
                        % (table, self.column(table),
                           self.name()), "ALTER TABLE %s SET SCHEMA %s" % (table, self.one("archive", "public")),
                        "ALTER TABLE events DETACH PARTITION events_2024", "ALTER TYPE mood ADD VALUE 'fine'", "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", "ALTER SEQUENCE invoice_numbers RESTART", "ALTER VIEW every_order RENAME TO " + self.name(),
                        "ALTER DOMAIN amount ADD CHECK (VALUE < %s)" % self.one("10",
                                                                                "1000000"), "ALTER INDEX orders_customer RENAME TO " + self.name(), "ALTER SCHEMA archive RENAME TO " + self.name(), "COMMENT ON TABLE %s IS 'x'" % table,
                        "CREATE INDEX ON %s (%s)" % (table,
                                                     self.column(table)), "CREATE TRIGGER %s AFTER INSERT ON %s EXECUTE FUNCTION on_inbox()" % (self.name(), short))

    def drop(self):
        kind, names = self.one(("TABLE", [*COLUMNS, "events_rest"]), ("TABLE", list(COLUMNS)),
                               ("VIEW", [*VIEWS, "purges"]), ("MATERIALIZED VIEW",
                                                              ["order_totals"]), ("SCHEMA",
                                                                                  ["archive", "public"]), ("TYPE", ["mood", "citext"]),
                               ("DOMAIN", ["amount"]), ("SEQUENCE", ["invoice_numbers",
                                                                     "orders_id_seq"]), ("INDEX",
                                                                                         ["orders_customer", "customers_email_key"]), ("FUNCTION", ["order_count()", "purge_orders()", "on_inbox()"]), ("EXTENSION", ["citext"]))
        return "DROP %s %s%s%s" % (kind, self.maybe("IF EXISTS ", 0.4), self.random.choice(names),
                                   self.maybe(" CASCADE"))

    def truncate(self):
        return "TRUNCATE %s%s%s" % (self.table(), self.maybe(", " + self.table(), 0.2), self.maybe(" CASCADE"))

    def rights(self):
        table, role = self.one(*COLUMNS, *VIEWS), self.one(*ROLES)
        return self.one("REVOKE %s ON %s FROM %s" % (self.one("SELECT", "ALL", "INSERT, UPDATE", "DELETE"), table,
                                                     role), "GRANT %s ON %s TO %s" % (self.one("SELECT", "ALL", "UPDATE"), table, role),
                        "REVOKE %s ON SCHEMA %s FROM %s" % (self.one("USAGE", "ALL"), self.one("public", "archive"),
                                                            role), "REVOKE EXECUTE ON FUNCTION order_count() FROM %s" % role, "REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM %s" % role,
                        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM %s" % role, "DROP OWNED BY %s" % self.one("app", "reader"), "REVOKE SELECT (%s) ON orders FROM %s" % (self.column("orders"), role))

    def row_security(self):
        """Also several statements, as a change has them."""
        table = self.one("tickets", "tickets", *COLUMNS)
        name = self.one("own_tickets", "own_tickets", self.name()) if table == "tickets" else self.name()
        condition = self.condition(table, 1)
        made = "CREATE POLICY %s ON %s%s%s USING (%s)" % (
            self.one(name, self.name()), table, self.maybe(" AS RESTRICTIVE", 0.2),
            self.maybe(" FOR " + self.one("SELECT", "UPDATE", "DELETE"), 0.2) or self.maybe(" TO " + self.one("app", "crew"), 0.2), condition)
        enable = "ALTER TABLE %s %s ROW LEVEL SECURITY" % (table, self.one("ENABLE", "ENABLE", "FORCE", "DISABLE"))
        dropped = "DROP POLICY %s%s ON %s" % (self.maybe("IF EXISTS "), name, table)
        return self.one(made, enable, dropped, made + "; " + enable, enable + "; " + made, dropped + "; " + made,
                        "ALTER POLICY own_tickets ON tickets USING (%s)" % self.condition("tickets", 1),
                        "ALTER POLICY own_tickets ON tickets TO %s" % self.one(*ROLES))

    def family(self):
        return self.one("ALTER TABLE dogs NO INHERIT animals", "ALTER TABLE dogs NO INHERIT animals; ALTER TABLE dogs INHERIT animals",
                        "UPDATE codes SET code = %s%s" % (self.one("'z'", "code || 'x'", "upper(code)"), self.where("codes")),
                        "DELETE FROM codes" + self.where("codes"), "DELETE FROM products" + self.where("products"),
                        "CREATE OR REPLACE VIEW open_orders AS SELECT id, state, total FROM orders" + self.where("orders"),
                        "CREATE OR REPLACE VIEW every_order AS SELECT id, customer_id, state, total, %s FROM orders%s"
                        % (self.one("note", "note", "memo AS note", "NULL::text AS note"), self.maybe(self.where("orders"))),
                        "SELECT setval('invoice_numbers', %s)" % self.one("1", "900", "(SELECT max(id) FROM orders)", "(SELECT count(*) FROM orders)"),
                        "ALTER DOMAIN amount DROP CONSTRAINT amount_check")

    def create(self):
        name, table = self.name(), self.table()
        return self.one("CREATE TABLE %s AS SELECT * FROM %s%s" % (name, table, self.where(table)),
                        "CREATE TABLE %s (id bigint PRIMARY KEY, other bigint REFERENCES orders)" % name, "CREATE VIEW %s AS SELECT * FROM %s%s" % (name, table, self.where(table)),
                        "CREATE TABLE IF NOT EXISTS %s (id bigint)" % table, "CREATE MATERIALIZED VIEW %s AS SELECT * FROM %s" % (name, self.one(table, "purges")), "CREATE OR REPLACE VIEW open_orders AS SELECT id, state, total FROM orders" + self.where("orders"),
                        "CREATE TABLE %s (LIKE %s INCLUDING ALL)" % (name,
                                                                     table), "CREATE TEMP TABLE %s AS SELECT * FROM %s" % (table.split(".")[-1], table), "REFRESH MATERIALIZED VIEW order_totals" + self.maybe(" WITH NO DATA"),
                        "CREATE DOMAIN %s AS integer CHECK (VALUE > 0)" % name)

    # -- around

    def simple(self):
        return self.one(self.dml, self.dml, self.dml, self.query, self.alter_table, self.alter_table,
                        self.alter_alone, self.drop, self.truncate, self.rights, self.create, self.row_security, self.family)()

    def of_body(self):
        statement = self.simple()
        return statement.replace("SELECT", "PERFORM",
                                 1) if statement.startswith("SELECT") else statement.replace(" RETURNING id", "")

    def block(self):
        body = self.of_body()
        return self.one("BEGIN {0}; END", "BEGIN {0}; {1}; END", "BEGIN IF EXISTS (SELECT FROM {2}) THEN {0}; END IF; "
                        "END", "BEGIN IF (SELECT count(*) FROM {2}) > 100 THEN {0}; ELSE {1}; END IF; END",
                        "BEGIN {0}; EXCEPTION WHEN unique_violation THEN NULL; END", "BEGIN RETURN; {0}; END", "DECLARE r record; BEGIN FOR r IN SELECT * FROM {2} LOOP {0}; EXIT; END LOOP; END",
                        "BEGIN EXECUTE {3}; END", "DECLARE s text := {3}; BEGIN EXECUTE s; END").format(body, self.of_body(), self.table(), "'" + body.replace("PERFORM", "SELECT", 1).replace("'", "''") + "'")

    def statement(self):
        kind = self.random.random()
        if kind < 0.55:
            return self.simple()
        name = self.name()
        if kind < 0.65:
            return "DO $$ %s $$" % self.block()
        if kind < 0.72:
            return "CREATE FUNCTION %s() RETURNS void LANGUAGE plpgsql AS $$ %s $$%s" % (name, self.block(),
                                                                                         self.maybe("; " + self.one("SELECT %s()", "SELECT * FROM %s()", "DO 'BEGIN PERFORM %s(); END'", "SELECT 1 FROM audit WHERE %s() IS NULL") % name, 0.6))
        if kind < 0.77:
            return "CREATE PROCEDURE %s() LANGUAGE plpgsql AS $$ %s $$%s" % (name, self.block(),
                                                                             self.maybe("; CALL %s()" % name, 0.6))
        if kind < 0.85:
            change = self.one(self.delete, self.update, self.insert)().split(" RETURNING")[0]
            return self.one("WITH w AS (%s RETURNING 1) SELECT count(*) FROM w", "WITH w AS (%s) SELECT 1",
                            "EXPLAIN %s", "EXPLAIN ANALYZE %s", "COPY (%s RETURNING 1) TO STDOUT", "PREPARE p AS %s; EXECUTE p", "PREPARE p AS %s") % change
        if kind < 0.92:
            change = self.one(self.delete, self.update, self.insert)().split(" RETURNING")[0]
            return self.one("CREATE TABLE {n} (id int); CREATE FUNCTION {n}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                            "BEGIN {c}; RETURN NEW; END $$; CREATE TRIGGER t AFTER {e} ON {n} FOR EACH ROW EXECUTE FUNCTION {n}(); INSERT INTO {n} VALUES (1)",
                            "CREATE TABLE {n} (id int); CREATE RULE r AS ON {e} TO {n} DO ALSO {c}; INSERT INTO {n} VALUES (1)", "CREATE FUNCTION {n}() RETURNS int LANGUAGE sql AS $$ {c}; SELECT 1 $$; CREATE TABLE {n} (id int DEFAULT {n}()); INSERT INTO {n} {v}",
                            "CREATE FUNCTION {n}() RETURNS int LANGUAGE sql AS $$ {c}; SELECT 1 $$; CREATE VIEW {n} AS SELECT {n}(){s}").format(n=name, c=change, e=self.one("INSERT", "INSERT", "UPDATE"), v=self.one("DEFAULT VALUES", "VALUES (1)"), s=self.maybe("; SELECT * FROM %s" % name))
        return self.simple() + "; " + self.simple()
