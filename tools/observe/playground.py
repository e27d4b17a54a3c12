"""Builds random schemas on one server and watches statements on them. Nothing that a statement does stays.

A statement is watched in a transaction block that is rolled back, so one database serves all statements about a schema, as
observer.py says what is seen. All that is asked about one goes to the server at once, and is planned once a schema: thousands
are watched a minute. What refuses a transaction block runs on copies of the database, and only locks on tables are
seen of it.
"""
import os
import re
import shutil
from dataclasses import dataclass, field

from comparison import DETACHES
from history import WATCHED, WATCHED_BEFORE_13, Watched
from observer import FOREIGN_KEYS, KINDS, LOCKS, MODE_OF, MODES, NOT_IN_A_TRANSACTION_BLOCK, RELATIONS, OutsideTransaction
from observer import Relation, Seen, checked_keys, chosen_by_planner, relations
from server import SETTINGS, Server
from session import ServerError

ROLES = ["CREATE ROLE alice", "CREATE ROLE bob", "CREATE TABLESPACE ts1 LOCATION ''"]
DATABASE, COPY = "play%s", "play%s_copy"
MEMORY, ROOM = "/dev/shm", 4 << 30
SETTINGS_OF_A_DATABASE = ["SET statement_timeout = '5s'", "SET lock_timeout = '2s'"]
BUILDS_OF_A_DATABASE = 100
SENT_AT_ONCE = 50            # what both sides' buffers have room for
GROWING = ["pg_class", "pg_attribute", "pg_depend", "pg_constraint", "pg_index", "pg_type", "pg_attrdef", "pg_trigger", "pg_rewrite",
           "pg_inherits", "pg_shdepend", "pg_proc", "pg_statistic"]   # by what is rolled back: they are vacuumed for each schema
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
    major: int = 0
    created: dict = field(default_factory=dict)   # name: relkind
    dropped: dict = field(default_factory=dict)


class PlayServer(Server):
    """Half of its time would go into making and removing files on a disk."""

    def __init__(self, major, bindir):
        super().__init__(major, bindir, dict(SETTINGS, max_connections="200", log_min_messages="panic"))
        if os.path.isdir(MEMORY) and shutil.disk_usage(MEMORY).free > ROOM:
            self.place = MEMORY

    def start(self):
        super().start()
        session = self.connect("postgres")
        for sql in ROLES:
            session.rows(sql)
        session.close()

    def __getstate__(self):
        """For other processes, which reach it; the one that started it stops it."""
        return dict(self.__dict__, process=None)


class Playground:
    """In a database of its own: those of other names are of other processes."""

    def __init__(self, server, name=""):
        self.server, self.database, self.copy = server, DATABASE % name, COPY % name
        self.asked = asked_after(WATCHED if server.major >= 13 else WATCHED_BEFORE_13)
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
        taken = [sql for sql, answer in zip(statements, self.answers(statements)) if not answer.error]
        self.answers(rows)
        self.note_relations()
        for name, query in [("fuzz_scans", SCANS), *self.asked]:
            self.session.rows("PREPARE %s AS %s" % (name, query.replace(OWN_PID, str(self.session.pid))))
        return taken

    def answers(self, statements):
        return [answer for at in range(0, len(statements), SENT_AT_ONCE)
                for answer in self.session.ask_all(statements[at:at + SENT_AT_ONCE])]

    def empty(self):
        self.builds += 1
        if self.builds % BUILDS_OF_A_DATABASE != 1:
            self.session = self.server.connect(self.database)
            if not self.session.ask(EMPTIED).error:
                self.answers(["VACUUM " + catalog for catalog in GROWING])
                return
            self.leave()
        self.fresh(self.database, "template0")
        self.session = self.server.connect(self.database)

    def note_relations(self):
        self.before, self.keys = relations(self.session), checked_keys(self.session)
        self.names = {relation.name for relation in self.before.values()}
        self.table_of = {relation.name: self.before[relation.table].name
                         for relation in self.before.values() if relation.table in self.before}

    def watch(self, sql):
        """Locks, scans and files after one statement; an exception when the server is gone, which a new build mends."""
        statements = [BEGUN, sql, *("EXECUTE " + name for name, _ in self.asked), "ROLLBACK"]
        if "FROM STDIN" in sql:   # what is sent behind it were its rows
            answers = [self.session.ask(statement) for statement in statements]
        else:
            answers = self.session.ask_all(statements)
        began, answer, seen, after, keys, _ = answers
        if answer.error:
            return Outcome(sqlstate=answer.sqlstate, error=answer.error, alone=answer.sqlstate == NOT_IN_A_TRANSACTION_BLOCK)
        if seen.error or after.error or keys.error:
            raise ServerError(seen.error or after.error or keys.error)
        scans_before = {int(oid): int(count) for oid, count in began.rows}
        return self.summary(sql, scans_before, answer.messages, seen.rows, after.rows, keys.rows)

    def summary(self, sql, scans_before, messages, looked, relations_now, keys_now):
        """The last two are empty when nothing was written, or when nothing is left."""
        locks, scanned, wrote = [], set(), False
        for what, oid, value in looked:
            if what == "lock":
                locks.append((int(oid), MODE_OF[value]))
            elif what == "scan" and int(value) > scans_before.get(int(oid), 0):
                scanned.add(int(oid))
            wrote = wrote or what == "wrote"
        seen, after = Seen(self.before), self.before
        seen.note_locks(locks)
        if wrote:
            after = {relation.oid: relation for relation in map(Relation, relations_now)}
            seen.note_files(after, {int(row[0]): int(row[6] or 0) for row in relations_now}, messages)
        if scanned:
            now = {tuple(map(int, key)) for key in keys_now}
            gone = self.keys - now if wrote and DETACHES.search(sql) else set()
            seen.note_scans(scanned - chosen_by_planner(self.before, now - self.keys, messages, gone))
        return Outcome(self.watched(seen), created=only(after, self.before), dropped=only(self.before, after),
                       major=self.server.major)

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
        lines = OutsideTransaction(lambda: self.fresh(self.copy, self.database), lambda: self.server.connect(self.copy), sql).observe()
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
        return Outcome(watched, alone=True, major=self.server.major)


SCANS = ("SELECT c.oid, pg_catalog.pg_stat_get_xact_numscans(c.oid) FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm') "
         "AND c.oid >= 16384 AND pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0")
OWN_PID = "own_pid"
BEGUN = "BEGIN; EXECUTE fuzz_scans; SET LOCAL client_min_messages = debug1"


def asked_after(watched):
    """[(name, query)]: what is to be seen of a statement; relations and keys only when it has written something."""
    wrote = watched.rsplit("WHERE ", 1)[1]
    sized = RELATIONS.replace("pg_stat_get_xact_numscans(c.oid)\n", "pg_stat_get_xact_numscans(c.oid),\n"
                              "       CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) END\n", 1)
    return [("fuzz_seen", watched % LOCKS.replace("%d", OWN_PID)), ("fuzz_relations", "%s AND %s" % (sized, wrote)),
            ("fuzz_keys", "%s WHERE %s" % (FOREIGN_KEYS, wrote))]


def only(some, others):
    """{name: kind} of relations that the others lack; a new name makes no other relation."""
    return {relation.name: relation.kind for oid, relation in some.items() if oid not in others}
