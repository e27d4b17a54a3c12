"""The databases that cases run in: `family` holds a family's schema, `fresh` is a copy that one statement may change."""
from observer import OutsideTransaction, in_transaction

# Whom and what cases may name; they belong to the whole server.
BELONGINGS = ["CREATE ROLE alice", "CREATE ROLE bob", "SET allow_in_place_tablespaces = on",
              "CREATE TABLESPACE ts1 LOCATION ''"]


class Bench:
    def __init__(self, server):
        self.server, self.admin = server, server.connect("postgres")
        self.family, self.refusal, self.session = None, None, None
        for sql in BELONGINGS:
            self.admin.rows(sql)

    def answer(self, case):
        if case.family != self.family:
            self.make_family(case)
        if self.refusal:
            return self.refusal
        seen = self.in_fresh_database(case) if case.extra else in_transaction(self.family_session(), case.statement)
        if seen is not None:
            return seen
        return OutsideTransaction(lambda: self.make_fresh(case), lambda: self.server.connect("fresh"),
                                  case.statement).observe()

    def in_fresh_database(self, case):
        refusal = self.make_fresh(case)
        if refusal:
            return refusal
        session = self.server.connect("fresh")
        try:
            return in_transaction(session, case.statement)
        finally:
            session.close()

    def make_family(self, case):
        self.family = case.family
        self.create("family", "template0")
        self.refusal = self.run("family", case.schema)

    def make_fresh(self, case):
        self.create("fresh", "family")
        return self.run("fresh", case.extra)

    def family_session(self):
        if self.session is None:
            self.session = self.server.connect("family")
        return self.session

    def create(self, name, template):
        """A database in use is no template; the server itself waits for sessions that were closed a moment ago."""
        if self.session is not None:
            self.session.close()
            self.session = None
        self.admin.rows("DROP DATABASE IF EXISTS " + name)
        self.admin.rows("CREATE DATABASE %s TEMPLATE %s" % (name, template))

    def run(self, database, statements):
        """The answer to give when a statement fails: this version lacks what the case needs."""
        session = self.server.connect(database)
        try:
            for sql in statements:
                done = session.ask(sql)
                if done.error:
                    return ["not here: %s %s" % (done.sqlstate, done.error)]
            return None
        finally:
            session.close()
