"""Runs statements one after the other in one database and watches each, as observer.py says.

Each statement runs in a transaction of its own, so that its locks are its own, and is committed, so that the next finds
what it made. A statement that refuses a transaction block is run, and not watched.
"""
from dataclasses import dataclass, field

from observer import LOCKS, MODE_OF, NOT_IN_A_TRANSACTION_BLOCK, Seen, checked_keys, chosen_by_planner, relations
from postgres_servers import say
from session import ServerError

COMMITS_BY_ITSELF = {NOT_IN_A_TRANSACTION_BLOCK, "2D000"}
WATCHED = """
SELECT 'lock', relation, mode FROM (%s) l
UNION ALL SELECT 'scan', c.oid, pg_catalog.pg_stat_get_xact_numscans(c.oid)::text FROM pg_catalog.pg_class c
           WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384 AND pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
UNION ALL SELECT 'wrote', 0, '' WHERE pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL"""
WATCHED_BEFORE_13 = WATCHED.replace("pg_current_xact_id_if_assigned", "txid_current_if_assigned")


@dataclass
class Watched:
    """What a statement did to the relations that were there before; None when it failed."""
    locks: dict = field(default_factory=dict)       # name: rank of the strongest mode
    kinds: dict = field(default_factory=dict)       # name: relkind
    rewrites: set = field(default_factory=set)
    emptied: set = field(default_factory=set)
    rebuilds: set = field(default_factory=set)
    scans: set = field(default_factory=set)
    names: set = field(default_factory=set)         # of the relations before
    table_of: dict = field(default_factory=dict)    # name of an index: name of its table
    alone: bool = False                             # it refuses a transaction block


class Sizes:
    """pg_relation_size locks what it is asked about, and there may be many relations: asked of those that changed."""

    def __init__(self, session):
        self.session = session

    def __getitem__(self, oid):
        return int(self.session.rows("SELECT pg_catalog.pg_relation_size(%d)" % oid)[0][0] or 0)


class History:
    def __init__(self, connect, major):
        self.connect = connect
        self.watched = WATCHED if major >= 13 else WATCHED_BEFORE_13
        self.session, self.before, self.keys = connect(), None, None

    def close(self):
        self.session.close()

    def run(self, statement):
        """None when it fails."""
        try:
            return self.in_transaction(statement)
        except (ServerError, OSError) as error:
            say("%s ends the session: %s" % (statement.place, error))
            self.session.close()
            self.session, self.before = self.connect(), None
            return None

    def in_transaction(self, statement):
        session = self.session
        session.rows("BEGIN")
        if self.before is None:
            self.note_relations()
        _, scans_before, _ = self.look()
        session.rows("SET LOCAL client_min_messages = debug1")
        answer = session.ask(statement.sql)
        if answer.error:
            session.ask("ROLLBACK")
            return self.by_itself(statement) if answer.sqlstate in COMMITS_BY_ITSELF else None
        session.rows("SET LOCAL client_min_messages = notice")
        locks, scans, wrote = self.look()
        scanned = {oid for oid, count in scans.items() if count > scans_before.get(oid, 0)}
        watched = self.summary(statement, locks, scanned, wrote, answer.messages)
        if wrote:
            self.before = None
        return None if session.ask("COMMIT").error else watched

    def note_relations(self):
        self.before, self.keys = relations(self.session), checked_keys(self.session)
        self.names = {relation.name for relation in self.before.values()}
        self.table_of = {relation.name: self.before[relation.table].name
                         for relation in self.before.values() if relation.table in self.before}

    def by_itself(self, statement):
        self.before = None
        return None if self.session.ask(statement.sql).error else Watched(alone=True)

    def look(self):
        locks, scans, wrote = [], {}, False
        for what, oid, value in self.session.rows(self.watched % (LOCKS % self.session.pid)):
            if what == "lock":
                locks.append((int(oid), MODE_OF[value]))
            elif what == "scan":
                scans[int(oid)] = int(value)
            else:
                wrote = True
        return locks, scans, wrote

    def summary(self, statement, locks, scanned, wrote, messages):
        before, planned = self.before, statement.is_query
        seen = Seen(before)
        seen.note_locks(locks)
        if wrote and not planned:
            seen.note_files(relations(self.session), Sizes(self.session), messages)
        if scanned and not planned:
            seen.note_scans(scanned - chosen_by_planner(before, checked_keys(self.session) - self.keys, messages))
        def named(what):
            return {line[len(what) + 1:] for line in seen.lines if line.startswith(what + " ")}
        return Watched(locks={before[oid].name: mode for oid, mode in seen.locks.items()},
                       kinds={before[oid].name: before[oid].kind for oid in seen.locks},
                       rewrites=named("rewrite"), emptied=named("empty"), rebuilds=named("index-rebuild"),
                       scans=named("scan"), names=self.names, table_of=self.table_of)
