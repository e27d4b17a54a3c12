"""The database that cases run in, set up for one case after the other."""
from observer import OutsideTransaction, in_transaction

# Whom and what cases may name; they belong to the whole server.
BELONGINGS = ["CREATE ROLE alice", "CREATE ROLE bob", "SET allow_in_place_tablespaces = on",
              "CREATE TABLESPACE ts1 LOCATION ''", "CREATE TABLESPACE fast LOCATION ''", "CREATE DATABASE bench"]

# Ten times as fast as a new database. Whatever a schema does not hold is listed.
CLEAN_UP = """
SELECT 'DROP PUBLICATION ' || quote_ident(pubname) FROM pg_publication
UNION ALL
SELECT 'DROP SCHEMA ' || quote_ident(nspname) || ' CASCADE' FROM pg_namespace
 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL
SELECT 'DROP DATABASE ' || quote_ident(datname) FROM pg_database
 WHERE NOT datistemplate AND datname NOT IN ('postgres', 'bench')
UNION ALL
SELECT 'DROP ACCESS METHOD ' || quote_ident(amname) FROM pg_am WHERE oid >= 16384
UNION ALL
SELECT 'DROP ROLE ' || quote_ident(rolname) FROM pg_roles
 WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', 'alice', 'bob')
UNION ALL
SELECT 'CREATE SCHEMA public'
"""


class Bench:
    def __init__(self, server):
        self.server = server
        admin = server.connect("postgres")
        for sql in BELONGINGS:
            admin.rows(sql)
        admin.close()
        self.prepared = self.refusal = None

    def answer(self, case):
        refusal = self.prepare(case)
        if refusal:
            return refusal
        session = self.connect()
        try:
            seen = in_transaction(session, case.statement)
        finally:
            session.close()
        if seen is None:
            seen = OutsideTransaction(lambda: self.prepare_anew(case), self.connect, case.statement).observe()
            self.prepared = None
        return seen

    def connect(self):
        """Sessions are never used twice: whether a partition's parent is locked depends on what one has cached."""
        return self.server.connect("bench")

    def prepare(self, case):
        """What a transaction did is rolled back, so that a family's cases mostly find what they need."""
        wanted = (case.family, case.extra)
        return self.refusal if self.prepared == wanted else self.prepare_anew(case)

    def prepare_anew(self, case):
        """The answer to give when a statement fails: this version lacks what the case needs."""
        session = self.connect()
        try:
            for (sql,) in session.rows(CLEAN_UP):
                session.rows(sql)
            self.prepared, self.refusal = (case.family, case.extra), None
            for sql in case.schema + case.extra:
                done = session.ask(sql)
                if done.error:
                    self.refusal = ["not here: %s %s" % (done.sqlstate, done.error)]
                    break
            return self.refusal
        finally:
            session.close()
