"""What one statement does on one server.

In a transaction block the session that ran the statement looks for itself before it rolls back:
  locks     pg_locks; the strongest mode of each relation that was there before, system catalogs and TOAST left out
  rewrites  a table's or materialized view's relfilenode changed, and the new file is not empty (else: emptied)
  rebuilds  an index's relfilenode changed, or its name stands for another index
  scans     pg_stat_get_xact_numscans grew: the server's own count of sequential scans, index builds and the scans of
            ALTER TABLE included. DEBUG1 messages are no substitute: RI_Initial_Check's query, which checks a new
            foreign key, sends none. How that query reads the referenced table is the planner's choice and differs from
            one run to the next, hence not recorded; what a query reads is so altogether: of SELECT, DML, VACUUM and
            ANALYZE no scans are recorded.

A statement that refuses a transaction block (SQLSTATE 25001) lets go of locks before anybody can look. Other sessions
hold a lock on every table, the statement runs into each of them in turn, and while it waits its locks are read:
those it has and the one it waits for. That is done once for each of four modes to hold, from one that only
AccessExclusive minds to one that everything minds. So the strongest mode on each table is certain, but for a Share
that would be followed by ShareRowExclusive or Exclusive; indexes' locks are not recorded, because no session can
hold a lock on an index alone. Scans are those that a DEBUG1 message names ("building index", "verifying table").
"""
import re
import time

from session import ServerError

MODES = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
         "EXCLUSIVE", "ACCESS EXCLUSIVE"]
MODE_OF = {mode.title().replace(" ", "") + "Lock": rank for rank, mode in enumerate(MODES)}
MODES_TO_HOLD = ["ACCESS SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "ACCESS EXCLUSIVE"]
KINDS = {"r": "table", "p": "partitioned table", "i": "index", "I": "partitioned index", "S": "sequence", "v": "view",
         "m": "materialized view", "f": "foreign table", "c": "composite type"}
HEAPS = "rm"
LOCKABLE = "rp"   # by LOCK TABLE
PLANNED = re.compile(r"(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|EXPLAIN|COPY|VACUUM|ANALYZE)\b")
NOT_IN_A_TRANSACTION_BLOCK = "25001"

RELATIONS = """
SELECT c.oid, CASE WHEN n.oid = pg_my_temp_schema() THEN 'pg_temp' ELSE n.nspname END || '.' || c.relname, c.relkind,
       c.relfilenode, coalesce(i.indrelid, 0), pg_stat_get_xact_numscans(c.oid)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
 WHERE c.oid >= 16384 AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname <> 'information_schema' AND c.relkind <> 't'
"""
LOCKS = """
SELECT relation, mode FROM pg_locks
 WHERE pid = %d AND locktype = 'relation' AND relation >= 16384
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
FOREIGN_KEYS = """
WITH RECURSIVE referenced AS (
  SELECT oid AS key, conrelid AS referencing, confrelid AS relation
    FROM pg_constraint WHERE contype = 'f' AND convalidated
  UNION SELECT r.key, r.referencing, i.inhrelid FROM referenced r JOIN pg_inherits i ON i.inhparent = r.relation)
SELECT key, referencing, relation FROM referenced
"""


class Relation:
    def __init__(self, columns):
        self.oid, self.name, self.kind, self.file, self.table = int(columns[0]), *columns[1:3], *map(int, columns[3:5])
        self.scans = int(columns[5])


def relations(session):
    return {relation.oid: relation for relation in map(Relation, session.rows(RELATIONS))}


def locks_of(session, pid):
    return [(int(oid), MODE_OF[mode]) for oid, mode in session.rows(LOCKS % pid)]


def checked_keys(session):
    return {tuple(map(int, key)) for key in session.rows(FOREIGN_KEYS)}


class Seen:
    """Collects the lines of one answer."""

    def __init__(self, before):
        self.before, self.locks, self.lines = before, {}, set()

    def note_locks(self, pairs, tables_only=False):
        for oid, mode in pairs:
            relation = self.before.get(oid)
            if relation and not (tables_only and relation.kind not in LOCKABLE):
                self.locks[oid] = max(mode, self.locks.get(oid, 0))

    def note_files(self, after, sizes, messages):
        by_name = {relation.name: relation for oid, relation in after.items() if oid not in self.before}
        emptied = set()
        for relation in self.before.values():
            now = after.get(relation.oid) or by_name.get(relation.name)
            if not now or now.file == relation.file:
                continue
            if relation.kind in HEAPS:
                message = 'DEBUG: rewriting table "%s"' % relation.name.split(".", 1)[1]
                if sizes[now.oid] > 0 or message in messages:
                    self.lines.add("rewrite " + relation.name)
                else:
                    emptied.add(relation.oid)
                    self.lines.add("empty " + relation.name)
            elif relation.kind == "i":
                self.lines.add((relation.table, "index-rebuild " + relation.name))
        # A table that is emptied gets empty indexes.
        self.lines = {line if isinstance(line, str) else line[1]
                      for line in self.lines if isinstance(line, str) or line[0] not in emptied}

    def note_scans(self, scanned):
        for oid in scanned:
            relation = self.before.get(oid)
            copied = relation and {"rewrite " + relation.name, "empty " + relation.name} & self.lines
            if relation and relation.kind in HEAPS and not copied:
                self.lines.add("scan " + relation.name)

    def text(self, *first):
        locks = sorted("lock %s %s (%s)" % (MODES[mode], self.before[oid].name, KINDS[self.before[oid].kind])
                       for oid, mode in self.locks.items())
        return [*first, *locks, *sorted(self.lines)]


def failure(answer):
    return ["fails %s %s" % (answer.sqlstate, " ".join(answer.error.split()))]


def sizes_of(session, after):
    """Of the tables, asked last: pg_relation_size locks what it is asked about."""
    oids = [relation.oid for relation in after.values() if relation.kind in HEAPS]
    return {oid: int(session.rows("SELECT pg_relation_size(%d)" % oid)[0][0] or 0) for oid in oids}


def in_transaction(session, statement):
    """None when the statement refuses a transaction block. Leaves nothing behind."""
    session.rows("BEGIN")
    try:
        before, keys = relations(session), checked_keys(session)
        session.rows("SET LOCAL client_min_messages = debug1")
        answer = session.ask(statement)
        if answer.sqlstate == NOT_IN_A_TRANSACTION_BLOCK:
            return None
        if answer.error:
            return failure(answer)
        session.rows("RESET client_min_messages")
        seen = Seen(before)
        seen.note_locks(locks_of(session, session.pid))
        after = relations(session)
        seen.note_files(after, sizes_of(session, after), answer.messages)
        if not PLANNED.match(statement):
            scanned = {oid for oid, relation in after.items()
                       if oid in before and relation.scans > before[oid].scans}
            seen.note_scans(scanned - chosen_by_planner(before, checked_keys(session) - keys, answer.messages))
        return seen.text()
    finally:
        session.rows("ROLLBACK")


def chosen_by_planner(before, new, messages, gone=()):
    """The referenced tables of the `new` foreign keys, which the statement has checked, unless it verified them as well, or
    built an index on them; what is referenced by parts of keys that are `gone`: DETACH has joined it with the
    referencing table."""
    referenced = {table for _, _, table in new} - {table for _, table, _ in new} | {table for _, _, table in gone}
    return {oid for oid in referenced if oid in before} - named_by_messages(before, messages)


class OutsideTransaction:
    """Runs a statement that commits by itself against sessions that hold a lock on every table."""

    def __init__(self, fresh_database, connect, statement):
        self.fresh_database, self.connect, self.statement = fresh_database, connect, statement

    def observe(self):
        seen = None
        for mode in MODES_TO_HOLD:
            self.fresh_database()
            result = self.against(mode)
            if isinstance(result, list):
                return result
            seen = seen or result
            by_name = {relation.name: oid for oid, relation in seen.before.items()}
            seen.note_locks([(by_name[result.before[oid].name], lock) for oid, lock in result.locks.items()])
        return seen.text("outside a transaction block")

    def against(self, mode):
        session, watcher = self.connect(), self.connect()
        before = relations(watcher)
        holders = self.hold(mode, before)
        try:
            session.rows("SET client_min_messages = debug1")
            session.send(self.statement)
            seen = Seen(before)
            answer = self.watch(session, watcher, holders, seen)
            if answer.error:
                return failure(answer)
            after = relations(watcher)
            seen.note_files(after, sizes_of(watcher, after), answer.messages)
            seen.note_scans(named_by_messages(before, answer.messages))
            return seen
        finally:
            for opened in [session, watcher, *holders.values()]:
                opened.close()

    def hold(self, mode, before):
        holders = {}
        for relation in before.values():
            if relation.kind not in LOCKABLE:
                continue
            schema, name = relation.name.replace('"', '""').split(".", 1)
            holder = self.connect()
            holder.rows("BEGIN")
            holder.rows('LOCK TABLE ONLY "%s"."%s" IN %s MODE' % (schema, name, mode))
            holders[holder.pid] = holder
        return holders

    def watch(self, session, watcher, holders, seen):
        """Lets the statement run into every lock that is held, one after the other."""
        end = time.monotonic() + 30
        while not session.answered(0.002) or not self.is_done(session, watcher):
            blocking = watcher.rows("SELECT unnest(pg_blocking_pids(%d))" % session.pid)
            seen.note_locks(locks_of(watcher, session.pid), tables_only=True)
            for (pid,) in blocking:
                if int(pid) in holders:
                    holders[int(pid)].rows("ROLLBACK")
            if time.monotonic() > end:
                raise ServerError("does not end: " + self.statement)
        for holder in holders.values():
            holder.rows("ROLLBACK")
        return session.receive()

    @staticmethod
    def is_done(session, watcher):
        """Messages come while the statement still runs."""
        state = watcher.rows("SELECT state FROM pg_stat_activity WHERE pid = %d" % session.pid)
        return not state or state[0][0] != "active"


def named_by_messages(before, messages):
    tables = set(re.findall(r'DEBUG: (?:building index ".*" on|verifying) table "(.*)"', "\n".join(messages)))
    return {oid for oid, relation in before.items() if relation.name.split(".", 1)[1] in tables}
