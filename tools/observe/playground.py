"""Builds random schemas on one server and watches statements on them. Nothing that a statement does stays.

A statement is watched in a transaction block that is rolled back, so one database serves all statements about a schema, as
observer.py says what is seen. What refuses a transaction block runs on copies of the database, and only locks on tables are
seen of it.
"""
import re
from dataclasses import dataclass, field

from history import WATCHED, WATCHED_BEFORE_13, Sizes, Watched
from observer import KINDS, LOCKS, MODE_OF, MODES, NOT_IN_A_TRANSACTION_BLOCK, OutsideTransaction, Seen, checked_keys
from observer import chosen_by_planner, relations
from server import SETTINGS, Server
from session import ServerError

ROLES = ["CREATE ROLE alice", "CREATE ROLE bob", "CREATE TABLESPACE ts1 LOCATION ''"]
DATABASE, COPY = "play", "play_copy"
SETTINGS_OF_A_DATABASE = ["SET statement_timeout = '5s'", "SET lock_timeout = '2s'"]
BUILDS_OF_A_DATABASE = 100   # its catalogs grow
EMPTIED = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', name); END LOOP;
  FOR name IN SELECT fdwname FROM pg_foreign_data_wrapper LOOP EXECUTE format('DROP FOREIGN DATA WRAPPER %I CASCADE', name); END LOOP;
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
  CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC;
END $$"""


@dataclass
class Outcome:
    watched: Watched = None      # None when it failed
    sqlstate: str = ""
    error: str = ""
    alone: bool = False          # it refuses a transaction block
    created: dict = field(default_factory=dict)   # name: relkind
    dropped: dict = field(default_factory=dict)


class PlayServer(Server):
    def __init__(self, major, bindir):
        super().__init__(major, bindir, dict(SETTINGS, max_connections="200", log_min_messages="panic"))

    def start(self):
        super().start()
        session = self.connect("postgres")
        for sql in ROLES:
            session.rows(sql)
        session.close()


class Playground:
    def __init__(self, server):
        self.server = server
        self.seen_by = WATCHED if server.major >= 13 else WATCHED_BEFORE_13
        self.session, self.builds = None, 0
        self.admin = server.connect("postgres")

    def close(self):
        self.leave()
        self.admin.close()

    def leave(self):
        if self.session:
            self.session.close()
            self.session = None

    def fresh(self, name, template):
        for _ in range(100):
            answer = self.admin.ask("DROP DATABASE IF EXISTS %s" % name)
            if not answer.error:
                break
        self.admin.rows("CREATE DATABASE %s TEMPLATE %s" % (name, template))
        for setting in SETTINGS_OF_A_DATABASE:
            self.admin.rows("ALTER DATABASE %s %s" % (name, setting))

    def build(self, statements, rows=()):
        """Those of the statements that the server takes."""
        self.leave()
        self.server.await_connections()
        self.empty()
        taken = [sql for sql in statements if not self.session.ask(sql).error]
        for sql in rows:
            self.session.ask(sql)
        self.note_relations()
        return taken

    def empty(self):
        self.builds += 1
        if self.builds % BUILDS_OF_A_DATABASE != 1:
            self.session = self.server.connect(DATABASE)
            if not self.session.ask(EMPTIED).error:
                return
            self.leave()
        self.fresh(DATABASE, "template0")
        self.session = self.server.connect(DATABASE)

    def note_relations(self):
        self.before, self.keys = relations(self.session), checked_keys(self.session)
        self.names = {relation.name for relation in self.before.values()}
        self.table_of = {relation.name: self.before[relation.table].name
                         for relation in self.before.values() if relation.table in self.before}

    def watch(self, sql, planned):
        """Locks, scans and files after one statement; None when the server is gone, which a new build mends."""
        session = self.session
        began = session.ask("BEGIN; SET LOCAL client_min_messages = debug1; " + SCANS)
        scans_before = {int(oid): int(count) for oid, count in began.rows}
        answer = session.ask(sql)
        if answer.error:
            session.ask("ROLLBACK")
            return Outcome(sqlstate=answer.sqlstate, error=answer.error, alone=answer.sqlstate == NOT_IN_A_TRANSACTION_BLOCK)
        session.ask("SET LOCAL client_min_messages = notice")
        try:
            return self.summary(scans_before, answer.messages, planned)
        finally:
            session.ask("ROLLBACK")

    def summary(self, scans_before, messages, planned):
        locks, scans, wrote = [], {}, False
        for what, oid, value in self.session.rows(self.seen_by % (LOCKS % self.session.pid)):
            if what == "lock":
                locks.append((int(oid), MODE_OF[value]))
            elif what == "scan":
                scans[int(oid)] = int(value)
            else:
                wrote = True
        seen, after = Seen(self.before), self.before
        seen.note_locks(locks)
        if wrote:
            after = relations(self.session)
            seen.note_files(after, Sizes(self.session), messages)
        if not planned:
            scanned = {oid for oid, count in scans.items() if count > scans_before.get(oid, 0)}
            seen.note_scans(scanned - chosen_by_planner(self.session, self.before, self.keys, messages) if scanned else ())
        return Outcome(self.watched(seen), created=only(after, self.before), dropped=only(self.before, after))

    def watched(self, seen):
        def lines(what):
            return {line[len(what) + 1:] for line in seen.lines if line.startswith(what + " ")}
        return Watched(locks={self.before[oid].name: mode for oid, mode in seen.locks.items()},
                       kinds={self.before[oid].name: self.before[oid].kind for oid in seen.locks},
                       rewrites=lines("rewrite"), emptied=lines("empty"), rebuilds=lines("index-rebuild"),
                       scans=lines("scan"), names=self.names, table_of=self.table_of)

    def watch_alone(self, sql):
        """On copies of what was built; the session that built it is gone then, and its temporary tables are."""
        self.leave()
        lines = OutsideTransaction(lambda: self.fresh(COPY, DATABASE), lambda: self.server.connect(COPY), sql).observe()
        if lines[0].startswith("fails "):
            _, sqlstate, error = lines[0].split(" ", 2)
            return Outcome(sqlstate=sqlstate, error=error, alone=True)
        watched = Watched(names=self.names, table_of=self.table_of, alone=True)
        letter_of = {kind: letter for letter, kind in KINDS.items()}
        for line in lines[1:]:
            lock = re.match(r"lock (%s) (.*) \((.*?)\)$" % "|".join(sorted(MODES, key=len, reverse=True)), line)
            if lock:
                watched.locks[lock.group(2)] = MODES.index(lock.group(1))
                watched.kinds[lock.group(2)] = letter_of[lock.group(3)]
            for word, into in [("rewrite ", watched.rewrites), ("empty ", watched.emptied), ("scan ", watched.scans),
                               ("index-rebuild ", watched.rebuilds)]:
                if line.startswith(word):
                    into.add(line[len(word):])
        return Outcome(watched, alone=True)


SCANS = ("SELECT c.oid, pg_catalog.pg_stat_get_xact_numscans(c.oid) FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm') "
         "AND c.oid >= 16384 AND pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0")


def only(some, others):
    """{name: kind} of relations that the others lack; a new name makes no other relation."""
    return {relation.name: relation.kind for oid, relation in some.items() if oid not in others}
