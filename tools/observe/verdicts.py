"""What pgfence says of statements on one schema, and how it differs from what a server did.

The classes of a difference, worst first:
  weaker-known     the server locks, rewrites or reads more than the model says, and the model says that it knows
  failure-false    the model is certain of a failure, and the server takes the statement
  weaker-depends   as weaker-known, but the model says what its answer depends on
  failure-missed   the server refuses the statement, and the model says nothing of it
  objects          other relations are made or lost than the model says
  not-read         pgfence does not understand a statement that the server takes
  stronger         the model is certain of more than the server does
"""
import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass

from comparison import NOT_TABLES, compare
from observer import KINDS
from script import QUERIES

CLASSES = ["weaker-known", "failure-false", "weaker-depends", "failure-missed", "objects", "not-read", "stronger"]
FIRST = "SET TimeZone = 'UTC';\n"
COPIES_OUT = re.compile(r"COPY [^(].* TO ")


@dataclass
class Difference:
    kind: str        # of CLASSES
    lines: list      # in words
    about: str       # what is common to differences of one cause: no names


class Model:
    def __init__(self, program, major):
        self.program, self.major = program, major

    def judge(self, schema, statements):
        """For each statement what pgfence says of it alone: (command tag, effects), or None. One call for all: each is
        rolled back before the next."""
        lines = []
        for sql in statements:
            lines += ["BEGIN;", sql + ";", "ROLLBACK;"]
        found = self.analyze(schema, FIRST + "\n".join(lines))
        return [found.get(2 + 3 * i + 1) for i in range(len(statements))]

    def judge_alone(self, schema, sql):
        return self.analyze(schema, FIRST + sql + ";\n").get(2)

    def analyze(self, schema, migration):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in [("schema.sql", FIRST + ";\n".join([*schema, ""])), ("migration.sql", migration), (".pgfence.toml", "")]:
                with open(os.path.join(folder, name), "w") as file:
                    file.write(text)
            run = subprocess.run([self.program, "analyze", "--output", "json", "--pg-version", str(self.major), "--format",
                                  "plain-sql", "--schema", "schema.sql", "migration.sql"], cwd=folder, capture_output=True,
                                 timeout=120)
        try:
            (file,) = json.loads(run.stdout)["files"]
        except ValueError:
            raise SystemExit("pgfence fails on\n%s\n%s" % (migration, run.stderr.decode()))
        return {found["line"]: (found["kind"], found["effects"]) for found in file["statements"]}


def without_names(text):
    text = re.sub(r'"[^"]*"', "…", text)
    return re.sub(r"\b[\w.]*\d[\w.]*\b", "…", text)


def differences(sql, outcome, judged):
    if judged is None:
        return [Difference("not-read", ["pgfence does not find it"], "not found")]
    kind, effects = judged
    certain = [failure["message"] for failure in effects["failures"] if failure["certain"]]
    if outcome.watched is None:
        return [] if effects["failures"] or is_of_rows(outcome, kind, effects) else [failed(outcome, effects)]
    if effects["certainty"] == "unknown":
        return [Difference("not-read", effects["dependsOn"], without_names("; ".join(effects["dependsOn"])))]
    if certain:
        return [Difference("failure-false", ["model: fails " + message for message in certain], without_names(certain[0]))]
    return [*of_effects(sql, outcome, kind, effects), *of_objects(outcome, effects)]


def is_of_rows(outcome, kind, effects):
    """Rows that are there fail a check, or the conversion to a type, which the model says is made; or a query's do."""
    return outcome.sqlstate[:2] in ("22", "23") and (QUERIES.match(kind) is not None or
                                                     any(work["kind"] != "index-rebuild" for work in effects["work"]))


def failed(outcome, effects):
    what = "server: fails %s %s" % (outcome.sqlstate, outcome.error)
    if effects["certainty"] == "unknown":
        return Difference("not-read", [what], outcome.sqlstate)
    return Difference("failure-missed", [what, "model: " + effects["certainty"]],
                      "%s %s" % (outcome.sqlstate, without_names(outcome.error)))


def of_effects(sql, outcome, kind, effects):
    if outcome.alone:   # locks on what is no table are not seen
        effects = dict(effects, locks=[lock for lock in effects["locks"] if lock["kind"] in ("table", "partitioned table")])
        outcome.watched.locks = {name: mode for name, mode in outcome.watched.locks.items()
                                 if KINDS[outcome.watched.kinds[name]] not in NOT_TABLES}
    effects = dict(effects, locks=[lock for lock in effects["locks"] if not is_let_go(sql, outcome, lock)])
    found = compare(outcome.watched, effects, QUERIES.match(kind) is not None, sql)
    if found.under:
        return [Difference("weaker-depends" if found.admitted else "weaker-known", found.under + found.over, about(sql, found.under))]
    if found.over and not found.admitted:
        return [Difference("stronger", found.over, about(sql, found.over))]
    return []


def is_let_go(sql, outcome, lock):
    """Up to 13 COPY TO lets go of its lock on the table when it is done (DoCopy): nobody sees it behind the statement."""
    return (outcome.major <= 13 and COPIES_OUT.match(sql) and lock["mode"] == "AccessShareLock"
            and lock["relation"] not in outcome.watched.locks)


def about(sql, lines):
    """Without the relations' names, but for whether the statement names them."""
    words = set()
    for line in lines:
        lock = re.match(r"server: (lock [A-Z ]+|lock none) (\S.*) \((.*?)\), not (.*)$", line)
        if lock:
            named = "named" if lock.group(2).split(".", 1)[-1] in sql else "other"
            words.add("%s on a %s %s, not %s" % (lock.group(1), named, lock.group(3), lock.group(4)))
        else:
            words.add(" ".join(line.split()[:2]))
    return "; ".join(sorted(words)[:2])


def of_objects(outcome, effects):
    """Indexes and sequences come and go with their tables, and nothing stays of what is temporary."""
    if effects["certainty"] != "known" or outcome.alone:
        return []
    lines = []
    for word, said, done in [("makes", effects["created"], outcome.created), ("loses", effects["dropped"], outcome.dropped)]:
        temporary = {name.split(".", 1)[1] for name in done if name.startswith("pg_temp.")}
        model = {name for name in said if "." in name and name.split(".", 1)[1] not in temporary}
        server = {name for name, kind in done.items() if kind in "rpvmf" and not name.startswith("pg_temp.")}
        lines += ["server %s %s" % (word, name) for name in sorted(server - model)]
        lines += ["model %s %s" % (word, name) for name in sorted(model - set(done))]
    return [Difference("objects", lines, "; ".join(sorted({" ".join(line.split()[:2]) for line in lines})))] if lines else []
