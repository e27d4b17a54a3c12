"""Holds what a server did against what the model says; tests/analyze/server_test.cpp asks the same questions."""
import re

from observer import KINDS, MODE_OF, MODES

SYSTEM = ("pg_catalog.", "information_schema.", "pg_toast.")
READS = MODES.index("ACCESS SHARE")
BY_QUERIES = MODES.index("ROW EXCLUSIVE")
# What a minor release brought is predicted of every minor of its major (BehaviourRow::minors in core/server_behaviour.h),
# and older ones do not lock it.
OF_NEWER_MINORS = "what it depends on"
DETACHES = re.compile(r"\bDETACH\s+PARTITION\b", re.I)
NOT_TABLES = {KINDS["i"], KINDS["I"], KINDS["S"]}


class Difference:
    """Lines that only one side has: what the model misses (under) and what it makes up (over)."""

    def __init__(self):
        self.under, self.over, self.parts = [], [], set()
        self.admitted = False   # the model says what its answer depends on, or that it knows none

    def note(self, part, under, over):
        self.under += under
        self.over += over
        if under or over:
            self.parts.add(part)


def counts(kind, mode):
    """A query locks the indexes that its plan may use and the sequences that it draws from as it locks its tables, up
    to ROW EXCLUSIVE: whoever stands in the way of that stands in the way of the table's lock."""
    return not (kind in NOT_TABLES and mode <= BY_QUERIES)


def predicted_locks(watched, effects, planned):
    """Of what the statement itself makes no lock is compared. A relation that neither was there nor was made by what
    the model has read is an error."""
    made = set(effects["created"])
    for lock in effects["locks"]:
        name, mode = lock["relation"], MODE_OF[lock["mode"]]
        new = name not in watched.names and (name in made or not lock["existing"])
        if new or name.startswith(SYSTEM) or not counts(lock["kind"], mode):
            continue
        # Which partitions a query reaches is for the plan to say, which keys it looks up for the rows: on an empty
        # table none, and a relation that it reads as well has the weaker lock of that.
        held = watched.locks.get(name, -1)
        # The bounds of a partition are those of the partitioned tables above it: a session looks once and keeps them.
        kept = mode == READS and lock["why"] == "partitioned table"
        newer = mode == READS and lock["why"] == OF_NEWER_MINORS
        if (((planned or kept) and lock["why"]) or newer) and held < mode:
            mode = held
        if mode >= 0:
            yield name, mode


def worded(what, mode, name):
    return "%s lock %s %s" % (what, MODES[mode] if mode >= 0 else "none", name)


def compare_locks(watched, effects, planned, found):
    server = {name: mode for name, mode in watched.locks.items()
              if counts(KINDS[watched.kinds[name]], mode) and not name.startswith(SYSTEM)}
    model = dict(predicted_locks(watched, effects, planned))
    differing = [(name, server.get(name, -1), model.get(name, -1)) for name in sorted(server | model)
                 if server.get(name) != model.get(name)]
    def both(name, real, said):
        return "%s (%s), not %s" % (worded("server:", real, name), KINDS.get(watched.kinds.get(name), "-"),
                                    MODES[said] if said >= 0 else "none")
    found.note("locks", [both(*one) for one in differing if one[1] > one[2]],
               [both(*one) for one in differing if one[1] < one[2]])


def compare_sets(part, server, model, maybe, found):
    found.note(part, ["server: %s %s" % (part, name) for name in sorted(server - model - maybe)],
               ["model: %s %s" % (part, name) for name in sorted(model - server - maybe)])


def joined(watched, works, sql):
    """Tables that the model says are read for a foreign key's sake, and that need not be seen to be. RI_Initial_Check joins the
    two sides: the plan may take the referencing rows from an index, which is no sequential scan. RI_PartitionRemove_Check
    (DETACH) joins the referencing table with what leaves: whichever side comes first ends the query where it is empty, as
    tables here often are. What is read for another cause as well is not forgiven, and a scan that only the server makes
    never is: these are relations that the model names."""
    keys = [work for work in works if work["kind"] == "scan" and work["cause"] == "foreign-key"]
    others = {work["relation"] for work in works if work not in keys and work["certain"]}
    indexed = set(watched.table_of.values())
    return {work["relation"] for work in keys if DETACHES.search(sql) or work["relation"] in indexed} - others


def compare(watched, effects, planned, sql):
    found = Difference()
    compare_locks(watched, effects, planned, found)
    works = [work for work in effects["work"] if work["relation"] in watched.names]
    def said(certain, *kinds):
        return {work["relation"] for work in works if work["certain"] == certain and work["kind"] in kinds}
    # DROP CONSTRAINT and ADD CONSTRAINT of one name: an index of that name is built, which looks like a rebuilt one.
    built = {index for index, table in watched.table_of.items() if table in said(True, "index-build")}
    # A copy of an empty table looks like an emptied one.
    emptied = watched.emptied | {name for name, table in watched.table_of.items() if table in watched.emptied}
    for part, server, kind in [("rewrite", watched.rewrites, "rewrite"),
                               ("index-rebuild", watched.rebuilds, "index-rebuild")]:
        compare_sets(part, server, said(True, kind), said(False, kind) | emptied | built, found)
    if not planned:
        # Moving an index copies its pages; who builds it anew reads the table, and so does whoever rewrites that.
        read = {watched.table_of[work["relation"]] for work in works
                if work["kind"] == "index-rebuild" and work["cause"] != "set-tablespace"}
        written = watched.rewrites | watched.emptied | said(True, "rewrite")
        maybe = written | said(False, "rewrite", "scan", "index-build") | joined(watched, works, sql)
        compare_sets("scan", watched.scans, said(True, "scan", "index-build") | read, maybe, found)
    found.admitted = effects["certainty"] != "known"
    return found
