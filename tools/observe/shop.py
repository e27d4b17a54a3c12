"""A server with the database of tests/safety/shop.sql in it, filled, given anew to everyone who asks."""
import os
import shutil
import signal
import subprocess

from losses import State
from postgres_servers import ROOT
from server import PORT, SETTINGS, Server
from session import ServerError

SCHEMA = os.path.join(ROOT, "tests", "safety", "shop.sql")
# They belong to the whole server.
BELONGINGS = ["CREATE ROLE app LOGIN", "CREATE ROLE reader LOGIN", "CREATE ROLE crew", "GRANT crew TO app",
              "CREATE DATABASE other", "CREATE DATABASE filled"]
ROWS = [
    "INSERT INTO customers (email, name, nick, feeling) SELECT 'c' || g || '@example.org', 'Name ' || g, 'Nick' || g, "
    "(ARRAY['sad', 'ok', 'happy'])[g % 3 + 1]::mood FROM generate_series(1, 5) AS g",
    "INSERT INTO orders (customer_id, state, total, note, memo) SELECT g % 5 + 1, (ARRAY['open', 'paid', 'sent'])[g % 3 + 1], "
    "g * 10.5, 'note of ' || g, 'memo of ' || g FROM generate_series(1, 12) AS g",
    "INSERT INTO items (order_id, product, pieces) SELECT g % 12 + 1, 'product ' || g, g FROM generate_series(1, 24) AS g",
    "INSERT INTO audit (what) SELECT 'entry ' || g FROM generate_series(1, 3) AS g",
    "INSERT INTO inbox (what) VALUES ('first'), ('second')",
    "INSERT INTO events SELECT g, date '2024-01-01' + g * 100, 'event ' || g FROM generate_series(1, 12) AS g",
    "INSERT INTO archive.old_orders SELECT g, 'old ' || g FROM generate_series(1, 4) AS g",
    "INSERT INTO codes SELECT 'c' || g, 'label ' || g FROM generate_series(1, 3) AS g",
    "INSERT INTO codes VALUES ('none', 'None')",
    "INSERT INTO products (code, parent_id, net) SELECT 'c' || g % 3 + 1, nullif(g / 2, 0), g * 2 FROM generate_series(1, 6) AS g",
    "INSERT INTO readings SELECT g, timestamptz '2024-03-01 10:20:30.123456+00' + g * interval '1 hour', "
    "1234567.12345678901234567 + g, 2345678.1234567 + g, 9007199254740993 + g, ('10.0.' || g || '.7/16')::inet, "
    "'{\"a\": 1, \"b\": 2}', ROW('street ' || g, 'city ' || g)::address FROM generate_series(1, 3) AS g",
    "INSERT INTO animals VALUES (1, 'cat'), (2, 'cow')",
    "INSERT INTO dogs VALUES (11, 'rex', 'beagle'), (12, 'fido', 'mix')",
    "INSERT INTO tickets (tenant, title) SELECT (ARRAY['app', 'reader'])[g % 2 + 1], 'ticket ' || g FROM generate_series(1, 4) AS g",
    "REFRESH MATERIALIZED VIEW order_totals",
    "SELECT setval('invoice_numbers', 500)",
    "SELECT lo_from_bytea(4711, 'a large object')",
    "ANALYZE",
]
# More rows, with values that conditions are often about.
TEXTS = "(VALUES (''), ('x'), ('open'), ('zzz'), ('A'), ('note of 3'), ('c1@example.org'), ('gone'), (NULL)) AS t (t)"
NUMBERS = "unnest(ARRAY[-5, 0, 1, 2, 3, 7, 99, 1000, 100000]) AS n"
OTHER_ROWS = "; ".join([
    "INSERT INTO public.customers (id, email, name, nick, feeling, created) SELECT n, 'n' || n, t, t, CASE t WHEN 'x' THEN 'ok'::mood WHEN '' THEN 'sad' END, "
    "CASE t WHEN 'x' THEN '2024-05-01' WHEN 'A' THEN now() ELSE '2030-01-01' END FROM %s, %s WHERE n > 5 OR n < 1 ON CONFLICT DO NOTHING" % (NUMBERS, TEXTS),
    "INSERT INTO public.customers (id, email, name) SELECT 200 + row_number() OVER (), t, t FROM %s WHERE t IS NOT NULL ON CONFLICT DO NOTHING" % TEXTS,
    "INSERT INTO public.orders (id, customer_id, state, total, note, memo) SELECT row_number() OVER () * 7 - 70, 1, coalesce(t, 'x'), abs(n), t, t FROM %s, %s "
    "ON CONFLICT DO NOTHING" % (NUMBERS, TEXTS),
    "INSERT INTO public.orders (id, customer_id, total) VALUES (0, 1, 0), (99, 1, 99), (1000, 0, 3), (100000, 99, 1000) ON CONFLICT DO NOTHING",
    "INSERT INTO public.items (order_id, product, pieces) SELECT CASE WHEN t = 'x' THEN 0 WHEN t = 'A' THEN 1000 WHEN t = 'zzz' THEN 99 ELSE 7 END, coalesce(t, 'x'), abs(n) + 1 FROM %s, %s" % (NUMBERS, TEXTS),
    *("INSERT INTO %s (id, what) SELECT n, t FROM (SELECT n FROM %s) AS n, (SELECT t FROM %s) AS t WHERE n > 5 OR n < "
      "1" % (table, NUMBERS, texts)
      for table, texts in [("public.audit", TEXTS + " WHERE t IS NULL"),
                           ("archive.old_orders", TEXTS + " WHERE t IS NULL"), ("public.inbox",
                                                                                TEXTS + " WHERE t IS NULL")]),
    *("INSERT INTO %s (id, what) SELECT 300 + row_number() OVER (), t FROM %s" % (table, TEXTS)
      for table in ["public.audit", "archive.old_orders", "public.inbox"]),
    "INSERT INTO public.events SELECT n, d, t FROM %s, %s, (VALUES (date '2024-05-01'), (now()::date), (date '2030-01-01'), (date '2024-01-01')) AS d (d)" % (NUMBERS, TEXTS),
    "",
])


class Shop(Server):
    """What belongs to the whole server is made anew as well, from a copy of its files, when `of_all` says it has changed."""

    def __init__(self, major, bindir):
        super().__init__(major, bindir, dict(SETTINGS, statement_timeout="10s", max_prepared_transactions="2"))

    def start(self):
        os.environ["PGHOST"] = self.folder   # of the programs that statements start
        super().start()
        admin = self.connect("postgres")
        for sql in BELONGINGS:
            admin.rows(sql)
        admin.close()
        filling = self.connect("filled")
        with open(SCHEMA) as schema:
            filling.rows(schema.read())
        for sql in ROWS:
            filling.rows(sql)
        filling.close()
        self.stop()
        data = os.path.join(self.folder, "data")
        subprocess.run(["cp", "-a", data, data + ".kept"], check=True)
        self.again()
        self.anew()
        self.before = self.state()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def again(self):
        settings = dict(self.settings, unix_socket_directories=self.folder, port=str(PORT))
        arguments = ["-D", os.path.join(self.folder, "data")]
        arguments += [word for name, value in settings.items() for word in ("-c", name + "=" + value)]
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self.process = self.run(subprocess.Popen, "postgres", arguments, stdout=log)
        self.await_connections()

    def from_copy(self):
        self.stop()
        data = os.path.join(self.folder, "data")
        shutil.rmtree(data)
        subprocess.run(["cp", "-a", data + ".kept", data], check=True)
        self.again()

    def anew(self):
        """The database as it was filled."""
        for again in [False, True]:
            try:
                if again:
                    self.from_copy()
                admin = self.connect("postgres")
                admin.rows("DROP DATABASE IF EXISTS shop WITH (FORCE)")
                admin.rows("CREATE DATABASE shop TEMPLATE filled STRATEGY file_copy")
                admin.close()
                return
            except (ServerError, OSError):
                if again:
                    raise

    def state(self):
        session = self.connect("shop")
        try:
            return State(session)
        finally:
            session.close()

    def alone(self, sql):
        """Statement by statement, as psql sends a file. The first error, or nothing."""
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-p", str(PORT), "-U", "postgres", "-d",
                               "shop", "-f", "-"],
                              input=sql, text=True, errors="replace", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
                              env=dict(os.environ, PGPORT=str(PORT)))
        return next((line for line in done.stderr.splitlines() if "ERROR:" in line or "FATAL:" in line), "")

    def together(self, sql):
        """In a transaction and at once, as runners send a file."""
        session = self.connect("shop")
        try:
            for part in ["BEGIN", sql, "COMMIT"]:
                answer = session.ask(part)
                if answer.error:
                    return answer.error
            return ""
        except (ServerError, OSError) as why:
            return str(why)
        finally:
            session.close()

    def undone(self, sql):
        """(State, error) at the end of a transaction with it, which is rolled back; much faster than a new database."""
        session = self.connect("shop")
        try:
            for part in ["BEGIN", sql, "SET CONSTRAINTS ALL IMMEDIATE"]:
                answer = session.ask(part)
                if answer.error:
                    return self.before, answer.error
            session.rows("RESET SESSION AUTHORIZATION")
            return State(session), ""
        finally:
            session.close()


def of_all(state):
    """What of it belongs to the whole server."""
    return (state.names["role"], state.names["database"], state.names["setting"],
            {right for right, of in state.names["right"] if not of})
